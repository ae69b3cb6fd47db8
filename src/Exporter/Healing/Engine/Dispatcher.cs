using Exporter.Healing.Ledger;

namespace Exporter.Healing.Engine;

/// <summary>
/// Starts what waits in the ledger: accepted healings, those that a crash interrupted, and episodes whose time has come again. Never more
/// than the options allow at once, and never two for the same bot and target.
/// </summary>
internal sealed partial class Dispatcher(CurrentSetup setup, HealingLedger ledger, HealingRun runs, HealingMetrics metrics, Action wake, ILogger<Dispatcher> logger)
{
    private readonly Lock _lock = new();
    private readonly List<Job> _jobs = [];

    /// <exception cref="LedgerException">The ledger cannot be asked.</exception>
    public async Task DispatchAsync(CancellationToken cancellation)
    {
        var (unfinished, due, waiting, pages) = await ledger.WriteAsync(read => Look(read, setup.Value), cancellation);
        metrics.Queue(waiting);
        metrics.Exhausted(pages);
        foreach (var healing in unfinished)
            TryStart(new Job(healing.Id, healing.Episode, healing.Bot, healing.Target), token => runs.ExecuteAsync(healing.Id, token), cancellation);
        foreach (var episode in due)
            TryStart(new Job(0, episode.Id, episode.Bot, episode.Target), token => runs.ReconsiderAsync(episode.Id, token), cancellation);
    }

    /// <summary>Waits for everything that runs; what is cut off is found as interrupted at the next start.</summary>
    public async Task DrainAsync()
    {
        while (true)
        {
            Task[] running;
            lock (_lock)
                running = [.. _jobs.Select(job => job.Task)];
            if (running.Length == 0)
                return;
            await Task.WhenAll(running);
        }
    }

    private static (List<HealingRecord> Unfinished, List<Episode> Due, int Waiting, HashSet<(string, string)> Pages) Look(LedgerTransaction read, HealingSetup setup)
    {
        var unfinished = read.Unfinished();
        var open = read.OpenEpisodes();
        var active = unfinished.Where(healing => !healing.DryRun).Select(healing => healing.Episode).ToHashSet();
        return (
            unfinished,
            [.. open.Where(episode => episode.IsDue(read.Now) && !active.Contains(episode.Id))],
            unfinished.Count(healing => healing.State is HealingState.Accepted),
            [.. open.Where(episode => episode.Pages && setup.Knows(episode.Bot)).Select(episode => (episode.Bot, episode.Action))]);
    }

    private void TryStart(Job job, Func<CancellationToken, Task> work, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_jobs.Count >= setup.Options.MaxConcurrency || _jobs.Exists(job.Conflicts))
                return;
            _jobs.Add(job);
        }

        job.Task = Task.Run(() => RunAsync(job, work, cancellation), CancellationToken.None);
    }

    private async Task RunAsync(Job job, Func<CancellationToken, Task> work, CancellationToken cancellation)
    {
        try
        {
            await work(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Stopping: the ledger says how far it came.
        }
        catch (LedgerException)
        {
            // Said by the ledger itself; the healing is still there and is started again when the ledger takes records.
        }
        catch (Exception e)
        {
            Log.Failed(logger, job.Bot, e);
        }
        finally
        {
            lock (_lock)
                _jobs.Remove(job);
            wake();
        }
    }

    private sealed class Job(long healing, long episode, string bot, string target)
    {
        public string Bot => bot;

        public Task Task { get; set; } = Task.CompletedTask;

        /// <summary>An empty target is the bot as a whole, and so in everybody's way.</summary>
        public bool Conflicts(Job other) =>
            other.Bot == bot && (other.IsFor(healing, episode) || other.HasTarget(target));

        private bool IsFor(long otherHealing, long otherEpisode) => (healing != 0 && healing == otherHealing) || episode == otherEpisode;

        private bool HasTarget(string otherTarget) => target == otherTarget || target.Length == 0 || otherTarget.Length == 0;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, EventName = "DispatchFailed", Message = "A healing of {Bot} could not be carried on")]
        public static partial void Failed(ILogger logger, string bot, Exception error);
    }
}
