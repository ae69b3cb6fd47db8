using System.Collections.Immutable;
using System.Globalization;
using Exporter.Evaluation;

namespace Exporter.Metrics;

/// <summary>What a scrape asks for.</summary>
internal sealed record ScrapeRequest(CheckFilter Filter, TimeSpan Deadline, bool Debug)
{
    public const string TimeoutHeader = "X-Prometheus-Scrape-Timeout-Seconds";

    /// <summary>For the way back of the answer, as blackbox_exporter's default.</summary>
    private static readonly TimeSpan TimeoutOffset = TimeSpan.FromSeconds(0.5);

    /// <summary>What an evaluation usually takes many times over: a time-out below it is a mistake, or mischief.</summary>
    private static readonly TimeSpan ShortestDeadline = TimeSpan.FromSeconds(0.25);

    /// <returns>Null when the query is wrong; then <paramref name="error"/> says how.</returns>
    public static ScrapeRequest? Parse(HttpRequest request, IReadOnlyList<string> checks, out string? error)
    {
        var query = request.Query;
        var collect = query["collect[]"];
        var exclude = query["exclude[]"];
        error = null;
        if (collect.Count > 0 && exclude.Count > 0)
        {
            error = "collect[] and exclude[] cannot be combined: name the checks to run, or the checks to leave out.";
            return null;
        }

        foreach (var name in collect.Concat(exclude))
        {
            if (!checks.Contains(name, StringComparer.Ordinal))
            {
                error = $"There is no check named \"{name}\". The checks are: {string.Join(", ", checks)}.";
                return null;
            }
        }

        var filter = (collect.Count, exclude.Count) switch
        {
            (0, 0) => CheckFilter.All,
            (0, _) => new CheckFilter(checks.Except(exclude.OfType<string>(), StringComparer.Ordinal).ToImmutableHashSet(StringComparer.Ordinal)),
            _ => new CheckFilter(collect.OfType<string>().ToImmutableHashSet(StringComparer.Ordinal)),
        };
        return new ScrapeRequest(filter, DeadlineOf(request.Headers[TimeoutHeader]), query["debug"] == "true");
    }

    /// <summary>Nonsense is ignored: a scrape is never refused for its header.</summary>
    public static TimeSpan DeadlineOf(string? header)
    {
        if (!double.TryParse(header, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) || !(seconds > 0))
        {
            return Evaluator.LongestDeadline;
        }

        var timeout = TimeSpan.FromSeconds(Math.Min(seconds, 3600));
        // A time-out near the offset still leaves half of it to look.
        var deadline = timeout - TimeoutOffset > timeout / 2 ? timeout - TimeoutOffset : timeout / 2;
        return deadline < ShortestDeadline ? ShortestDeadline : deadline > Evaluator.LongestDeadline ? Evaluator.LongestDeadline : deadline;
    }
}
