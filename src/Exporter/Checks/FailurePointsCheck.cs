using System.Collections.Immutable;
using Exporter.Bots;
using Exporter.Words;

namespace Exporter.Checks;

/// <summary>
/// Tells every failure point that the bot's kind knows how to find, in its causal order. Those that are the business of another check worsen
/// that one; all others are this check's own verdict.
/// </summary>
public sealed class FailurePointsCheck(IBot bot) : ICheck
{
    private static readonly MetricFamily Point = MetricFamily.Gauge(
        "tradingbot_failure_point", "1 while the failure point of the bot's kind holds; subject is the pair or the trade that it is about, or empty.", "point", "level", "subject");

    private const int MostSeries = 100;

    public static CheckSpec Definition { get; } = new()
    {
        Name = "failure_points",
        Category = Category.State,
        Severity = CheckStatus.Critical,
        DecidesTrading = true,
        Title = "Failure points",
        Watches = "The ways to fail that only this kind of bot has: trades that cannot be left, stops that are not there, strategies that raise.",
        Impact = "The bot opens nothing, or nobody manages what is open, although it looks alive.",
        Remedy = "Follow the first point in the reason: the others may be its consequences.",
        Causes = [.. BotKinds.Points.Where(point => point.Check is null).SelectMany(point => point.Causes.Add(point.Name)), .. Unseen.Causes],
        Families = [Point],
        Query = "tradingbot_failure_point{bot=\"$bot\"} == 1",
        Runbook = "TradingBotFailurePoint",
    };

    public CheckSpec Spec => Definition;

    public async ValueTask<CheckResult> EvaluateAsync(CheckContext context, CancellationToken cancellation)
    {
        var reading = await bot.ReadFailurePointsAsync(cancellation);
        if (reading is not Reading<ImmutableArray<FailurePoint>>.Seen { Value: var all, Evidence: var source }) return Unseen.Result(reading);

        var points = all.Where(point => !point.IsAside).ToImmutableArray();
        var own = all.Where(point => bot.CheckOf(point) is null).ToList();
        var worst = own.OrderByDescending(point => point.Level).FirstOrDefault(point => point.Level > PointLevel.Named);
        var verdict = worst?.Level switch
        {
            PointLevel.Critical => CheckResult.Critical(worst.Cause, SentenceOf(worst, own)),
            PointLevel.Warning => CheckResult.Warning(worst.Cause, SentenceOf(worst, own)),
            _ when own is [var named, ..] => CheckResult.Ok(Phrase.Sentence(named.Sentence)),
            _ when points is [var told, ..] => CheckResult.Ok($"{told.Name} holds, and {bot.CheckOf(told)} tells of it; no other failure point does."),
            _ => CheckResult.Ok("None of the failure points of such a bot holds."),
        };
        return verdict with
        {
            BlocksEntries = all.Any(point => point.BlocksEntries),
            DataTimestamp = source.Stamp,
            Notes = [.. points.Where(point => point != worst).Take(5).Select(point => Phrase.Sentence(point.Sentence))],
            Samples =
            [
                .. points.DistinctBy(point => (point.Name, point.Subject)).Take(MostSeries)
                    .Select(point => Point.Of(1, point.Name, point.Level.ToString().ToLowerInvariant(), LabelText.Of(point.Subject ?? ""))),
            ],
            Details =
            [
                Detail.Of(PointNames, [.. points.Select(point => point.Name).Distinct()]),
                Detail.Of(Sentences, [.. points.Take(MostSeries).Select(point => Phrase.Sentence(point.Sentence))]),
                .. SourceDetails.Of(source),
            ],
        };
    }

    /// <summary>The detail that holds the names of all points, those of other checks too.</summary>
    internal const string PointNames = "points";

    /// <summary>The detail that holds their sentences, in the same order.</summary>
    internal const string Sentences = "sentences";

    private static string SentenceOf(FailurePoint worst, List<FailurePoint> own)
    {
        var more = own.Count(point => point.Level > PointLevel.Named && point != worst);
        return Phrase.Sentence(worst.Sentence) + (more == 0 ? "" : $" ({Phrase.Count(more, "further point")}.)");
    }
}
