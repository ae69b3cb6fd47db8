using System.Collections.Immutable;
using System.ComponentModel;
using Exporter.Bots;

namespace Exporter.Checks;

/// <summary>
/// Watches the age and the content of the market intelligence that entries rest on. With old or empty intelligence every signal is
/// neutral and the bot opens nothing. Source of the rule: the reference bot stamps <c>ts</c> even when CoinGlass gave it nothing, so
/// a fresh stamp alone proves nothing.
/// </summary>
public sealed class IntelligenceFreshness(IBot bot, IntelligenceFreshnessOptions options) : ICheck
{
    private const string Missing = "missing";
    private const string Stale = "stale";
    private const string EmptyData = "empty_data";

    private static readonly MetricFamily AgeGauge = MetricFamily.Gauge(
        "tradingbot_intelligence_age_seconds", "Age of the market intelligence; the source summary decides.", "source");

    private static readonly MetricFamily Timestamp = MetricFamily.Gauge(
        "tradingbot_intelligence_timestamp_seconds", "When the bot stamped the market intelligence, in Unix time.", "source");

    public static CheckSpec Definition { get; } = new()
    {
        Name = "intelligence_freshness",
        Category = Category.Data,
        Severity = CheckStatus.Warning,
        Title = "Intelligence freshness",
        Watches = "Whether the bot's market intelligence is there, fresh, and says anything.",
        Impact = "Signals fall back to neutral, so the bot finds no reason to open a position.",
        Remedy = "Refresh the intelligence; when it stays empty, look at CoinGlass and its key.",
        Causes = [Missing, Stale, EmptyData, ZoneDoubt.Cause, Age.FutureTimestamp, .. Unseen.Causes, .. BotKinds.CausesOf("intelligence_freshness")],
        Families = [AgeGauge, Timestamp],
        Query = "tradingbot_intelligence_age_seconds{bot=\"$bot\",source=\"summary\"}",
        Runbook = "TradingBotIntelligenceStale",
    };

    public CheckSpec Spec => Definition;

    public async ValueTask<CheckResult> EvaluateAsync(CheckContext context, CancellationToken cancellation)
    {
        var sources = await bot.ReadIntelligenceAsync(cancellation);
        if (sources.IsEmpty)
            return CheckResult.Unknown(Unseen.Absent, "The bot names no source of market intelligence, so its age cannot be known.");

        var now = context.Now;
        var stale = sources.Where(source => source.Reading is Reading<Intelligence>.Seen seen && now - seen.Value.Timestamp > (seen.Value.GoodFor ?? options.MaxAge));
        var unread = sources.Where(source => source.Reading is not Reading<Intelligence>.Seen);
        var deciding = sources[0].Reading;
        var result = deciding is Reading<Intelligence>.Seen { Value: var intelligence, Evidence: var file }
            ? (ZoneDoubt.Of(file) ?? Judge(intelligence, now)) with { DataTimestamp = intelligence.Timestamp, Details = DetailsOf(intelligence, file, now) }
            : JudgeUnseen(deciding);
        return result with
        {
            Samples = [.. sources.SelectMany(source => Series(source, now))],
            Details =
            [
                .. result.Details,
                Detail.Of("max_age_seconds", options.MaxAge.TotalSeconds),
                Detail.Of("sources", sources.Length),
                Detail.Of("stale_sources", [.. stale.Select(source => Phrase.Word(source.Name))]),
                Detail.Of("unread_sources", [.. unread.Select(source => Phrase.Word(source.Name))]),
            ],
        };
    }

    /// <summary>What is certainly not there is a failure that a refresh can mend; what cannot be seen is unknown.</summary>
    private static CheckResult JudgeUnseen(Reading<Intelligence> reading)
    {
        var missing = reading is Reading<Intelligence>.Absent or
            Reading<Intelligence>.Unreadable { Cause: UnreadableCause.MissingField or UnreadableCause.Lost };
        var unseen = Unseen.Result(reading);
        return missing ? CheckResult.Warning(Missing, unseen.Reason) with { Details = unseen.Details } : unseen;
    }

    private CheckResult Judge(Intelligence intelligence, DateTimeOffset now)
    {
        if (Age.IsFuture(intelligence.Timestamp, now))
        {
            return CheckResult.Unknown(
                Age.FutureTimestamp,
                $"The intelligence is stamped {Moment.Of(intelligence.Timestamp)}, which is in the future, so its age cannot be known; " +
                "check the bot's clock.");
        }

        var age = Age.Of(intelligence.Timestamp, now);
        var empty = intelligence.EmptyCount >= intelligence.SignalCount;
        var most = intelligence.GoodFor ?? options.MaxAge;
        var limit = Phrase.Duration(most);
        var signals = Phrase.Count(intelligence.SignalCount, "signal");
        if (age > most)
        {
            var also = empty ? ", and it says nothing about any symbol" : "";
            return CheckResult.Warning(Stale, $"The intelligence is {Phrase.Duration(age)} old, the limit is {limit}{also}; refresh it.");
        }

        return empty
            ? CheckResult.Warning(
                EmptyData,
                $"The intelligence is {Phrase.Duration(age)} old of at most {limit}, but of {signals} none departs from its neutral default; " +
                "look at CoinGlass and its key.")
            : CheckResult.Ok($"The intelligence is {Phrase.Duration(age)} old of at most {limit}, with {signals}.");
    }

    private static ImmutableArray<Detail> DetailsOf(Intelligence intelligence, Evidence file, DateTimeOffset now) =>
    [
        Detail.Of("timestamp", intelligence.Timestamp),
        .. Age.IsFuture(intelligence.Timestamp, now)
            ? []
            : (Detail[])[Detail.Of("age_seconds", Math.Round(Age.Of(intelligence.Timestamp, now).TotalSeconds, 3))],
        Detail.Of("signals", intelligence.SignalCount),
        Detail.Of("empty_signals", intelligence.EmptyCount),
        .. SourceDetails.Of(file),
    ];

    private static IEnumerable<Sample> Series(Named<Intelligence> source, DateTimeOffset now)
    {
        if (source.Reading is not Reading<Intelligence>.Seen { Value.Timestamp: var timestamp }) yield break;
        var name = LabelText.Of(source.Name);
        yield return Timestamp.Of(Age.UnixSeconds(timestamp), name);
        if (!Age.IsFuture(timestamp, now)) yield return AgeGauge.Of(Age.Of(timestamp, now).TotalSeconds, name);
    }
}

/// <summary>Thresholds of <c>intelligence_freshness</c>.</summary>
public sealed class IntelligenceFreshnessOptions
{
    /// <summary>Oldest that the intelligence may be.</summary>
    [Description("Oldest that the intelligence may be.")]
    [DurationRange("00:00:01", "7.00:00:00")]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromSeconds(120);
}
