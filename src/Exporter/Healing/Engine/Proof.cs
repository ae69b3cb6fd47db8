using System.Globalization;

using Exporter.Evaluation;

namespace Exporter.Healing.Engine;

/// <summary>
/// Proves a recovery: the check is re-run until it is healthy by data newer than the action, and again and again while it has time to
/// fail. Where one sign proves nothing, as one heartbeat of a bot that dies at once, a second and later one is waited for.
/// </summary>
internal sealed class Proof(IBotHealth health, TimeProvider time)
{
    /// <summary>As often as the data of a check can change: bots write every second at most, and venues are asked no more often than they allow.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>How long beyond its patience a second sign may take.</summary>
    private static readonly TimeSpan SecondSign = TimeSpan.FromMinutes(5);

    /// <param name="actionBeganAt">What proves must be newer than this.</param>
    /// <param name="patience">How long the check may take to become healthy; it is looked at once even when that is nothing.</param>
    public async Task<Outcome> AwaitAsync(HealingRecord healing, ActionSpec spec, DateTimeOffset actionBeganAt, TimeSpan patience, HealingOptions options, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        var wavered = false;
        while (true)
        {
            var state = await health.VerifyAsync(healing.Bot, healing.Check, cancellation);
            if (Proves(state, spec, actionBeganAt))
            {
                (var holds, state) = await HoldsAsync(healing, spec, state, actionBeganAt, patience, options, cancellation);
                if (holds)
                    return new Outcome(true, $"{healing.Check} is healthy again: {Phrase.Ended(state.Result.Reason)}");
                if (Proves(state, spec, actionBeganAt))
                    return new Outcome(false, $"{healing.Check} showed one sign of health after the action and no second one; that proves nothing.");
                wavered = true;
            }

            var left = patience - time.GetElapsedTime(began);
            if (left <= TimeSpan.Zero)
                return new Outcome(false, WhyNot(state, healing, actionBeganAt, wavered, options));
            await Task.Delay(left < options.VerifyInterval ? left : options.VerifyInterval, time, cancellation);
        }
    }

    /// <summary>Whether what proves goes on to prove, and moves a second time where one sign is none.</summary>
    private async Task<(bool Holds, CheckState Last)> HoldsAsync(
        HealingRecord healing, ActionSpec spec, CheckState state, DateTimeOffset actionBeganAt, TimeSpan patience, HealingOptions options, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        var first = state.Result.DataTimestamp;
        while (true)
        {
            var passed = time.GetElapsedTime(began);
            var moved = !state.Spec.IsProvenTwice || state.Result.DataTimestamp > first;
            if (passed >= options.HealthyFor && (moved || passed >= patience + SecondSign))
                return (moved, state);
            var left = options.HealthyFor - passed;
            await Task.Delay(left > TimeSpan.Zero && left < Look ? left : Look, time, cancellation);
            state = await health.VerifyAsync(healing.Bot, healing.Check, cancellation);
            if (!Proves(state, spec, actionBeganAt))
                return (false, state);
        }
    }

    /// <summary>
    /// A bot may stamp whole seconds: data written after the action in the same second must count, so the action's time is cut to the second.
    /// </summary>
    private static bool Proves(CheckState state, ActionSpec spec, DateTimeOffset actionBeganAt)
    {
        var cut = DateTimeOffset.FromUnixTimeSeconds(actionBeganAt.ToUnixTimeSeconds());
        return state.IsHealthy() && (!spec.NeedsNewerData || state.Result.DataTimestamp is not { } stamp || stamp >= cut);
    }

    private static string WhyNot(CheckState state, HealingRecord healing, DateTimeOffset actionBeganAt, bool wavered, HealingOptions options) =>
        state.IsHealthy()
            ? $"{healing.Check} is healthy, but by data from before the action began ({Moment.Of(actionBeganAt)}); that proves nothing."
            : wavered
                ? $"{healing.Check} was healthy for a moment, less than {Phrase.Wait(options.HealthyFor)}, and fails again: {Phrase.Ended(state.Result.Reason)}"
                : $"{healing.Check} is still {state.Result.Status.Word()}: {Phrase.Ended(state.Result.Reason)}";

    public readonly record struct Outcome(bool Recovered, string Reason);
}
