using System.Collections.Immutable;

namespace Exporter.Checks;

/// <summary>All that is fixed about a check: the catalogue, the documentation, <c>collect[]</c> and the completeness test read this.</summary>
public sealed record CheckSpec
{
    /// <summary>The value of the label <c>check</c>, snake_case.</summary>
    public required string Name { get; init; }

    public required Category Category { get; init; }

    /// <summary>What the check becomes when it fails; null for a check that only informs.</summary>
    public required CheckStatus? Severity { get; init; }

    /// <summary>
    /// Whether the headline rests on it: a finding of it that blocks entries makes the bot blocked, and while it cannot see, nobody knows
    /// whether the bot trades.
    /// </summary>
    public bool DecidesTrading { get; init; }

    /// <summary>True where one newer sign proves no recovery, since what died at once gave it too: a second, later one does.</summary>
    public bool IsProvenTwice { get; init; }

    /// <summary>A heading for people, such as "Kill switch".</summary>
    public required string Title { get; init; }

    /// <summary>One sentence: what is watched.</summary>
    public required string Watches { get; init; }

    /// <summary>One sentence: what it means for trading when the check fails.</summary>
    public required string Impact { get; init; }

    /// <summary>One sentence: what a person can do when it fails.</summary>
    public required string Remedy { get; init; }

    /// <summary>The machine-readable causes that its results may carry (the label <c>cause</c>).</summary>
    public ImmutableArray<string> Causes { get; init => field = [.. value.Distinct()]; } = [];

    /// <summary>The metric families that its results may hold samples of.</summary>
    public required ImmutableArray<MetricFamily> Families { get; init; }

    /// <summary>PromQL that shows the finding; <c>$bot</c> stands for the bot's name.</summary>
    public required string Query { get; init; }

    /// <summary>Name of the page in <c>docs/runbooks/</c>, without ending: the name of the check's main alert.</summary>
    public required string Runbook { get; init; }
}

public enum Category
{
    Signal,
    System,
    Resource,
    Configuration,
    Data,
    State,
}

public enum MetricKind
{
    Gauge,
    Counter,
}

/// <summary>A metric family that a check declares.</summary>
/// <param name="Labels">Beside <c>bot</c>, which every series carries and which is not named here.</param>
public sealed record MetricFamily(MetricKind Kind, string Name, string Help, ImmutableArray<string> Labels)
{
    public static MetricFamily Gauge(string name, string help, params ReadOnlySpan<string> labels) => new(MetricKind.Gauge, name, help, [.. labels]);

    public static MetricFamily Counter(string name, string help, params ReadOnlySpan<string> labels) => new(MetricKind.Counter, name, help, [.. labels]);

    /// <summary>A sample of this family; label values in the order of <see cref="Labels"/>.</summary>
    public Sample Of(double value, params ReadOnlySpan<string> labelValues) => new(this, value, [.. labelValues]);
}

/// <summary>One value of a family. Times are Unix seconds, durations seconds, booleans 0 or 1.</summary>
public readonly record struct Sample(MetricFamily Family, double Value, ImmutableArray<string> LabelValues);
