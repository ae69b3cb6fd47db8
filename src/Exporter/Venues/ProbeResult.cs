using System.Collections.Immutable;

namespace Exporter.Venues;

/// <summary>What came of asking a venue.</summary>
public sealed record ProbeResult
{
    /// <summary>When the answer, or its failure, was known.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>One plain sentence for a bot's owner.</summary>
    public required string Reason { get; init; }

    /// <summary>One of <see cref="ProbeCause"/>; null when the venue answered with a success by its own rule.</summary>
    public string? Cause { get; init; }

    public bool Up => Cause is null;

    /// <summary>How long the call took; null when nobody called.</summary>
    public TimeSpan? Duration { get; init; }

    public int? HttpStatus { get; init; }

    /// <summary>Local minus venue at the midpoint of the call: positive when the local clock is ahead. Null when the venue told no time.</summary>
    public ClockSkew? Skew { get; init; }

    /// <summary>What the venue says of its own maintenance; null when this answer does not tell.</summary>
    public MaintenanceState? Maintenance { get; init; }

    /// <summary>Nobody calls again before this.</summary>
    public DateTimeOffset? RetryAfter { get; init; }

    /// <summary>What was done and what came back, for one person who asked; untrusted text cut, secrets masked.</summary>
    public ImmutableArray<string> Steps { get; init; } = [];
}

/// <summary>How far the local clock is ahead of the venue's.</summary>
/// <param name="Value">Local minus venue.</param>
/// <param name="Uncertainty">Half the call's duration, and half a second more when only the Date header told the time.</param>
public readonly record struct ClockSkew(TimeSpan Value, TimeSpan Uncertainty);
