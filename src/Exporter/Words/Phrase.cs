using System.Globalization;

namespace Exporter.Words;

/// <summary>Parts of sentences for a bot's owner. Foreign words are cut and made plain, so that a hostile name stays a name.</summary>
internal static class Phrase
{
    private const int MaxWordLength = 64;
    private const int MaxSentenceLength = 600;
    private const int MaxListed = 3;

    /// <summary>Two units at most, never negative: "45 s", "3 min", "4 h 12 min", "2 d 5 h".</summary>
    public static string Duration(TimeSpan time) => time switch
    {
        { TotalSeconds: < 1 } => "0 s",
        { TotalSeconds: < 60 } => $"{time.Seconds} s",
        { TotalMinutes: < 60 } => Join(time.Minutes, "min", time.Seconds, "s"),
        { TotalHours: < 24 } => Join(time.Hours, "h", time.Minutes, "min"),
        _ => Join(time.Days, "d", time.Hours, "h"),
    };

    /// <summary>What is still to wait: never "0 s" before it is over.</summary>
    public static string Wait(TimeSpan time) => Duration(TimeSpan.FromSeconds(Math.Ceiling(time.TotalSeconds)));

    /// <summary>A time-out or what was measured, where a fraction of a second matters: "0.25 s", "15 s".</summary>
    public static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");

    public static string Ago(DateTimeOffset then, DateTimeOffset now) => $"{Duration(now - then)} ago";

    /// <summary>A ratio of 0.915 is "91.5 %".</summary>
    public static string Percent(double ratio) => string.Create(CultureInfo.InvariantCulture, $"{ratio * 100:0.#} %");

    /// <summary>"1 symbol", "2 symbols"; give the plural when it is no plain s.</summary>
    public static string Count(long count, string noun, string? plural = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? noun : plural ?? noun + "s")}");

    /// <summary>A name that somebody else chose.</summary>
    public static string Word(string text) => Plain.Text(text, MaxWordLength);

    /// <summary>A sentence that carries somebody else's words.</summary>
    public static string Sentence(string text) => Plain.Text(text, MaxSentenceLength);

    /// <summary>The sentence with a full stop, whoever wrote it.</summary>
    public static string Ended(string text)
    {
        text = text.Trim();
        return text.Length == 0 || text[^1] is '.' or '!' or '?' ? text : text + ".";
    }

    /// <summary>"a, b and c", or "a, b, c and 4 more": a sentence stays one line on a phone.</summary>
    public static string List(IReadOnlyCollection<string> items)
    {
        var shown = items.Take(MaxListed).ToList();
        var rest = items.Count - shown.Count;
        if (rest > 0)
        {
            return $"{string.Join(", ", shown)} and {rest} more";
        }

        return shown.Count < 2 ? string.Concat(shown) : $"{string.Join(", ", shown[..^1])} and {shown[^1]}";
    }

    private static string Join(int large, string largeUnit, int small, string smallUnit) =>
        small == 0 ? $"{large} {largeUnit}" : $"{large} {largeUnit} {small} {smallUnit}";
}
