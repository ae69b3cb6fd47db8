using System.Collections.Immutable;

namespace Exporter.Evaluation;

/// <summary>Runs the checks of every bot under one deadline and publishes what they found.</summary>
public sealed class Evaluator(ImmutableArray<MonitoredBot> bots, TimeProvider time)
{
    private volatile Snapshot? _latest;

    /// <summary>Raised after a snapshot became the latest one, in order, with the one before it. Handlers must be quick and must not throw.</summary>
    public event Action<Snapshot, Snapshot?>? Published;

    /// <summary>The newest published snapshot; null until the first evaluation.</summary>
    public Snapshot? Latest => _latest;

    public ImmutableArray<MonitoredBot> Bots => bots;

    /// <summary>
    /// Evaluates every check of every bot, or joins the evaluation that is already running, and answers within
    /// <paramref name="deadline"/>.
    /// </summary>
    public Task<Snapshot> EvaluateAsync(TimeSpan deadline, CancellationToken cancellation)
    {
        var before = _latest;
        _latest = new Snapshot(0, time.GetUtcNow(), []);
        Published?.Invoke(_latest, before);
        throw new NotSupportedException();
    }

    /// <summary>Evaluates just the checks of <paramref name="filter"/>. Nothing is published.</summary>
    public Task<Snapshot> EvaluateAsync(CheckFilter filter, TimeSpan deadline, CancellationToken cancellation) => throw new NotSupportedException();

    /// <summary>
    /// Re-runs one check of one bot now, also inside its <c>MinInterval</c>, to prove a recovery. Its result is kept for the next
    /// evaluation. Waits for the check's own time-out at most; a check that misses it is <c>unknown</c>.
    /// </summary>
    /// <exception cref="KeyNotFoundException">No such bot, or no such check.</exception>
    public Task<CheckState> VerifyAsync(string bot, string check, CancellationToken cancellation) => throw new NotSupportedException();
}
