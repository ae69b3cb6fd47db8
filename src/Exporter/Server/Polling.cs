using System.Collections.Immutable;
using Exporter.Bots;
using Exporter.Evaluation;

namespace Exporter.Server;

/// <summary>Lets every bot that lies behind a network be asked in the background, each by its own plan, so that no scrape waits for one.</summary>
internal sealed partial class Polling(Evaluator evaluator, TimeProvider time, ILogger<Polling> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly Dictionary<IPolledBot, (Task Task, CancellationTokenSource Stop)> _running = [];

    /// <summary>So long the first scrape may wait for the first answers.</summary>
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(3);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(evaluator.Bots.Select(bot => bot.Bot).OfType<IPolledBot>().Select(bot => bot.AskOnceAsync(cancellationToken).AsTask())).WaitAsync(FirstLook, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // It is asked in the background, and says so until it answers.
        }

        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var timer = new PeriodicTimer(Interval, time);
            do
            {
                Follow(evaluator.Bots, stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }

        Follow([], CancellationToken.None);
    }

    /// <summary>Begins with bots that are new, and ends with those that a reload took away.</summary>
    private void Follow(ImmutableArray<MonitoredBot> bots, CancellationToken stopping)
    {
        var wanted = bots.Select(bot => bot.Bot).OfType<IPolledBot>().ToHashSet();
        foreach (var (gone, running) in _running.Where(entry => !wanted.Contains(entry.Key)).ToList())
        {
            _running.Remove(gone);
            running.Stop.Cancel();
            _ = running.Task.ContinueWith(_ => { running.Stop.Dispose(); (gone as IDisposable)?.Dispose(); }, TaskScheduler.Default);
        }

        foreach (var bot in wanted.Where(bot => !_running.ContainsKey(bot)))
        {
            var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            _running[bot] = (Task.Run(() => PollAsync(bot, stop.Token), CancellationToken.None), stop);
        }
    }

    private async Task PollAsync(IPolledBot bot, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await bot.PollAsync(cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // A fault of ours must not make a bot look well for ever: what it said ages on, and the next round tries again.
                Log.Failed(logger, bot.Name, e);
                await Task.Delay(TimeSpan.FromSeconds(15), time, CancellationToken.None);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, EventName = "PollFailed", Message = "Asking the bot failed by a fault of the exporter; it is asked again in 15 s.")]
        public static partial void Failed(ILogger logger, string bot, Exception problem);
    }
}
