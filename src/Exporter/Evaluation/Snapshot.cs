using System.Collections.Immutable;
using Exporter.Checks;

namespace Exporter.Evaluation;

/// <summary>Everything that one evaluation found, of every bot. Immutable; published by one reference swap.</summary>
/// <param name="Number">Counts evaluations since the start; a later snapshot has a higher number.</param>
/// <param name="At">When the evaluation ended, UTC.</param>
public sealed record Snapshot(long Number, DateTimeOffset At, ImmutableArray<BotSnapshot> Bots)
{
    /// <summary>
    /// True when it holds just the checks of a <see cref="CheckFilter"/>: it was never published, and its health speaks of these alone.
    /// </summary>
    public bool Partial { get; init; }

    /// <summary>The worst health among the bots; <see cref="Health.Healthy"/> when there is none.</summary>
    public Health Overall => Bots.IsEmpty ? Health.Healthy : Bots.Max(bot => bot.Health);

    public BotSnapshot? Find(string bot) => Bots.FirstOrDefault(candidate => candidate.Bot == bot);

    /// <summary>Whether it speaks of the same bots as <paramref name="other"/>; they keep their places until a reload.</summary>
    public bool HasBotsOf(Snapshot other)
    {
        var same = Bots.Length == other.Bots.Length;
        for (var i = 0; same && i < Bots.Length; i++)
        {
            same = Bots[i].Bot == other.Bots[i].Bot;
        }

        return same;
    }
}

/// <summary>One bot's part of a snapshot.</summary>
/// <param name="Health">CRITICAL if any check is critical, else WARNING if any is warning or unknown, else HEALTHY. Disabled checks do not count.</param>
/// <param name="Since">Since when this health holds, also across restarts.</param>
public sealed record BotSnapshot(string Bot, Health Health, DateTimeOffset Since, ImmutableArray<CheckState> Checks)
{
    public CheckState? Find(string check) => Checks.FirstOrDefault(candidate => candidate.Spec.Name == check);

    /// <summary>The headline: whether the bot can open positions.</summary>
    public required TradingState Trading { get; init; }
}

/// <summary>A check's standing within a snapshot.</summary>
/// <param name="EvaluatedAt">When the result came to be; older than the snapshot when the last result was reused.</param>
/// <param name="Duration">How long that evaluation took.</param>
/// <param name="Since">Since when the check has this status, also across restarts.</param>
public sealed record CheckState(CheckSpec Spec, CheckResult Result, DateTimeOffset EvaluatedAt, TimeSpan Duration, DateTimeOffset Since);
