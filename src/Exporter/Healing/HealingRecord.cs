using System.Collections.Immutable;
using Exporter.Healing.Ledger;

namespace Exporter.Healing;

/// <summary>One healing as the ledger knows it.</summary>
/// <param name="Id">Rises with each healing; unique within a ledger.</param>
/// <param name="Episode">The episode that it belongs to.</param>
/// <param name="Check">The check that proves it.</param>
/// <param name="AlertStartsAt">When the failure began, by the alert; null when nobody said.</param>
/// <param name="Confirmed">Rules that a person waived by name for this healing.</param>
public sealed record HealingRecord(
    long Id,
    long Episode,
    string Bot,
    string Action,
    string Target,
    string Check,
    HealingTrigger Trigger,
    DateTimeOffset AcceptedAt,
    DateTimeOffset? AlertStartsAt,
    ImmutableHashSet<string> Confirmed,
    bool DryRun,
    HealingState State)
{
    public HealingTarget AsTarget() => new(Bot, Target, Confirmed, Id);
}

/// <summary>Who asked for a healing.</summary>
public enum HealingTrigger
{
    /// <summary>A webhook.</summary>
    Alertmanager,

    /// <summary>The exporter's own evaluation.</summary>
    Autonomous,

    /// <summary>A person, through the API, the page or the command line.</summary>
    Manual,

    /// <summary>The engine itself, when a cooldown or the cause of a refusal was over.</summary>
    Retry,

    /// <summary>The order of actions: the one before is exhausted.</summary>
    Order,
}

/// <summary>One step of a healing, as it is journaled.</summary>
/// <param name="Number">Rises with each step, so that a reader can tell a step that was written twice around a crash.</param>
/// <param name="Step">The state that was entered, or what happened within it: <c>resumed</c>, <c>exhausted</c>.</param>
/// <param name="Attempt">0 before the first attempt.</param>
/// <param name="Outcome">Null until the verdict.</param>
public sealed record HealingStep(
    long Number,
    DateTimeOffset Timestamp,
    long Id,
    string Bot,
    string Action,
    string Target,
    string Trigger,
    string Step,
    int Attempt,
    string? Outcome,
    string Reason);
