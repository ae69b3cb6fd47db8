namespace Exporter.Evaluation;

/// <summary>
/// Evaluates at the start, and whenever nothing has asked for a minute, so that the journal and autonomous healing go on without
/// Prometheus.
/// </summary>
public sealed class IdleEvaluation(Evaluator evaluator, TimeProvider time) : BackgroundService
{
    /// <summary>As long as a usual scrape interval at its longest.</summary>
    public static TimeSpan After { get; } = TimeSpan.FromSeconds(60);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await evaluator.EvaluateAsync(Evaluator.LongestDeadline, stoppingToken);
            while (true)
            {
                var left = After - evaluator.IdleFor;
                if (left > TimeSpan.Zero)
                {
                    await Task.Delay(left, time, stoppingToken);
                    continue;
                }

                await evaluator.EvaluateAsync(Evaluator.LongestDeadline, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The exporter stops.
        }
    }
}
