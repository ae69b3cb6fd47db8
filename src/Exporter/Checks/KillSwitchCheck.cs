using System.Collections.Immutable;
using System.ComponentModel;
using Exporter.Bots;

namespace Exporter.Checks;

/// <summary>
/// Watches every switch by which a bot says that it opens nothing: blocks with a timer, freezes, and the owner's own. Two things go
/// wrong: a block that nobody knows of, and a bot that opens positions in spite of it: its owner believes himself protected. Which
/// entries obey which switch the kind of bot says; a headline rests only on those that all obey.
/// </summary>
public sealed class KillSwitchCheck(IBot bot, KillSwitchOptions options) : ICheck
{
    private const string Active = "active";
    private const string Breached = "breached";
    private const string Overdue = "recovery_overdue";

    private static readonly MetricFamily ActiveGauge = MetricFamily.Gauge(
        "tradingbot_kill_switch_active", "1 while the switch says blocked, whether it stops every entry, some, or none that asks it.", "switch");

    private static readonly MetricFamily BlockedUntil = MetricFamily.Gauge(
        "tradingbot_kill_switch_blocked_until_timestamp_seconds",
        "End of the switch's timed block in Unix time, as the bot wrote it.",
        "switch");

    private static readonly MetricFamily OverdueGauge = MetricFamily.Gauge(
        "tradingbot_kill_switch_recovery_overdue", "1 while a block has ended and the bot has not cleared it within the grace, or never will.", "switch");

    private static readonly MetricFamily BreachedGauge = MetricFamily.Gauge(
        "tradingbot_kill_switch_breached", "1 while the switch is active and a position was opened after it tripped.", "switch");

    public static CheckSpec Definition { get; } = new()
    {
        Name = "kill_switch",
        Category = Category.State,
        Severity = CheckStatus.Critical,
        DecidesTrading = true,
        Title = "Kill switch",
        Watches = "Every switch by which the bot says that it opens nothing, and whether the bot obeys it and clears it in time.",
        Impact = "While a switch is active the entries that obey it open nothing; a breached switch means that the bot trades against its own rule.",
        Remedy = "Wait for the block to end, or find out why it tripped and clear the switch in the bot; stop a bot that breaches it.",
        Causes = [Active, Breached, Overdue, SwitchStanding.Stale, ZoneDoubt.Cause, Age.FutureTimestamp, .. Unseen.Causes],
        Families = [ActiveGauge, BlockedUntil, OverdueGauge, BreachedGauge],
        Query = "tradingbot_kill_switch_active{bot=\"$bot\"} == 1",
        Runbook = "TradingBotKillSwitchActive",
    };

    public CheckSpec Spec => Definition;

    public async ValueTask<CheckResult> EvaluateAsync(CheckContext context, CancellationToken cancellation)
    {
        var readings = await bot.ReadKillSwitchesAsync(cancellation);
        if (readings.Select(named => named.Reading).OfType<Reading<KillSwitch>.NotKept>().FirstOrDefault() is { } none)
            return CheckResult.Disabled(Phrase.Sentence(none.Reason));

        var standings = readings
            .Select(named => SwitchStanding.Of(named, bot.ReachOf(named.Name), context.Now, options.RecoveryGrace)).ToImmutableArray();
        if (standings.Any(standing => standing.Active))
        {
            var positions = await bot.ReadPositionsAsync(cancellation);
            standings = [.. standings.Select(standing => standing.WithBreach(positions, context.Now))];
        }

        return Judge(standings, context.Now) with
        {
            DataTimestamp = standings.Max(standing => standing.DataAt),
            MayHideBlock = standings.Any(standing => standing.UnseenCause is not null && standing.Reach.StopsAll),
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
        var blocks = active.Exists(standing => standing.Reach.StopsAll);
        if (active.Find(standing => standing.Breached == true) is { } breached)
        {
            return CheckResult.Critical(
                Breached,
                $"The switch {breached.Title} is active since {Moment.Of(breached.ActiveSince)}, yet a position was opened at " +
                $"{Moment.Of(breached.OpenedWhileBlocked!.Value)}; {Disobedience(breached)}{blind}.") with
            { BlocksEntries = blocks };
        }

        if (active.Count > 0)
        {
            var breach = active.Find(standing => standing.BreachUnseen is not null)?.BreachUnseen;
            if (active.TrueForAll(standing => standing.Reach.IsHalf)) return CheckResult.Warning(Active, $"{ActiveSentence(active, now)}{blind}.");
            return CheckResult.Critical(
                Active, $"{ActiveSentence(active, now)}{blind}.{(breach is null ? "" : $" Whether it was breached cannot be seen: {breach}")}") with
            { BlocksEntries = blocks };
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
            return CheckResult.Warning(Overdue, overdue.IsNeverCleared
                ? $"The block of {overdue.Title} ended at {Moment.Of(overdue.BlockedUntil!.Value)}, and this bot never clears it; it blocks nothing any more."
                : $"{EndOfBlock(overdue, now)} and is not cleared, the grace is {Phrase.Duration(options.RecoveryGrace)}; " +
                  "it blocks nothing any more, see whether the bot's recovery loop runs.");
        }

        if (standings.FirstOrDefault(standing => standing.Expired) is { } expired)
        {
            return CheckResult.Ok(
                $"No switch is active. {EndOfBlock(expired, now)} and is to be cleared within {Phrase.Duration(options.RecoveryGrace)}.");
        }

        var lifted = standings.FirstOrDefault(standing => standing.LiftedUntil is not null);
        var aside = (lifted, standings.FirstOrDefault(standing => standing.Gone is not null)?.Gone) switch
        {
            ({ LiftedUntil: { } until } set, _) => $" {set.Title} is set, but an operator has lifted it {(until == DateTimeOffset.MaxValue ? "without an end" : $"until {Moment.Of(until)}")}.",
            (_, { } gone) => $" {gone}",
            _ => "",
        };
        return standings.All(standing => standing.NeverTriggered)
            ? CheckResult.Ok($"No switch is active: {(standings.Length == 1 ? "it has" : $"all {standings.Length} have")} never triggered.")
            : CheckResult.Ok($"No switch is active among {standings.Length}.{aside}");
    }

    private static string Disobedience(SwitchStanding breached) => breached.Reach.Stops.Length > 0
        ? "stop the bot and find out why it does not obey"
        : $"{breached.Does}: do not believe yourself protected, stop the bot if it must not trade";

    private static string EndOfBlock(SwitchStanding standing, DateTimeOffset now) =>
        $"The block of {standing.Title} ended {Phrase.Duration(now - standing.BlockedUntil!.Value)} ago";

    private static string ActiveSentence(List<SwitchStanding> active, DateTimeOffset now)
    {
        var until = active.All(standing => standing.BlockedUntil > now) ? active.Max(standing => standing.BlockedUntil) : null;
        var them = active.Count == 1 ? "it" : "them";
        var end = until is { } time
            ? $" until {Moment.Of(time)}, for another {Phrase.Duration(time - now)}; find out why it tripped, it ends by itself"
            : $" until the bot or its owner clears {them}";
        if (active.TrueForAll(standing => standing.Reach.Stops == active[0].Reach.Stops))
        {
            var names = Phrase.List([.. active.Select(standing => standing.Title)]);
            return active[0].Reach.Stops is { Length: > 0 } stops
                ? (active.Count == 1 ? $"The switch {names} stops {stops}" : $"The switches {names} stop {stops}") + end
                : (active.Count == 1 ? $"The switch {names} is set" : $"The switches {names} are set") + end + $": {active[0].Does}";
        }

        return $"{Phrase.Count(active.Count, "switch is", "switches are")} set{end}: {string.Join("; ", active.Select(standing => $"{standing.Title} {Clause(standing)}"))}";
    }

    private static string Clause(SwitchStanding standing) => standing.Reach.Stops.Length > 0 ? standing.Does : $"({standing.Does})";

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
        yield return Detail.Of("lifted_switches", Names(standing => standing.LiftedUntil is not null));
        yield return Detail.Of("removed_switches", [.. standings.Select(standing => standing.Gone).OfType<string>()]);
        yield return Detail.Of("notes", [.. standings.Select(standing => standing.Note).OfType<string>()]);
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
    /// <summary>How long after its end a block may stay uncleared, where the bot clears it at all.</summary>
    [Description("How long after its end a block may stay uncleared, where the bot clears it at all; the reference bot never does.")]
    [DurationRange("00:00:00", "30.00:00:00")]
    public TimeSpan RecoveryGrace { get; set; } = TimeSpan.FromHours(5);
}
