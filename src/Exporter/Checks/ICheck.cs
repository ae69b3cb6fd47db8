namespace Exporter.Checks;

/// <summary>
/// One way in which trading can be blocked, watched for one bot. A check reads and decides; it knows no server and no registry.
/// An instance is called by one evaluation at a time and may remember what it saw.
/// </summary>
public interface ICheck
{
    CheckSpec Spec { get; }

    /// <summary>Calls to somebody else cost them something: within this time the last result is reused. Zero: evaluate every time.</summary>
    TimeSpan MinInterval => TimeSpan.Zero;

    /// <summary>How long an evaluation may go on in the background after the scrape's deadline has passed.</summary>
    TimeSpan Timeout => TimeSpan.FromSeconds(15);

    ValueTask<CheckResult> EvaluateAsync(CheckContext context, CancellationToken cancellation);
}

/// <summary>What an evaluation hands to a check.</summary>
/// <param name="Time">The only clock that a check may look at.</param>
/// <param name="Purpose">Why it is evaluated: a verification may call a venue once outside its interval, never against its Retry-After.</param>
/// <param name="Trace">Collects the steps for one person who asked with <c>?debug=true</c>; null otherwise.</param>
public sealed record CheckContext(TimeProvider Time, EvaluationPurpose Purpose = EvaluationPurpose.Routine, CheckTrace? Trace = null)
{
    public DateTimeOffset Now => Time.GetUtcNow();
}

public enum EvaluationPurpose
{
    Routine,
    Verification,
}

/// <summary>The steps of one check's evaluation, as text, with the time since its start. Secrets never enter it.</summary>
public sealed class CheckTrace(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private readonly List<string> _steps = [];

    public IReadOnlyList<string> Steps
    {
        get
        {
            lock (_steps)
            {
                return [.. _steps];
            }
        }
    }

    public void Step(string text)
    {
        var line = $"{time.GetElapsedTime(_start).TotalMilliseconds,9:F2} ms  {text}";
        lock (_steps)
        {
            _steps.Add(line);
        }
    }
}
