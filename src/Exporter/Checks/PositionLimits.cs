using System.Collections.Immutable;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Exporter.Bots;

namespace Exporter.Checks;

/// <summary>
/// Watches how many positions are open. A bot whose slots are all taken opens nothing more until one closes, and looks idle
/// although nothing is broken. Source of the rule: the bot refuses an entry when <c>open_positions</c> holds its maximum.
/// </summary>
public sealed class PositionLimits(IBot bot, PositionLimitsOptions options) : ICheck
{
    private const string LimitReached = "limit_reached";
    private const string BookLost = "book_lost";

    private static readonly TimeSpan FreshBeat = TimeSpan.FromMinutes(5);

    private static readonly MetricFamily Open = MetricFamily.Gauge(
        "tradingbot_positions_open", "Open positions.");

    private static readonly MetricFamily Max = MetricFamily.Gauge(
        "tradingbot_positions_max", "Most open positions that the bot allows itself.");

    private static readonly MetricFamily LastOpened = MetricFamily.Gauge(
        "tradingbot_last_position_opened_timestamp_seconds", "When the bot last opened a position, open or closed since, in Unix time.");

    public static CheckSpec Definition { get; } = new()
    {
        Name = "position_limits",
        Category = Category.Resource,
        Severity = CheckStatus.Warning,
        Title = "Position limits",
        Watches = "The number of open positions against the most that the bot allows itself.",
        Impact = "Every slot is taken, so the bot opens no position until one closes.",
        Remedy = "Wait for an exit, close the position that frees the most, or raise the limit, in the bot and in Checks:PositionLimits:MaxOpen.",
        Causes = [LimitReached, BookLost, Age.FutureTimestamp, .. Unseen.Causes],
        Families = [Open, Max, LastOpened],
        Query = "tradingbot_positions_open{bot=\"$bot\"} >= tradingbot_positions_max{bot=\"$bot\"}",
        Runbook = "TradingBotPositionLimitReached",
    };

    public CheckSpec Spec => Definition;

    public async ValueTask<CheckResult> EvaluateAsync(CheckContext context, CancellationToken cancellation)
    {
        var reading = await bot.ReadPositionsAsync(cancellation);
        if (reading is not Reading<PositionBook>.Seen { Value: var book, Evidence: var file })
            return Unseen.Result(reading) with { Samples = options.MaxOpen is { } typed ? [Max.Of(typed)] : [] };

        var most = options.MaxOpen ?? book.Limit;
        Sample[] limit = most is { } value ? [Max.Of(value)] : [];
        var beats = await bot.ReadHeartbeatsAsync(cancellation);
        var fromTheFuture = book.NewestOpenedAt is { } newest && Age.IsFuture(newest, context.Now);
        return Judge(book, file, most, fromTheFuture, Believed(beats, context.Now)) with
        {
            DataTimestamp = file.Stamp,
            Samples = book.NewestOpenedAt is { } opened && !fromTheFuture
                ? [Open.Of(book.Open.Length), .. limit, LastOpened.Of(Age.UnixSeconds(opened))]
                : [Open.Of(book.Open.Length), .. limit],
            Details =
            [
                Detail.Of("open_positions", book.Open.Length),
                .. most is { } shown ? [Detail.Of("max_open_positions", shown)] : (Detail[])[],
                Detail.Of("closed_positions", book.ClosedCount),
                Detail.Of("opened_in_the_future", book.FromTheFuture),
                .. LastOpenedDetail(book),
                .. SourceDetails.Of(file),
            ],
        };
    }

    /// <summary>How many positions a component that beats now believes to be open.</summary>
    private static (string Component, int Open)? Believed(ImmutableArray<Named<Heartbeat>> beats, DateTimeOffset now) => beats
        .Select(beat => beat.Reading is Reading<Heartbeat>.Seen { Value: { OpenPositions: > 0 and var open, LastBeat: var at } }
            && (now - at).Duration() <= FreshBeat ? (beat.Name, open) : ((string, int)?)null)
        .FirstOrDefault(says => says is not null);

    private static CheckResult Judge(PositionBook book, Evidence file, int? most, bool fromTheFuture, (string Component, int Open)? believed)
    {
        // One may just have been closed or opened between the two writings.
        if (book.Open.IsEmpty && believed is { Open: > 1 } says)
        {
            return CheckResult.Warning(
                BookLost,
                $"{Phrase.Word(file.Source)} holds no open position, but the heartbeat of {Phrase.Word(says.Component)} speaks of {says.Open}: the book was lost, or is about " +
                "to be; compare it with the exchange before anything is restarted.");
        }

        if (most is null && book.IsUnlimited) return CheckResult.Ok($"{Phrase.Count(book.Open.Length, "open position")}; the bot sets itself no limit.");
        if (most is null)
        {
            return CheckResult.Disabled(
                $"{Phrase.Count(book.Open.Length, "open position")}; the bot does not say how many it may hold, so set Checks:PositionLimits:MaxOpen to see when it is full.");
        }

        var count = $"{Phrase.Count(book.Open.Length, "open position")} of at most {most}";
        if (book.Open.Length >= most)
        {
            var full = $"{count}, so no new one is opened; wait for an exit or close one.";
            if (book.FullIsOrdinary) return CheckResult.Ok($"{count}: all slots are taken, so no new one is opened until one closes.") with { BlocksEntries = true, Notes = [full] };
            return CheckResult.Warning(LimitReached, full) with { BlocksEntries = true };
        }

        if (book.Untimed is { } untimed)
            return CheckResult.Unknown(Unseen.Cause(UnreadableCause.MissingField), $"{count}, but when one was last opened cannot be known: {Phrase.Word(file.Source)} {untimed}.");

        return fromTheFuture
            ? CheckResult.Unknown(
                Age.FutureTimestamp,
                $"{count}, but the newest is stamped {Moment.Of(book.NewestOpenedAt!.Value)}, which is in the future; check the bot's clock.")
            : CheckResult.Ok($"{count}.");
    }

    private static ImmutableArray<Detail> LastOpenedDetail(PositionBook book) =>
        book.NewestOpenedAt is { } opened ? [Detail.Of("last_position_opened_at", opened)] : [];
}

/// <summary>Thresholds of <c>position_limits</c>.</summary>
public sealed class PositionLimitsOptions
{
    /// <summary>Open positions at which the bot opens no more. Null: what the bot itself says.</summary>
    [Description("Open positions at which the bot opens no more. Default: what the bot itself says, or its kind.")]
    [Range(1, 1_000_000)]
    public int? MaxOpen { get; set; }
}
