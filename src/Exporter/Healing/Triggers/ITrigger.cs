namespace Exporter.Healing.Triggers;

/// <summary>A way to tell a bot, or somebody, something.</summary>
public interface ITrigger
{
    /// <summary>Two triggers with the same key do the same: refreshes that share it share their result.</summary>
    string Key { get; }

    /// <summary>What firing it does, in one clause that follows "would" ("send POST to http://…"). Shows no secret.</summary>
    string Describe();

    /// <summary>Fires once, within its own time-out. Throws only when <paramref name="cancellation"/> is cancelled.</summary>
    Task<TriggerResult> FireAsync(TriggerMessage message, CancellationToken cancellation);
}

/// <summary>What is told. It travels as a JSON body or as environment variables, never as an argument or in a shell.</summary>
/// <param name="Bot">Name of the bot.</param>
/// <param name="Action">The <c>heal</c> label's value, or the check's name.</param>
/// <param name="Reason">A sentence for a person.</param>
/// <param name="Url">Where to look, or null.</param>
/// <param name="At">When it happened.</param>
/// <param name="Check">The check that fails, when it is not named by <paramref name="Action"/>.</param>
/// <param name="Cause">Of an escalation: exhausted, storm or critical.</param>
/// <param name="Healing">The healing that it is part of; 0 for none.</param>
public sealed record TriggerMessage(
    string Bot, string Action, string Reason, Uri? Url, DateTimeOffset At, string? Check = null, string? Cause = null, long Healing = 0);

/// <summary>What came of firing a trigger. The reason is a sentence; secrets are masked in it, and foreign output cut to 4 KiB.</summary>
/// <param name="Transient">Trying again soon may help: no answer, or the other side says so.</param>
public readonly record struct TriggerResult(bool Fired, string Reason, bool Transient = false);
