using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Exporter.Checks;

namespace Exporter.Healing;

/// <summary>
/// One action's pipeline and limits (<c>Healing:Actions:NAME:…</c>). From the outside in: the total time-out, the retries, the circuit
/// breaker, the time-out of one attempt.
/// </summary>
public sealed class ActionOptions
{
    [Description("Time for all tries together.")]
    [DurationRange("00:00:00.1", "1.00:00:00")]
    public TimeSpan TotalTimeout { get; set; } = TimeSpan.FromMinutes(5);

    [Description("Time for one try; a restore may wait for the settle time of a file within it.")]
    [DurationRange("00:00:00.1", "1.00:00:00")]
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromMinutes(2);

    [Description("Tries after the first one, within the same attempt.")]
    [Range(0, 10)]
    public int Retries { get; set; } = 2;

    [Description("Wait before the first retry; doubles each time, with jitter.")]
    [DurationRange("00:00:00", "00:10:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(2);

    [Description("The circuit opens when more than this share of the tries fails.")]
    [Range(0.01, 1.0)]
    public double CircuitFailureRatio { get; set; } = 0.5;

    [Description("Fewer tries than this within the sampling time never open the circuit.")]
    [Range(2, 10_000)]
    public int CircuitMinimumTries { get; set; } = 6;

    [Description("The time over which the circuit counts tries.")]
    [DurationRange("00:00:01", "1.00:00:00")]
    public TimeSpan CircuitSampling { get; set; } = TimeSpan.FromMinutes(10);

    [Description("How long an open circuit refuses before it lets one try through.")]
    [DurationRange("00:00:01", "1.00:00:00")]
    public TimeSpan CircuitBreak { get; set; } = TimeSpan.FromMinutes(5);

    [Description("Overrides Healing:Cooldown for this action.")]
    [DurationRange("00:00:01", "1.00:00:00")]
    public TimeSpan? Cooldown { get; set; }

    [Description("Overrides Healing:VerifyTimeout for this action.")]
    [DurationRange("00:00:01", "1.00:00:00")]
    public TimeSpan? VerifyTimeout { get; set; }
}
