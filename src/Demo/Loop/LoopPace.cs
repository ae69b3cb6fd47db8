using System.Globalization;
using System.Text.RegularExpressions;
using Demo.Bot;

namespace Demo.Loop;

/// <summary>
/// How much faster than in earnest the loop runs: every interval of the repository's files and every waiting time of the exporter is
/// divided by it.
/// </summary>
/// <param name="Faster">Than in earnest.</param>
/// <param name="LookBackFaster">What a rule looks back over (<c>[1h]</c>) is divided by this; 1: it stays.</param>
internal sealed partial record LoopPace(double Faster, double LookBackFaster = 1)
{
    // A scrape a second is what Prometheus can do and what the exporter's deadline (time-out minus 0.5 s) leaves room for.
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(1);

    // Ten scrapes: over fewer, one that comes late on a busy machine would empty an increase().
    private static readonly TimeSpan ShortestLookBack = TimeSpan.FromSeconds(10);

    /// <summary>A person can follow it, and a healing takes seconds instead of minutes.</summary>
    public static LoopPace Demo { get; } = new(20);

    public BotPace Bot { get; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(5));

    public TimeSpan Shrink(TimeSpan duration) => duration / Faster;

    /// <summary>A span of the past, as a rule's selector or threshold holds it.</summary>
    public TimeSpan ShrinkLookBack(TimeSpan duration) =>
        duration / LookBackFaster is var shrunk && (LookBackFaster == 1 || shrunk > ShortestLookBack) ? shrunk : ShortestLookBack;

    /// <summary>As the exporter's configuration and Prometheus read it.</summary>
    /// <param name="atLeast">What the reader accepts at least.</param>
    public string Text(TimeSpan inEarnest, TimeSpan atLeast = default) =>
        Milliseconds(Shrink(inEarnest) is var shrunk && shrunk > atLeast ? shrunk : atLeast);

    /// <summary>Shrinks the intervals of a Prometheus, rule or Alertmanager file, and what its rules look back over; nothing else in it changes.</summary>
    public string Shrink(string yaml) => LookBack().Replace(
        ShrinkIntervals(yaml),
        match => LookBackFaster == 1 ? match.Value : $"[{Milliseconds(ShrinkLookBack(Parse(match.Groups["value"].Value)))}]");

    private string ShrinkIntervals(string yaml) => IntervalLine().Replace(
        yaml,
        match =>
        {
            var key = match.Groups["key"].Value;
            var duration = Shrink(Parse(match.Groups["value"].Value));
            if (key.EndsWith("interval", StringComparison.Ordinal) && !key.StartsWith("group_", StringComparison.Ordinal) || key == "scrape_timeout")
            {
                duration = duration < ShortestInterval ? ShortestInterval : duration;
            }

            return $"{match.Groups["before"].Value}{key}: {Milliseconds(duration)}";
        });

    private static string Milliseconds(TimeSpan duration) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, (long)duration.TotalMilliseconds)}ms");

    /// <summary>One number and one unit: all that the repository's files use.</summary>
    private static TimeSpan Parse(string text)
    {
        var number = double.Parse(text.AsSpan(0, text.Length - 1), CultureInfo.InvariantCulture);
        return text[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            'd' => TimeSpan.FromDays(number),
            _ => throw new FormatException($"The duration {text} is not one number with s, m, h or d."),
        };
    }

    [GeneratedRegex(
        @"^(?<before>[ \t-]*)(?<key>for|keep_firing_for|interval|scrape_interval|scrape_timeout|evaluation_interval|group_wait|group_interval|repeat_interval):[ \t]*(?<value>\d+[smh])[ \t]*(#.*)?$",
        RegexOptions.Multiline)]
    private static partial Regex IntervalLine();

    [GeneratedRegex(@"\[(?<value>\d+[smhd])\]")]
    private static partial Regex LookBack();
}
