using System.Collections.Immutable;
using Exporter.Bots;
using Exporter.Checks;
using Exporter.Healing.Files;
using Exporter.Healing.Triggers;
using Exporter.Words;

namespace Exporter.Healing.Actions;

/// <summary>
/// Confirms that a block expires on time. An active block is never touched, nor one that cannot be read; one that has ended and that the
/// bot did not clear within the grace is cleared only when its owner allows it, by the bot's own trigger where there is one, else in the
/// file just as the bot does it.
/// </summary>
internal sealed class VerifyKillSwitch(TriggerTable triggers, ActionDependencies dependencies) : IHealingAction
{
    public const string Name = "verify_kill_switch";
    private const string HowToAllow = "Healing:Remedies:ClearExpired";

    public static ActionSpec Definition { get; } = new()
    {
        Name = Name,
        Title = "Verify kill switch",
        Does = "Confirms that the block expires on time; clears one that has ended and is overdue only where ClearExpired is set.",
        HealedWhen = "No switch is active, and none is overdue.",
        Check = "kill_switch",
        ChangesTheBot = true,
    };

    public ActionSpec Spec { get; } = Definition with
    {
        Patience = dependencies.Options.SettleTime > triggers.LongestTimeout ? dependencies.Options.SettleTime : triggers.LongestTimeout,
    };

    public static IHealingAction Create(ActionDependencies dependencies) =>
        new VerifyKillSwitch(new TriggerTable(Name, dependencies.Options.Triggers.GetValueOrDefault(Name), dependencies), dependencies);

    public ValueTask<string?> WhyNotAsync(HealingTarget target, CancellationToken cancellation) => new((string?)null);

    public async ValueTask<ImmutableArray<string>> PlanAsync(HealingTarget target, CancellationToken cancellation)
    {
        if (await JudgeAsync(target.Bot, cancellation) is { } settled)
            return [settled.Reason];
        return triggers.For(target.Bot) is { } trigger
            ? [$"It would {trigger.Describe()}."]
            : [$"It would set blocked_until to null and block_cleared_at to the time in {dependencies.FileBacked(target.Bot)?.KillSwitchStatePath}, " +
               $"once the file has been still for {Phrase.Seconds(dependencies.Options.SettleTime)}, and keep a copy of what was there."];
    }

    public async ValueTask<ActionResult> RunAsync(HealingTarget target, CancellationToken cancellation)
    {
        if (await JudgeAsync(target.Bot, cancellation) is { } settled)
            return settled;
        if (triggers.For(target.Bot) is { } trigger)
        {
            var message = new TriggerMessage(target.Bot, Name, "The block has ended and is not cleared; clear it.", null, dependencies.Time.GetUtcNow(), Healing: target.Healing);
            return await TriggerTable.FireAsync(trigger, message, null, cancellation);
        }

        return dependencies.FileBacked(target.Bot) is { } bot
            ? await ClearAsync(bot, cancellation)
            : new ActionResult.Suggested { Reason = triggers.HowToConfigure(target.Bot) };
    }

    /// <summary>What can be said without acting; null when there is an overdue block that may be cleared.</summary>
    private async ValueTask<ActionResult?> JudgeAsync(string bot, CancellationToken cancellation)
    {
        var now = dependencies.Time.GetUtcNow();
        var grace = dependencies.RecoveryGrace(bot);
        var watched = dependencies.Bot(bot);
        // As the check judges them: what it calls overdue is overdue here.
        var standings = (await watched.ReadKillSwitchesAsync(cancellation)).Select(named => SwitchStanding.Of(named, watched.ReachOf(named.Name), now, grace)).ToList();
        if (standings.Where(standing => standing.Active).Select(standing => Active(standing, now)).ToList() is { Count: > 0 } active)
            return new ActionResult.Suggested { Reason = string.Join(" ", active) };
        if (standings.Find(standing => standing.UnseenReason is not null) is { } unseen)
            return new ActionResult.Refused { Reason = $"A block that cannot be read is never touched: {unseen.UnseenReason}" };
        if (standings.Find(standing => standing.Overdue) is { } overdue)
        {
            return dependencies.Options.ClearExpired
                ? null
                : new ActionResult.Suggested
                {
                    Reason = $"The block ended at {Moment.Of(overdue.BlockedUntil!.Value)}, and " +
                        (overdue.IsNeverCleared ? "this bot never clears it. " : $"the bot has not cleared it within {Phrase.Duration(grace)}; see whether its recovery loop runs. ") +
                        $"It blocks nothing any more. The exporter clears it only where {HowToAllow} is true.",
                };
        }

        return new ActionResult.Done
        {
            Reason = standings.Find(standing => standing.Expired) is { BlockedUntil: { } expired }
                ? $"The block ended at {Moment.Of(expired)}, and the bot has until {Moment.Of(expired + grace)} to clear it."
                : "No switch is active, and none is overdue.",
        };
    }

    private async Task<ActionResult> ClearAsync(IFileBackedBot bot, CancellationToken cancellation)
    {
        var path = bot.KillSwitchStatePath;
        var stillness = await dependencies.Files.Still.WaitAsync(path, dependencies.Options.SettleTime, cancellation);
        if (!stillness.Still)
            return new ActionResult.Cancelled { Reason = $"{path} was written while it was watched, so somebody is at it; nothing was touched." };
        if (StateFile.Read(path) is not StateFile.Seen seen || KillSwitchFile.Parse(seen.Content.Span) is not { } judged)
            return new ActionResult.Refused { Reason = $"{path} cannot be read as a kill switch's state, and such a block is never touched. Look at it, and clear it in the bot." };

        var now = dependencies.Time.GetUtcNow();
        var outcome = new SafeFileReplace(dependencies.Step).Replace(new FileReplacement
        {
            MayStand = content => KillSwitchFile.Parse(content) is not null,
            Root = bot.Root!,
            Path = path,
            Expected = stillness.Identity,
            Decide = content => Decide(content, judged, now),
            Backup = content => dependencies.Files.Good.KeepReplaced(bot.Name, "kill switch", content.Span),
        });
        return outcome switch
        {
            FileOutcome.Written => new ActionResult.Done("The bot may hold the block in its memory until it reads the file again or is restarted.")
            {
                Reason = $"The block that ended at {Moment.Of(judged.BlockedUntil ?? now)} was cleared in {path}.",
            },
            FileOutcome.Moved { Reason: var reason } => new ActionResult.Cancelled { Reason = reason },
            FileOutcome.Refused { Reason: var reason } => new ActionResult.Refused { Reason = reason },
            FileOutcome.Failed { Reason: var reason } => new ActionResult.Failed { Reason = reason },
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static Rewrite Decide(ReadOnlyMemory<byte> content, KillSwitchFile judged, DateTimeOffset now)
    {
        if (KillSwitchFile.Parse(content.Span) is not { } again)
            return Rewrite.Not("The kill switch's state cannot be read any more, and such a block is never touched.");
        if (again.BlockedUntilText != judged.BlockedUntilText || again.LastTriggeredText != judged.LastTriggeredText)
            return Rewrite.Not("The kill switch was triggered or cleared meanwhile; what the bot wrote stands.");
        return again.BlockedUntil <= now
            ? Rewrite.With(again.Cleared(content.Span, now))
            : Rewrite.Not("The block is not overdue.");
    }

    private static string Active(SwitchStanding standing, DateTimeOffset now) => standing.BlockedUntil is { } until && until > now
        ? $"The switch {standing.Title} says blocked until {Moment.Of(until)}, for another {Phrase.Duration(until - now)}; it ends by itself, and an active block is never touched."
        : $"The switch {standing.Title} is set until the bot or its owner clears it; the exporter never does. Find out why it tripped.";
}
