using System.Text;

namespace Exporter.Metrics;

/// <summary>Bots name symbols and reasons as they like; what cannot stand in an exposition is replaced by U+FFFD.</summary>
internal static class LabelValue
{
    /// <summary>
    /// prometheus-net escapes quotes, backslashes and newlines. NUL ends the input of Prometheus' own lexer, and lone surrogates are no
    /// UTF-8.
    /// </summary>
    public static string Clean(string value)
    {
        if (!value.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') && !value.Contains('\0'))
        {
            return value;
        }

        var clean = new StringBuilder(value.Length);
        foreach (var rune in value.EnumerateRunes())
        {
            clean.Append(rune.Value == 0 ? Rune.ReplacementChar.ToString() : rune.ToString());
        }

        return clean.ToString();
    }
}
