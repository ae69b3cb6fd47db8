using System.Globalization;
using Exporter.Healing.Engine;

using Exporter.Healing.Ledger;

namespace Exporter.Healing.Guards;

/// <summary>
/// What may stop a healing, asked in a fixed order so that the reason is the same for the same situation: paused, disabled, dry run; already
/// healthy; preconditions; cooldown and attempts; rate limits; storm.
/// </summary>
internal sealed class GuardRails(
    Func<HealingSetup> setup, HealingLedger ledger, IBotHealth health, Pauses pauses, StormGuard storms, Pipelines pipelines, TimeProvider time)
{
    private const string HowToEnable = "Healing is switched off: start the exporter with --heal (Healing:Enabled) to let it act.";

    /// <summary>The verdict of the first guard rail that stops the healing, or null when it may run.</summary>
    /// <param name="resumes">It ran when the exporter stopped: its cooldown is that run's own and does not stand in its way.</param>
    public async ValueTask<Verdict?> StopAsync(HealingRecord healing, IHealingAction action, bool resumes, CancellationToken cancellation)
    {
        var options = setup().Options;
        var stop = await WhyPausedAsync(healing, cancellation)
            ?? Disabled(healing, options)
            ?? await LaterAsync(healing, action, resumes, cancellation);
        var (rehearsal, howToEnable) = Rehearsal(healing, action, options);
        // What never needed doing, and what a person forbade, is no suggestion; but who asks for a rehearsal wants to see all of it.
        var isNoSuggestion = stop is Verdict.Cancelled or Verdict.Refused { Guard: Guard.Paused or Guard.Disabled };
        return !rehearsal || (isNoSuggestion && !healing.DryRun)
            ? stop
            : await RehearseAsync(healing, action, stop, howToEnable, cancellation);
    }

    private static (bool Rehearsal, string? HowToEnable) Rehearsal(HealingRecord healing, IHealingAction action, HealingOptions options) =>
        healing.DryRun ? (true, null)
        : action.Spec.ChangesTheBot && !options.Enabled ? (true, HowToEnable)
        : options.DryRun ? (true, "Every healing is a dry run: set Healing:DryRun to false to let it act.")
        : (false, null);

    private static async ValueTask<Verdict> RehearseAsync(
        HealingRecord healing, IHealingAction action, Verdict? stop, string? howToEnable, CancellationToken cancellation)
    {
        var plan = await action.PlanAsync(Target(healing), cancellation);
        var would = plan.IsEmpty ? "It would do nothing." : string.Join(" ", plan.Select(Phrase.Ended));
        var stops = stop switch
        {
            null when healing.DryRun => "No guard rail would stop it.",
            null => null,
            Verdict.Refused refused => $"The guard rail '{GuardNames.Of(refused.Guard)}' would stop it now: {Phrase.Ended(refused.Reason)}",
            _ => $"The guard rail '{GuardNames.Of(Guard.AlreadyHealthy)}' would stop it now: {Phrase.Ended(stop.Reason)}",
        };
        return new Verdict.Suggested(string.Join(" ", new[] { would, stops, howToEnable }.Where(text => text is not null)));
    }

    private async ValueTask<Verdict?> LaterAsync(HealingRecord healing, IHealingAction action, bool resumes, CancellationToken cancellation)
    {
        var state = await health.VerifyAsync(healing.Bot, healing.Check, cancellation);
        if (state.IsHealthy())
            return new Verdict.Cancelled($"Already healthy, nothing to do: {Phrase.Ended(state.Result.Reason)}");

        var whyNot = pipelines.WhyNot(healing.Action) ?? await action.WhyNotAsync(Target(healing), cancellation);
        if (whyNot is not null)
            return new Verdict.Refused(Guard.Precondition, whyNot);

        return await WhyTooOftenAsync(healing, resumes, cancellation)
            ?? (storms.WhyNot(healing.Check, health.Latest) is { } storm ? new Verdict.Refused(Guard.Storm, storm) : null);
    }

    private async ValueTask<Verdict?> WhyPausedAsync(HealingRecord healing, CancellationToken cancellation)
    {
        var holding = await pauses.HoldingAsync(cancellation);
        return holding.FirstOrDefault(pause => pause.Covers(healing.Bot, healing.Action)) is { } pause
            ? new Verdict.Refused(Guard.Paused, $"Healing is paused{Until(pause)}: {Phrase.Ended(pause.Reason)}")
            : null;
    }

    private static string Until(Pause pause) => pause.Until is { } until ? $" until {Moment.Of(until)}" : "";

    private static Verdict.Refused? Disabled(HealingRecord healing, HealingOptions options) =>
        options.DisabledBots.Contains(healing.Bot) ? new(Guard.Disabled, $"Healing of the bot {healing.Bot} is disabled (Healing:DisabledBots).")
        : options.DisabledActions.Contains(healing.Action) ? new(Guard.Disabled, $"The action {healing.Action} is disabled (Healing:DisabledActions).")
        : null;

    private async ValueTask<Verdict?> WhyTooOftenAsync(HealingRecord healing, bool resumes, CancellationToken cancellation)
    {
        var options = setup().Options;
        var anHourAgo = time.GetUtcNow() - TimeSpan.FromHours(1);
        var (episode, ofAction, ofAll) = await ledger.WriteAsync(
            read => (read.Episode(healing.Episode), read.RunsSince(anHourAgo, healing.Action), read.RunsSince(anHourAgo, null)), cancellation);

        if (!resumes && setup().Cools(episode, time.GetUtcNow()) && !healing.Confirmed.Contains(GuardNames.Cooldown))
        {
            return new Verdict.Refused(Guard.Cooldown,
                $"The last attempt was not long ago; the cooldown ends in {Phrase.Wait(episode.CoolUntil!.Value - time.GetUtcNow())}.");
        }

        if (episode.Attempts >= options.MaxAttempts && !healing.Confirmed.Contains(GuardNames.Attempts))
        {
            return new Verdict.Refused(Guard.Exhausted, string.Create(CultureInfo.InvariantCulture,
                $"Exhausted: {episode.Attempts} of {options.MaxAttempts} attempts did not last. A person must look."));
        }

        if (ofAction >= options.MaxPerActionPerHour)
        {
            return new Verdict.Refused(Guard.RateLimit,
                $"{healing.Action} ran {ofAction} times within the hour, and the limit is {options.MaxPerActionPerHour} (Healing:MaxPerActionPerHour).");
        }

        return ofAll >= options.MaxPerHour
            ? new Verdict.Refused(Guard.RateLimit, $"Actions ran {ofAll} times within the hour, and the limit is {options.MaxPerHour} (Healing:MaxPerHour).")
            : null;
    }

    public static HealingTarget Target(HealingRecord healing) => new(healing.Bot, healing.Target, healing.Confirmed);
}
