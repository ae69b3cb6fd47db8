using System.Collections.Immutable;
using System.ComponentModel;
using Exporter.Bots;

namespace Exporter.Checks;

/// <summary>
/// Watches every switch that stops new entries: the drawdown block with its timer, the freezes, and the owner's own. Two things go
/// wrong: a block that nobody knows of, and a bot that opens positions in spite of it. Source of the rule: the reference bot blocks
/// for a time after a drawdown and clears the block in a loop that runs every 4 h.
/// </summary>
public sealed class KillSwitchCheck(IBot bot, KillSwitchOptions options) : ICheck
{
    private const string Active = "active";
    private const string Breached = "breached";
    private const string Overdue = "recovery_overdue";

    private static readonly MetricFamily ActiveGauge = MetricFamily.Gauge(
        "tradingbot_kill_switch_active", "1 while the switch stops every new entry.", "switch");

    private static readonly MetricFamily BlockedUntil = MetricFamily.Gauge(
        "tradingbot_kill_switch_blocked_until_timestamp_seconds",
        "End of the switch's timed block in Unix time, as the bot wrote it.",
        "switch");

    private static readonly MetricFamily OverdueGauge = MetricFamily.Gauge(
        "tradingbot_kill_switch_recovery_overdue", "1 while a block has ended and the bot has not cleared it within the grace.", "switch");

    private static readonly MetricFamily BreachedGauge = MetricFamily.Gauge(
        "tradingbot_kill_switch_breached", "1 while the switch is active and a position was opened after it tripped.", "switch");

    public static CheckSpec Definition { get; } = new()
    {
        Name = "kill_switch",
        Category = Category.State,
        Severity = CheckStatus.Critical,
        Title = "Kill switch",
        Watches = "Every switch that stops new entries, and whether the bot obeys it and clears it in time.",
        Impact = "The bot opens no new position while a switch is active; a breached switch means that it trades against its own rule.",
        Remedy = "Wait for the block to end, or find out why it tripped and clear the switch in the bot; stop a bot that breaches it.",
        Causes = [Active, Breached, Overdue, Age.FutureTimestamp, .. Unseen.Causes],
        Families = [ActiveGauge, BlockedUntil, OverdueGauge, BreachedGauge],
        Query = "tradingbot_kill_switch_active{bot=\"$bot\"} == 1",
        Runbook = "TradingBotKillSwitchActive",
    };

    public CheckSpec Spec => Definition;

    public async ValueTask<CheckResult> EvaluateAsync(CheckContext context, CancellationToken cancellation)
    {
        var readings = await bot.ReadKillSwitchesAsync(cancellation);
        var standings = readings.Select(named => SwitchStanding.Of(named, context.Now, options.RecoveryGrace)).ToImmutableArray();
        if (standings.Any(standing => standing.Active))
        {
            var positions = await bot.ReadPositionsAsync(cancellation);
            standings = [.. standings.Select(standing => standing.WithBreach(positions, context.Now))];
        }

        return Judge(standings, context.Now) with
        {
            DataTimestamp = standings.Max(standing => standing.File?.Stamp),
            Samples = [.. standings.SelectMany(Series)],
            Details = [.. DetailsOf(standings, context.Now)],
        };
    }

    private CheckResult Judge(ImmutableArray<SwitchStanding> standings, DateTimeOffset now)
    {
        if (standings.IsEmpty) return CheckResult.Unknown(Unseen.Absent, "The bot names no switch, so nobody knows whether one is active.");

        var active = standings.Where(standing => standing.Active).ToList();
        var unseen = standings.Where(standing => standing.UnseenCause is not null).ToList();
        var blind = unseen.Count == 0 ? "" : $"; {Phrase.Count(unseen.Count, "other switch", "other switches")} could not be read";
        if (active.Find(standing => standing.Breached == true) is { } breached)
        {
            return CheckResult.Critical(
                Breached,
                $"The switch {breached.Title} is active since {Moment.Of(breached.ActiveSince)}, yet a position was opened at " +
                $"{Moment.Of(breached.OpenedWhileBlocked!.Value)}; stop the bot and find out why it does not obey{blind}.") with
            { BlocksEntries = true };
        }

        if (active.Count > 0)
        {
            return CheckResult.Critical(Active, $"{ActiveSentence(active, now)}{blind}.") with { BlocksEntries = true };
        }

        if (unseen.Count > 0) return CheckResult.Unknown(unseen[0].UnseenCause!, unseen[0].UnseenReason!);

        if (standings.FirstOrDefault(standing => standing.FromTheFuture) is { } ahead)
        {
            return CheckResult.Unknown(
                Age.FutureTimestamp,
                $"The switch {ahead.Title} says that it tripped at {Moment.Of(ahead.TriggeredAt!.Value)}, which is in the future; " +
                "check the bot's clock.");
        }

        if (standings.FirstOrDefault(standing => standing.Overdue) is { } overdue)
        {
            return CheckResult.Warning(
                Overdue,
                $"{EndOfBlock(overdue, now)} and is not cleared, the grace is {Phrase.Duration(options.RecoveryGrace)}; " +
                "it blocks nothing any more, see whether the bot's recovery loop runs.");
        }

        if (standings.FirstOrDefault(standing => standing.Expired) is { } expired)
        {
            return CheckResult.Ok(
                $"No switch is active. {EndOfBlock(expired, now)} and is to be cleared within {Phrase.Duration(options.RecoveryGrace)}.");
        }

        return standings.All(standing => standing.NeverTriggered)
            ? CheckResult.Ok($"No switch is active: {(standings.Length == 1 ? "it has" : $"all {standings.Length} have")} never triggered.")
            : CheckResult.Ok($"No switch is active among {standings.Length}.");
    }

    private static string EndOfBlock(SwitchStanding standing, DateTimeOffset now) =>
        $"The block of {standing.Title} ended {Phrase.Duration(now - standing.BlockedUntil!.Value)} ago";

    private static string ActiveSentence(List<SwitchStanding> active, DateTimeOffset now)
    {
        var names = Phrase.List([.. active.Select(standing => standing.Title)]);
        var until = active.All(standing => standing.BlockedUntil > now) ? active.Max(standing => standing.BlockedUntil) : null;
        var stops = active.Count == 1 ? $"The switch {names} stops every new entry" : $"The switches {names} stop every new entry";
        return until is { } end
            ? $"{stops} until {Moment.Of(end)}, for another {Phrase.Duration(end - now)}; find out why it tripped, it ends by itself"
            : $"{stops} until the bot or its owner clears {(active.Count == 1 ? "it" : "them")}";
    }

    private static IEnumerable<Sample> Series(SwitchStanding standing)
    {
        if (standing.UnseenCause is not null) yield break;
        var name = LabelText.Of(standing.Name);
        yield return ActiveGauge.Of(standing.Active ? 1 : 0, name);
        yield return OverdueGauge.Of(standing.Overdue ? 1 : 0, name);
        if (standing.Breached is { } breached) yield return BreachedGauge.Of(breached ? 1 : 0, name);
        if (standing.BlockedUntil is { } until) yield return BlockedUntil.Of(Age.UnixSeconds(until), name);
    }

    private static IEnumerable<Detail> DetailsOf(ImmutableArray<SwitchStanding> standings, DateTimeOffset now)
    {
        ImmutableArray<string> Names(Func<SwitchStanding, bool> holds) => [.. standings.Where(holds).Select(standing => standing.Title)];

        yield return Detail.Of("active_switches", Names(standing => standing.Active));
        yield return Detail.Of("breached_switches", Names(standing => standing.Breached == true));
        yield return Detail.Of("overdue_switches", Names(standing => standing.Overdue));
        yield return Detail.Of("unread_switches", Names(standing => standing.UnseenCause is not null));
        yield return Detail.Of("never_triggered_switches", Names(standing => standing.NeverTriggered));
        if (standings.Max(standing => standing.BlockedUntil) is { } until)
        {
            yield return Detail.Of("blocked_until", until);
            if (until > now) yield return Detail.Of("remaining_seconds", Math.Round((until - now).TotalSeconds, 3));
        }

        var why = standings.Where(standing => standing is { Active: true, Why.Length: > 0 }).ToImmutableArray();
        if (!why.IsEmpty) yield return Detail.Of("why", [.. why.Select(standing => $"{standing.Title}: {Phrase.Sentence(standing.Why!)}")]);
        foreach (var link in SourceDetails.LinksOf(standings.Select(standing => standing.File))) yield return link;
    }
}

/// <summary>Thresholds of <c>kill_switch</c>.</summary>
public sealed class KillSwitchOptions
{
    /// <summary>How long after its end a block may stay uncleared. The reference bot clears it in a loop that runs every 4 h.</summary>
    [Description("How long after its end a block may stay uncleared. The reference bot clears it in a loop that runs every 4 h.")]
    [DurationRange("00:00:00", "30.00:00:00")]
    public TimeSpan RecoveryGrace { get; set; } = TimeSpan.FromHours(5);
}
