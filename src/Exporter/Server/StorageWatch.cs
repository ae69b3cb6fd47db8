using System.Collections.Immutable;
using Exporter.Storage;
using Prometheus;

namespace Exporter.Server;

/// <summary>
/// Holds on to the storage directory while the exporter runs, off everybody's path: one that was removed is made again with its lock, one
/// that could not be used at the start is taken as soon as it can. Says so in the log, and as a metric.
/// </summary>
internal sealed partial class StorageWatch(StorageDirectory storage, TimeProvider time, IMetricFactory metrics, ILogger<StorageWatch> logger) : BackgroundService
{
    private static readonly TimeSpan _between = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(3);

    private readonly Gauge _usable = metrics.CreateGauge(
        "tradingbot_storage_usable", "0 while the storage directory cannot be used or belongs to another exporter: nothing is recorded or healed.");

    private string? _said;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Say();
        var keeping = Task.CompletedTask;
        using var timer = new PeriodicTimer(_between, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (keeping.IsCompleted)
                keeping = Task.Run(storage.Keep, CancellationToken.None);
            if (await Task.WhenAny(keeping, Task.Delay(_patience, TimeProvider.System, stoppingToken)) != keeping)
                storage.SayThatItHangs();
            Say();
        }
    }

    private void Say()
    {
        var problem = storage.Problem;
        _usable.Set(problem is null ? 1 : 0);
        if (problem == _said)
            return;
        _said = problem;
        if (problem is null)
            Log.Usable(logger, storage.Path);
        else
            Log.Unusable(logger, problem);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, EventName = "StorageUnusable", Message = "{Problem}")]
        public static partial void Unusable(ILogger logger, string problem);

        [LoggerMessage(Level = LogLevel.Information, EventName = "StorageUsable", Message = "The storage directory {Path} can be used again.")]
        public static partial void Usable(ILogger logger, string path);
    }
}
