using System.Globalization;
using System.Text;

namespace Exporter.Words;

/// <summary>
/// Foreign text (a bot's, a venue's, an alert's, another exporter's) made plain: one line, nothing that a terminal obeys or that turns
/// the reading direction. The only place that decides what is plain.
/// </summary>
internal static class Plain
{
    /// <summary>No control or format character, no line break, no half of a surrogate pair.</summary>
    public static bool Is(Rune rune) => rune != Rune.ReplacementChar && Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    /// <summary>As the other, for a whole text.</summary>
    public static bool Is(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return true;
        }

        foreach (var rune in text.EnumerateRunes())
        {
            if (!Is(rune))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// The text with one blank for each run of what is not plain and the white space around it; cut with "…" behind
    /// <paramref name="longest"/> UTF-16 units.
    /// </summary>
    public static string Text(string? text, int longest = int.MaxValue)
    {
        if (text is null || (text.Length <= longest && Is(text)))
        {
            return text ?? "";
        }

        var plain = new StringBuilder(Math.Min(text.Length, longest) + 1);
        var gap = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (!Is(rune) || (gap && Rune.IsWhiteSpace(rune)))
            {
                gap = true;
                continue;
            }

            if (gap && plain.Length > 0 && plain[^1] != ' ')
            {
                plain.Append(' ');
            }

            gap = false;
            if (plain.Length + rune.Utf16SequenceLength > longest)
            {
                return plain.Append('…').ToString();
            }

            plain.Append(rune);
        }

        return plain.ToString();
    }

    /// <summary>Text of several lines, each of them plain: what is written to a terminal or a text answer as a whole.</summary>
    public static string Lines(string text) => string.Join('\n', text.Split('\n').Select(line => Text(line)));
}
