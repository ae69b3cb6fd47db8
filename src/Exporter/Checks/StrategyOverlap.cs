using System.Collections.Immutable;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Exporter.Bots;

namespace Exporter.Checks;

/// <summary>
/// Watches for strategies that hold the same symbol in the same direction. Each believes that it carries the risk alone, so the bot
/// carries it twice and a slot is wasted. Source of the rule: the original monitor, which looked for <c>side</c> where the bot wrote
/// <c>direction</c> and so never reported one; here a position that does not say is <c>unknown</c>.
/// </summary>
public sealed class StrategyOverlap(IBot bot, StrategyOverlapOptions options) : ICheck
{
    private const string Overlap = "overlap";
    private const string Unjudged = "unjudged_positions";
    private const string ForWantOf = "could not be judged for want of symbol, direction or strategy";

    private static readonly MetricFamily Overlaps = MetricFamily.Gauge(
        "tradingbot_strategy_overlaps", "Pairs of symbol and direction that two or more different strategies hold.");

    private static readonly MetricFamily Positions = MetricFamily.Gauge(
        "tradingbot_strategy_overlap_positions", "Open positions in one overlap.", "symbol", "direction");

    public static CheckSpec Definition { get; } = new()
    {
        Name = "strategy_overlap",
        Category = Category.Signal,
        Severity = CheckStatus.Warning,
        Title = "Strategy overlap",
        Watches = "Whether two or more different strategies hold the same symbol in the same direction.",
        Impact = "The same risk is carried more than once and takes slots that other signals would need.",
        Remedy = "Close all but one position of each overlap, or let the strategies see each other's positions.",
        Causes = [Overlap, Unjudged, .. Unseen.Causes],
        Families = [Overlaps, Positions],
        Query = "tradingbot_strategy_overlap_positions{bot=\"$bot\"}",
        Runbook = "TradingBotStrategyOverlap",
    };

    public CheckSpec Spec => Definition;

    public async ValueTask<CheckResult> EvaluateAsync(CheckContext context, CancellationToken cancellation)
    {
        var reading = await bot.ReadPositionsAsync(cancellation);
        if (reading is not Reading<PositionBook>.Seen { Value.Open: var open, Evidence: var file }) return Unseen.Result(reading);

        var complete = open.Where(position => position is { Symbol.Length: > 0, Direction.Length: > 0 }).ToList();
        var shared = complete
            .GroupBy(position => (Symbol: Symbols.Plain(position.Symbol!), position.Direction))
            .Where(group => group.Count() > 1)
            .Select(group => new SharedSide(group.Key.Symbol, group.Key.Direction!, [.. group]))
            .ToList();
        var overlaps = shared
            .Where(side => side.Strategies.Length > 1)
            .OrderBy(side => side.Symbol, StringComparer.Ordinal).ThenBy(side => side.Direction, StringComparer.Ordinal)
            .ToList();
        var unjudged = open.Length - complete.Count + shared.Where(side => side.Strategies.Length < 2).Sum(side => side.WithoutStrategy);

        return Judge(open.Length, overlaps, unjudged) with
        {
            DataTimestamp = file.Stamp,
            Samples = overlaps.Count == 0 && unjudged > 0 ? [] : [Overlaps.Of(overlaps.Count), .. Series(overlaps)],
            Details =
            [
                Detail.Of("open_positions", open.Length),
                Detail.Of("overlaps", [.. overlaps.Take(options.MaxSeries).Select(Describe)]),
                Detail.Of("unjudged_positions", unjudged),
                Detail.Of("truncated", overlaps.Count > options.MaxSeries),
                .. SourceDetails.Of(file),
            ],
        };
    }

    private static CheckResult Judge(int open, List<SharedSide> overlaps, int unjudged)
    {
        var blind = unjudged == 0 ? "" : $"; {Phrase.Count(unjudged, "position")} {ForWantOf}";
        if (overlaps.Count > 0)
        {
            return CheckResult.Warning(
                Overlap,
                $"{Phrase.Count(overlaps.Count, "strategy overlap")} where none is allowed: " +
                $"{Phrase.List([.. overlaps.Select(Describe)])}; close all but one position of each{blind}.");
        }

        return unjudged > 0
            ? CheckResult.Unknown(
                Unjudged,
                $"{unjudged} of {Phrase.Count(open, "open position")} {ForWantOf}; look at what the bot writes.")
            : CheckResult.Ok($"No two strategies hold the same symbol and direction among {Phrase.Count(open, "open position")}.");
    }

    private IEnumerable<Sample> Series(List<SharedSide> overlaps)
    {
        foreach (var side in overlaps.Take(options.MaxSeries))
            yield return Positions.Of(side.Positions.Length, LabelText.Of(side.Symbol), LabelText.Of(side.Direction));
        if (overlaps.Count > options.MaxSeries)
        {
            var rest = overlaps.Skip(options.MaxSeries).Sum(side => side.Positions.Length);
            yield return Positions.Of(rest, LabelText.Other, LabelText.Other);
        }
    }

    private static string Describe(SharedSide side) =>
        $"{Phrase.Word(side.Symbol)} {Phrase.Word(side.Direction)} ({Phrase.List([.. side.Strategies.Select(Phrase.Word)])})";

    /// <summary>All open positions of one symbol in one direction.</summary>
    private sealed record SharedSide(string Symbol, string Direction, ImmutableArray<OpenPosition> Positions)
    {
        public ImmutableArray<string> Strategies { get; } =
        [
            .. Positions.Select(position => position.Strategy?.Trim()).OfType<string>().Where(name => name.Length > 0)
                .Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal),
        ];

        public int WithoutStrategy => Positions.Count(position => string.IsNullOrWhiteSpace(position.Strategy));
    }
}

/// <summary>Thresholds of <c>strategy_overlap</c>.</summary>
public sealed class StrategyOverlapOptions
{
    /// <summary>Most overlaps with a series of their own; the rest share one named <c>other</c>.</summary>
    [Description("Most overlaps with a series of their own; the rest share one named other.")]
    [Range(1, 10_000)]
    public int MaxSeries { get; set; } = 100;
}
