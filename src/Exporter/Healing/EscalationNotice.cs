namespace Exporter.Healing;

/// <summary>Something that a person must hear of. Told once.</summary>
/// <param name="Action">The exhausted action; null when no action is to blame.</param>
/// <param name="Reason">One sentence with what was tried.</param>
public sealed record EscalationNotice(EscalationCause Cause, string Bot, string? Action, string Check, string Reason, DateTimeOffset At);

public enum EscalationCause
{
    /// <summary>Every attempt of the last action failed.</summary>
    Exhausted,

    /// <summary>The check fails for so many bots that the cause is systemic.</summary>
    Storm,

    /// <summary>The check has been critical for longer than the option allows.</summary>
    Critical,
}

/// <summary>Tells a person, by an HTTP call or a command. Throws when it could not: the engine tries again later.</summary>
public delegate Task Escalate(EscalationNotice notice, CancellationToken cancellation);
