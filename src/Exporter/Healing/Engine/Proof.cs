using System.Globalization;

using Exporter.Evaluation;

namespace Exporter.Healing.Engine;

/// <summary>
/// Proves a recovery: the check is re-run until it is healthy by data newer than the action, and once more when it had time to fail again.
/// </summary>
internal sealed class Proof(IBotHealth health, TimeProvider time)
{
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
                if (options.HealthyFor > TimeSpan.Zero)
                {
                    await Task.Delay(options.HealthyFor, time, cancellation);
                    state = await health.VerifyAsync(healing.Bot, healing.Check, cancellation);
                }

                if (Proves(state, spec, actionBeganAt))
                    return new Outcome(true, $"{healing.Check} is healthy again: {Phrase.Ended(state.Result.Reason)}");
                wavered = true;
            }

            var left = patience - time.GetElapsedTime(began);
            if (left <= TimeSpan.Zero)
                return new Outcome(false, WhyNot(state, healing, actionBeganAt, wavered, options));
            await Task.Delay(left < options.VerifyInterval ? left : options.VerifyInterval, time, cancellation);
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
