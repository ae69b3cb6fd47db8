namespace Exporter.Evaluation;

/// <summary>
/// Evaluates at the start, and whenever nothing has asked for a minute, so that the journal and autonomous healing go on without
/// Prometheus.
/// </summary>
public sealed partial class IdleEvaluation(Evaluator evaluator, TimeProvider time, ILogger<IdleEvaluation>? log = null) : BackgroundService
{
    /// <summary>As long as a usual scrape interval at its longest.</summary>
    public static TimeSpan After { get; } = TimeSpan.FromSeconds(60);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await EvaluateAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            if (After - evaluator.IdleFor is var left && left > TimeSpan.Zero)
            {
                await Task.Delay(left, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            await EvaluateAsync(stoppingToken);
        }
    }

    private async Task EvaluateAsync(CancellationToken stopping)
    {
        try
        {
            await evaluator.EvaluateAsync(Evaluator.LongestDeadline, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The exporter stops.
        }
        catch (Exception e)
        {
            // A defect of the exporter must not end its watch; the next minute tries again.
            if (log is not null)
            {
                Log.Failed(log, e);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "An evaluation failed. Please report this as a defect.", EventName = "EvaluationFailed")]
        public static partial void Failed(ILogger logger, Exception error);
    }
}
