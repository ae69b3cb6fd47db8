using System.Collections.Immutable;

namespace Exporter.Healing;

/// <summary>An alert that asks for healing. Every text is untrusted.</summary>
/// <param name="Action">The label <c>heal</c>.</param>
/// <param name="Bot">The label <c>bot</c>.</param>
/// <param name="Fingerprint">Tells it from other alerts, the same wherever it is delivered.</param>
/// <param name="StartsAt">When it began to fire, if that is believable.</param>
/// <param name="EndsAt">When it ceased, if it has resolved and that is believable.</param>
public sealed record ReceivedAlert(string Action, string Bot, string Fingerprint, bool Firing, DateTimeOffset? StartsAt, DateTimeOffset? EndsAt);

/// <summary>What became of a received alert: the label <c>disposition</c>.</summary>
public enum Disposition
{
    Accepted,

    /// <summary>Its episode is being healed, was healed, or has ended.</summary>
    Duplicate,

    /// <summary>The engine itself tries again when the cooldown is over.</summary>
    Cooldown,

    /// <summary>A guard rail stands, or the healing is exhausted.</summary>
    Refused,
    UnknownAction,
    UnknownBot,
    Resolved,

    /// <summary>The queue is full; the sender must come again.</summary>
    Busy,
}

/// <summary>The answer to a webhook.</summary>
/// <param name="Dispositions">One for each alert, in their order.</param>
/// <param name="ComeAgain">Why the sender must deliver again; null when everything is durably recorded.</param>
public sealed record Receipt(ImmutableArray<Disposition> Dispositions, string? ComeAgain);

/// <summary>What a person asks for.</summary>
/// <param name="Confirmed">Rules waived by name: <c>live</c>, and the guard rails <c>cooldown</c> and <c>attempts</c>.</param>
public sealed record ManualRequest(string Action, string Bot, string Target, bool DryRun, ImmutableHashSet<string> Confirmed);

/// <summary>The answer to it.</summary>
public abstract record ManualReceipt
{
    private ManualReceipt()
    {
    }

    public sealed record Accepted(HealingRecord Healing) : ManualReceipt;

    /// <summary>A healing of the same bot, action and target is under way; this is it.</summary>
    public sealed record UnderWay(HealingRecord Healing) : ManualReceipt;

    public sealed record UnknownAction(string Reason) : ManualReceipt;

    public sealed record UnknownBot(string Reason) : ManualReceipt;

    public sealed record UnknownTarget(string Reason) : ManualReceipt;

    public sealed record Busy(string Reason) : ManualReceipt;
}
