using Microsoft.Extensions.Hosting;

namespace Exporter.Server;

/// <summary>Looks every few seconds whether a bot that no kind has recognised is there now; while all are recognised it does nothing.</summary>
internal sealed class Recognition(Reload reload, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var timer = new PeriodicTimer(Interval, time);
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await reload.RecogniseAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }
}
