using System.Collections.Immutable;
using System.ComponentModel;
using Exporter.Bots;

namespace Exporter.Checks;

/// <summary>
/// Watches the signs of life of the bot's components, and whether the bot does anything beside beating. A dead bot trades nothing; a
/// bot whose heartbeat goes on while its positions and its intelligence stand still is as good as dead. Source of the rule: the
/// reference bot beats in a thread of its own, which outlives a main loop that hangs.
/// </summary>
public sealed class BotHeartbeat(IBot bot, BotHeartbeatOptions options) : ICheck
{
    private const string Stale = "stale";
    private const string WithoutWork = "heartbeat_without_work";
    private const string WorkUnseen = "work_unseen";

    private static readonly MetricFamily AgeGauge = MetricFamily.Gauge(
        "tradingbot_heartbeat_age_seconds", "Time since the component's last sign of life.", "component");

    private static readonly MetricFamily Margin = MetricFamily.Gauge(
        "tradingbot_available_margin", "Margin that the bot can still use, in quote currency, as its heartbeat last said.");

    private readonly WorkWatch _work = new();

    public static CheckSpec Definition { get; } = new()
    {
        Name = "bot_heartbeat",
        Category = Category.System,
        Severity = CheckStatus.Critical,
        DecidesTrading = true,
        IsProvenTwice = true,
        Title = "Bot heartbeat",
        Watches = "The age of each watched component's heartbeat, and whether positions and intelligence move beside it.",
        Impact = "The bot is dead or hangs, so nobody opens, watches or closes positions.",
        Remedy = "Look at the bot's log and restart it.",
        Causes = [Stale, WithoutWork, WorkUnseen, ZoneDoubt.Cause, Age.FutureTimestamp, .. Unseen.Causes, .. BotKinds.CausesOf("bot_heartbeat")],
        Families = [AgeGauge, Margin],
        Query = "tradingbot_heartbeat_age_seconds{bot=\"$bot\"}",
        Runbook = "TradingBotHeartbeatStale",
    };

    public CheckSpec Spec => Definition;

    public async ValueTask<CheckResult> EvaluateAsync(CheckContext context, CancellationToken cancellation)
    {
        var components = await bot.ReadHeartbeatsAsync(cancellation);
        var positions = await bot.ReadPositionsAsync(cancellation);
        var intelligence = await bot.ReadIntelligenceAsync(cancellation);
        var work = _work.Observe(positions, intelligence, context.Time);

        var beats = components
            .Where(component => component.Reading is Reading<Heartbeat>.Seen)
            .Select(component => (component.Name, Seen: (Reading<Heartbeat>.Seen)component.Reading))
            .ToImmutableArray();
        var margin = beats.Select(beat => beat.Seen.Value.AvailableMargin).FirstOrDefault(says => says is { } value && double.IsFinite(value));
        return Judge(components, work, context.Now) with
        {
            DataTimestamp = beats.Min(beat => (DateTimeOffset?)beat.Seen.Value.LastBeat),
            Samples =
            [
                .. beats.Where(beat => !Age.IsFuture(beat.Seen.Value.LastBeat, context.Now))
                    .Select(beat => AgeGauge.Of(Age.Of(beat.Seen.Value.LastBeat, context.Now).TotalSeconds, LabelText.Of(beat.Name))),
                .. margin is { } available ? [Margin.Of(available)] : (Sample[])[],
            ],
            Details =
            [
                Detail.Of("components", [.. components.Select(component => Phrase.Word(component.Name))]),
                Detail.Of("max_age_seconds", options.MaxAge.TotalSeconds),
                .. beats.IsEmpty ? [] : (Detail[])[Detail.Of("oldest_heartbeat_at", beats.Min(beat => beat.Seen.Value.LastBeat))],
                Detail.Of("work_unmoved_seconds", Math.Round(work.Unmoved.TotalSeconds, 3)),
                .. SourceDetails.LinksOf(beats.Select(beat => beat.Seen.Evidence)),
            ],
        };
    }

    private CheckResult Judge(ImmutableArray<Named<Heartbeat>> components, WorkObservation work, DateTimeOffset now)
    {
        if (components.IsEmpty)
            return CheckResult.Unknown(Unseen.Absent, "No component's heartbeat is watched, so nobody knows whether the bot lives.");

        var failures = components
            .Select(component => Failure(component, now))
            .OfType<CheckResult>()
            .OrderBy(failure => failure.Status != CheckStatus.Critical)
            .ToList();
        if (failures.Count > 0)
        {
            var more = failures.Count == 1 ? "" : $" ({Phrase.Count(failures.Count - 1, "further component")} failing.)";
            return failures[0] with { Reason = failures[0].Reason + more };
        }

        var beating = components.Length == 1 ? $"{Phrase.Word(components[0].Name)} beats" : $"All {components.Length} components beat";
        if (bot.BeatIsWork) return CheckResult.Ok($"{beating}, at most {Phrase.Duration(options.MaxAge)} apart.");
        if (work.Unmoved > options.MaxIdle)
        {
            return work.SeesAll
                ? CheckResult.Warning(
                    WithoutWork,
                    $"{beating}, but positions and intelligence have not moved for {Phrase.Duration(work.Unmoved)}, the limit is " +
                    $"{Phrase.Duration(options.MaxIdle)}; the main loop may hang, look at the bot's log.")
                : CheckResult.Unknown(WorkUnseen, $"{beating}, but whether the bot works cannot be seen: {work.UnseenReason}");
        }

        return work.SeesNothing
            ? CheckResult.Unknown(WorkUnseen, $"{beating}, but whether the bot works cannot be seen: {work.UnseenReason}")
            : CheckResult.Ok($"{beating}, at most {Phrase.Duration(options.MaxAge)} apart.");
    }

    /// <summary>What is wrong with one component; null when nothing is.</summary>
    private CheckResult? Failure(Named<Heartbeat> component, DateTimeOffset now)
    {
        var name = Phrase.Word(component.Name);
        if (component.Reading is not Reading<Heartbeat>.Seen { Value.LastBeat: var beat, Evidence: var file })
            return CheckResult.Unknown(Unseen.Cause(component.Reading), Unseen.Sentence(component.Reading));
        if (ZoneDoubt.Of(file) is { } doubt) return doubt;

        if (Age.IsFuture(beat, now))
        {
            return CheckResult.Unknown(
                Age.FutureTimestamp,
                $"The last heartbeat of {name} is stamped {Moment.Of(beat)}, which is in the future, so its age cannot be known; " +
                "check the bot's clock.");
        }

        var age = Age.Of(beat, now);
        return age > options.MaxAge
            ? CheckResult.Critical(
                Stale,
                $"The last heartbeat of {name} is {Phrase.Duration(age)} old, the limit is {Phrase.Duration(options.MaxAge)}; " +
                "the bot is dead or hangs, restart it.") with
            { BlocksEntries = true }
            : null;
    }
}

/// <summary>Thresholds of <c>bot_heartbeat</c>.</summary>
public sealed class BotHeartbeatOptions
{
    /// <summary>Oldest that a component's last heartbeat may be.</summary>
    [Description("Oldest that a component's last heartbeat may be.")]
    [DurationRange("00:00:01", "7.00:00:00")]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromSeconds(300);

    /// <summary>Longest that positions and intelligence may stand still beside a fresh heartbeat.</summary>
    [Description("Longest that positions and intelligence may stand still beside a fresh heartbeat.")]
    [DurationRange("00:00:10", "7.00:00:00")]
    public TimeSpan MaxIdle { get; set; } = TimeSpan.FromMinutes(10);
}
