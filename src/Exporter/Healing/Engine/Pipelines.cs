using System.Collections.Concurrent;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

using Polly.Timeout;

namespace Exporter.Healing.Engine;

/// <summary>
/// The Polly pipeline of each action: total time-out → retry with jitter → circuit breaker → time-out of one try. The circuit counts the
/// tries of every bot: what an action calls is often shared between them.
/// </summary>
internal sealed partial class Pipelines(CurrentSetup setup, HealingMetrics metrics, TimeProvider time, Random random, ILogger<Pipelines> logger)
{
    private readonly ConcurrentDictionary<string, Pipeline> _pipelines = new(StringComparer.Ordinal);
    private readonly SteadyTime _time = new(time);

    /// <summary>Forgets what was built from options that a reload has replaced; an open circuit closes with it.</summary>
    public void Rebuild()
    {
        _pipelines.Clear();
        foreach (var action in setup.Value.Actions)
            metrics.Circuit(action.Spec.Name, CircuitState.Closed);
    }

    /// <exception cref="TimeoutRejectedException">The tries took too long together.</exception>
    /// <exception cref="BrokenCircuitException">The circuit is open.</exception>
    public ValueTask<ActionResult> RunAsync(IHealingAction action, HealingTarget target, CancellationToken cancellation) =>
        For(action.Spec.Name).Resilience.ExecuteAsync(
            static (state, token) => state.action.RunAsync(state.target, token), (action, target), cancellation);

    /// <summary>The sentence of an open circuit, or null.</summary>
    public string? WhyNot(string action) => For(action) is { State.CircuitState: CircuitState.Open } pipeline && pipeline.OpenUntil > _time.GetUtcNow()
        ? $"The circuit of {action} is open after repeated failures; it is tried again in {Phrase.Wait(pipeline.OpenUntil - _time.GetUtcNow())}."
        : null;

    /// <summary>
    /// Shows each circuit as it stands now. The breaker itself leaves "open" only at the next try; where nothing needs the action any more
    /// there is none, and a pause long past would be shown, and alerted, as open for ever.
    /// </summary>
    public void Show()
    {
        foreach (var (action, pipeline) in _pipelines)
        {
            var state = pipeline.State.CircuitState;
            metrics.Circuit(action, state is CircuitState.Open && pipeline.OpenUntil <= _time.GetUtcNow() ? CircuitState.HalfOpen : state);
        }
    }

    private Pipeline For(string action) => _pipelines.GetOrAdd(action, Build);

    private Pipeline Build(string action)
    {
        var options = setup.Options.For(action);
        var patience = setup.Value.Find(action)?.Spec.Patience ?? TimeSpan.Zero;
        var pipeline = new Pipeline();
        var builder = new ResiliencePipelineBuilder<ActionResult> { TimeProvider = _time, Name = action }
            .AddTimeout(options.TotalTimeout + (patience * (options.Retries + 1)));
        if (options.Retries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions<ActionResult>
            {
                ShouldHandle = arguments => ValueTask.FromResult(IsWorthARetry(arguments.Outcome.Exception)),
                MaxRetryAttempts = options.Retries,
                Delay = options.RetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Randomizer = random.NextDouble,
                OnRetry = arguments =>
                {
                    Log.Retry(logger, action, arguments.AttemptNumber + 1, arguments.Outcome.Exception?.Message);
                    return default;
                },
            });
        }

        pipeline.Resilience = builder
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<ActionResult>
            {
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is not (null or OperationCanceledException)),
                FailureRatio = options.CircuitFailureRatio,
                MinimumThroughput = options.CircuitMinimumTries,
                SamplingDuration = options.CircuitSampling,
                BreakDuration = options.CircuitBreak,
                StateProvider = pipeline.State,
                OnOpened = arguments =>
                {
                    pipeline.OpenUntil = _time.GetUtcNow() + arguments.BreakDuration;
                    metrics.Circuit(action, CircuitState.Open);
                    Log.Opened(logger, action, arguments.BreakDuration);
                    return default;
                },
                OnHalfOpened = _ =>
                {
                    metrics.Circuit(action, CircuitState.HalfOpen);
                    return default;
                },
                OnClosed = _ =>
                {
                    metrics.Circuit(action, CircuitState.Closed);
                    Log.Closed(logger, action);
                    return default;
                },
            })
            .AddTimeout(options.AttemptTimeout + patience)
            .Build();
        return pipeline;
    }

    private static bool IsWorthARetry(Exception? error) => error is not (null or OperationCanceledException or BrokenCircuitException);

    private sealed class Pipeline
    {
        public CircuitBreakerStateProvider State { get; } = new();

        public ResiliencePipeline<ActionResult> Resilience { get; set; } = ResiliencePipeline<ActionResult>.Empty;

        public DateTimeOffset OpenUntil { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, EventName = "ActionRetried", Message = "Action {Action} is tried again (retry {Retry}): {Error}")]
        public static partial void Retry(ILogger logger, string action, int retry, string? error);

        [LoggerMessage(Level = LogLevel.Warning, EventName = "CircuitOpened", Message = "The circuit of action {Action} is open for {Duration} after repeated failures")]
        public static partial void Opened(ILogger logger, string action, TimeSpan duration);

        [LoggerMessage(Level = LogLevel.Information, EventName = "CircuitClosed", Message = "The circuit of action {Action} is closed again")]
        public static partial void Closed(ILogger logger, string action);
    }
}
