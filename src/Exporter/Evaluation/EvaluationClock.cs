namespace Exporter.Evaluation;

/// <summary>The time that evaluations measure with, and an order of events that does not depend on it.</summary>
internal sealed class EvaluationClock(TimeProvider time)
{
    private long _sequence;

    public TimeProvider Time => time;

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Monotonic: ages do not jump when somebody sets the wall clock.</summary>
    public long Timestamp => time.GetTimestamp();

    public long NextSequence() => Interlocked.Increment(ref _sequence);

    public TimeSpan Since(long timestamp) => time.GetElapsedTime(timestamp);

    public TimeSpan Between(long start, long end) => time.GetElapsedTime(start, end);
}
