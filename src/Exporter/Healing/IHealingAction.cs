using System.Collections.Immutable;

namespace Exporter.Healing;

/// <summary>
/// One way to help a bot. An action does and reports; the engine decides whether it may run, proves the recovery by re-running the
/// action's check, and records. Actions are idempotent: after a crash the engine verifies first, then runs again if need be.
/// </summary>
public interface IHealingAction
{
    ActionSpec Spec { get; }

    /// <summary>
    /// What refreshes share: two actions with the same group for a bot share target, cooldown and result. Null: the action stands alone.
    /// </summary>
    string? SharedGroup(string bot) => null;

    /// <summary>
    /// Whether the bot has such a target for this action. Empty means the bot as a whole, and that is all that most actions know. What a
    /// person names is asked here before anything is recorded; a webhook's healing always has an empty target.
    /// </summary>
    bool Accepts(string bot, string target) => target.Length == 0;

    /// <summary>
    /// Says whether the action can make sense now (no refresh while the venue is down): null when it can, else the sentence
    /// that says why not and what to do. Changes nothing.
    /// </summary>
    ValueTask<string?> WhyNotAsync(HealingTarget target, CancellationToken cancellation);

    /// <summary>What a run would do, in sentences that name every file, request and command. Changes nothing, shows no secret.</summary>
    ValueTask<ImmutableArray<string>> PlanAsync(HealingTarget target, CancellationToken cancellation);

    /// <summary>Does it. Called inside the action's Polly pipeline: throw for what a retry may mend, return for everything else.</summary>
    ValueTask<ActionResult> RunAsync(HealingTarget target, CancellationToken cancellation);
}

/// <summary>All that is fixed about an action.</summary>
public sealed record ActionSpec
{
    /// <summary>The value of the label <c>heal</c>, snake_case.</summary>
    public required string Name { get; init; }

    /// <summary>A heading for people, such as "Restore configuration".</summary>
    public required string Title { get; init; }

    /// <summary>One sentence: what it does.</summary>
    public required string Does { get; init; }

    /// <summary>One sentence: when it counts as healed.</summary>
    public required string HealedWhen { get; init; }

    /// <summary>The check that proves it.</summary>
    public required string Check { get; init; }

    /// <summary>True when it writes a bot's file or fires a trigger, and so needs <c>--heal</c>.</summary>
    public required bool ChangesTheBot { get; init; }

    /// <summary>True when the data that proves it must be stamped after the action began (the two refreshes).</summary>
    public bool NeedsNewerData { get; init; }

    /// <summary>
    /// How long a run may wait before it acts, such as for a file to be still. The time-outs of the action's pipeline count on top of it.
    /// </summary>
    public TimeSpan Patience { get; init; }

    /// <summary>True when the best verdict is <c>suggested</c>: it never changes anything.</summary>
    public bool OnlySuggests { get; init; }
}

/// <summary>Whom an action is asked to help. All values are validated: the bot is configured and the target is one of the bot's own.</summary>
/// <param name="Bot">Name of a configured bot.</param>
/// <param name="Target">What of the bot, such as a configuration file; empty for the bot as a whole.</param>
/// <param name="Confirmed">Rules that a person has waived by name for this one healing, such as <c>live</c>.</param>
/// <param name="Healing">The healing's number in the ledger; 0 for what is only asked.</param>
public sealed record HealingTarget(string Bot, string Target, ImmutableHashSet<string> Confirmed, long Healing = 0);

/// <summary>What came of a run, before the proof.</summary>
public abstract record ActionResult
{
    private ActionResult()
    {
    }

    /// <summary>One plain sentence for the owner.</summary>
    public required string Reason { get; init; }

    /// <summary>It did what it can; the re-run check decides.</summary>
    /// <param name="Caveat">What the verdict cannot know, such as that the bot may need a restart; or null.</param>
    public sealed record Done(string? Caveat = null) : ActionResult;

    /// <summary>It did nothing, and says what a person should do.</summary>
    public sealed record Suggested : ActionResult;

    /// <summary>A rule forbids it.</summary>
    public sealed record Refused : ActionResult;

    /// <summary>It tried and could not.</summary>
    public sealed record Failed : ActionResult;

    /// <summary>The reason for acting went away meanwhile, such as a file that the bot has rewritten.</summary>
    public sealed record Cancelled : ActionResult;
}
