using Polly;
using Polly.Retry;

namespace Exporter.Bots.Files;

/// <summary>How long a bot gets to finish a write before its file is called invalid.</summary>
internal static class TornReads
{
    private const int FurtherLooks = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(35);

    /// <summary>
    /// Always in real time: the writer waited for is another process, however the clock of an evaluation is driven.
    /// </summary>
    public static ResiliencePipeline<Look> Retry { get; } = Create(TimeProvider.System);

    public static ResiliencePipeline<Look> Create(TimeProvider time, Action? beforeNextLook = null) =>
        new ResiliencePipelineBuilder<Look> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<Look>
            {
                ShouldHandle = static attempt => ValueTask.FromResult(attempt.Outcome.Result.MustLookAgain),
                MaxRetryAttempts = FurtherLooks,
                Delay = Pause,
                BackoffType = DelayBackoffType.Constant,
                OnRetry = _ =>
                {
                    beforeNextLook?.Invoke();
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
}
