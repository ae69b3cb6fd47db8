using System.Collections.Immutable;
using Exporter.Checks;

namespace Exporter.Healing.Actions;

/// <summary>Resolves and connects again with growing pauses. It mends no network; it tells a lasting failure from a passing one, soon.</summary>
internal sealed partial class RetryNetwork(ActionDependencies dependencies) : IHealingAction
{
    private const double JitterShare = 0.25;

    private readonly ILogger<RetryNetwork> _log = dependencies.Loggers.CreateLogger<RetryNetwork>();

    public static ActionSpec Definition { get; } = new()
    {
        Name = "retry_network",
        Title = "Re-probe network",
        Does = "Resolves every endpoint anew and connects to it, several times with growing pauses, logging each try.",
        HealedWhen = "All endpoints are reachable.",
        Check = "network",
        ChangesTheBot = false,
    };

    public ActionSpec Spec { get; } = Definition with { Patience = PausesOf(dependencies.Options) };

    public ValueTask<string?> WhyNotAsync(HealingTarget target, CancellationToken cancellation) => new((string?)null);

    public ValueTask<ImmutableArray<string>> PlanAsync(HealingTarget target, CancellationToken cancellation) =>
        new([$"It would resolve and connect to every endpoint of {target.Bot} again, up to {dependencies.Options.NetworkAttempts} times."]);

    public async ValueTask<ActionResult> RunAsync(HealingTarget target, CancellationToken cancellation)
    {
        var attempts = dependencies.Options.NetworkAttempts;
        var pause = dependencies.Options.NetworkDelay;
        for (var attempt = 1; ; attempt++)
        {
            var result = (await dependencies.Health.VerifyAsync(target.Bot, Definition.Check, cancellation)).Result;
            Log.Tried(_log, target.Bot, attempt, attempts, result.Reason);
            if (result.Status == CheckStatus.Ok)
                return new ActionResult.Done { Reason = $"Reachable again at try {attempt} of {attempts}." };
            if (attempt == attempts)
                return new ActionResult.Failed { Reason = $"Still not reachable after {attempts} tries: {result.Reason}" };
            await Task.Delay(pause * (1 + (JitterShare * dependencies.Random.NextDouble())), dependencies.Time, cancellation);
            pause *= 2;
        }
    }

    /// <summary>All pauses together, with full jitter, and for each try the check's own time.</summary>
    private static TimeSpan PausesOf(RemedyOptions options)
    {
        var checkTimeout = TimeSpan.FromSeconds(15);
        var pauses = options.NetworkDelay * (Math.Pow(2, options.NetworkAttempts - 1) - 1) * (1 + JitterShare);
        return pauses + (checkTimeout * options.NetworkAttempts);
    }

    private static partial class Log
    {
        [LoggerMessage(EventName = "NetworkRetried", Level = LogLevel.Information, Message = "Bot {Bot}, network try {Attempt} of {Attempts}: {Reason}")]
        public static partial void Tried(ILogger logger, string bot, int attempt, int attempts, string reason);
    }
}
