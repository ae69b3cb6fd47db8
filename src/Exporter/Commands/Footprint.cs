using Exporter.Evaluation;

namespace Exporter.Commands;

/// <summary>
/// Keeps the exporter small beside a bot. The collector's own budget for young objects (Gen0MaxBudget in the project file) is fixed when
/// the program is built: one that suits a thousand bots lets a single bot's exporter grow by as much before it is looked at.
/// </summary>
internal sealed class Footprint : BackgroundService
{
    /// <summary>Less garbage is not worth a collection.</summary>
    private const long LeastGarbageBytes = 1024 * 1024;

    /// <summary>So much garbage beside what lives, at most: a collection costs time in proportion to what lives.</summary>
    private const int GarbageShare = 4;

    /// <summary>By then what happens once has happened, and left its garbage.</summary>
    private static readonly TimeSpan StartOver = TimeSpan.FromSeconds(1);

    private readonly Evaluator _evaluator;
    private readonly TimeProvider _time;
    private long _allocated;
    private int _collections;

    public Footprint(Evaluator evaluator, TimeProvider time)
    {
        (_evaluator, _time) = (evaluator, time);
        evaluator.Published += CollectInProportion;
    }

    public override void Dispose()
    {
        _evaluator.Published -= CollectInProportion;
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(StartOver, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        StartupPages.GiveBack();
    }

    private void CollectInProportion(Snapshot snapshot, Snapshot? before)
    {
        var allocated = GC.GetTotalAllocatedBytes();
        if (_collections != GC.CollectionCount(0))
        {
            // The collector was faster.
            (_collections, _allocated) = (GC.CollectionCount(0), allocated);
        }
        else if (allocated - _allocated > Math.Max(LeastGarbageBytes, GC.GetTotalMemory(forceFullCollection: false) / GarbageShare))
        {
            GC.Collect(0);
            (_collections, _allocated) = (GC.CollectionCount(0), allocated);
        }
    }
}
