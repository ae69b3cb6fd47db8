using Exporter.Commands;

using Exporter.Evaluation;

namespace Exporter.Server;

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
    private readonly Lock _gate = new();
    private long _allocated;
    private int _collections;

    public Footprint(Evaluator evaluator, TimeProvider time)
    {
        (_evaluator, _time) = (evaluator, time);
        // Now the snapshot before is garbage, and the new one all that lives of what the evaluation made.
        evaluator.Published += CollectAfterwards;
    }

    public override void Dispose()
    {
        _evaluator.Published -= CollectAfterwards;
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(StartOver, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        StartupPages.GiveBack();
    }

    /// <summary>Webhooks and pages leave garbage too, in a flood of them far more than evaluations do: place it first.</summary>
    public static void Use(IApplicationBuilder app, Footprint footprint) => app.Use((context, next) =>
    {
        // Once all is sent: nobody waits for a collection.
        context.Response.OnCompleted(
            static state =>
            {
                ((Footprint)state).CollectInProportion();
                return Task.CompletedTask;
            },
            footprint);
        return next(context);
    });

    private void CollectAfterwards(Snapshot snapshot, Snapshot? before) => CollectInProportion();

    private void CollectInProportion()
    {
        lock (_gate)
        {
            var allocated = GC.GetTotalAllocatedBytes();
            if (_collections != GC.CollectionCount(0))
            {
                // The collector was faster.
                (_collections, _allocated) = (GC.CollectionCount(0), allocated);
            }
            else if (allocated - _allocated is var garbage and > LeastGarbageBytes && garbage > GC.GetTotalMemory(forceFullCollection: false) / GarbageShare)
            {
                GC.Collect(0);
                (_collections, _allocated) = (GC.CollectionCount(0), allocated);
            }
        }
    }
}
