namespace Exporter.Healing.Ledger;

/// <summary>
/// One bot's trouble with one action and target, from its first firing alert until every alert that joined it has resolved. It remembers
/// what the guard rails need: how often it was tried, and until when it must rest.
/// </summary>
/// <param name="Subject">The action, or the group of actions that share one trigger: both staleness checks heal as one.</param>
internal sealed record Episode(
    long Id,
    string Bot,
    string Subject,
    string Target,
    string Action,
    string Check,
    DateTimeOffset OpenedAt)
{
    /// <summary>Flapping exhausts too: within this time the attempt count goes on (DESIGN 6).</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    /// <summary>As far as the options let a cooldown grow.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Healthy since; null while it fails.</summary>
    public DateTimeOffset? QuietSince { get; init; }

    /// <summary>Runs of the action, forgotten an hour after the end.</summary>
    public int Attempts { get; init; }

    /// <summary>Failed runs in a row: the exponent of the cooldown.</summary>
    public int Setbacks { get; init; }

    public DateTimeOffset? CoolUntil { get; init; }

    /// <summary>When the engine itself looks again.</summary>
    public DateTimeOffset? DueAt { get; init; }

    public DateTimeOffset? ExhaustedAt { get; init; }

    /// <summary>Exhausted, and no other action has its turn: a person is needed.</summary>
    public bool Pages { get; init; }

    /// <summary>The guard rail that stopped the last consideration, so that it is recorded once and not each minute.</summary>
    public string? RefusedBy { get; init; }

    /// <summary>A time further ahead than any is ever set was written under a clock that has been set back since.</summary>
    public bool IsDue(DateTimeOffset now) => DueAt is { } due && (due <= now || due - now > Longest);

    public bool IsOpen => EndedAt is null;

    /// <summary>The check fails again: attempts count on, unless it had been quiet for long enough.</summary>
    public Episode Failing(DateTimeOffset now) => QuietSince is not { } since ? this
        : now - since > Memory ? this with { QuietSince = null, Attempts = 0, Setbacks = 0, CoolUntil = null, ExhaustedAt = null, Pages = false }
        : this with { QuietSince = null };

    public Episode Quiet(DateTimeOffset now) =>
        this with { QuietSince = QuietSince ?? now, DueAt = null, ExhaustedAt = null, Pages = false, RefusedBy = null };

    public Episode Ended(DateTimeOffset now) =>
        this with { EndedAt = now, QuietSince = QuietSince ?? now, DueAt = null, ExhaustedAt = null, Pages = false, RefusedBy = null };
}
