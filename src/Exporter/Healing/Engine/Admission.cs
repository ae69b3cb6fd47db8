using System.Collections.Immutable;
using Exporter.Evaluation;

using Exporter.Healing.Guards;
using Exporter.Healing.Ledger;

namespace Exporter.Healing.Engine;

/// <summary>
/// Decides what a request for healing means, inside one transaction of the ledger: two senders of the same alert at the same moment are
/// decided one after the other, and the second finds the first's healing.
/// </summary>
internal sealed class Admission(HealingSetup setup, Snapshot? latest, LedgerTransaction ledger)
{
    public Disposition Receive(ReceivedAlert alert, HealingTrigger trigger)
    {
        if (setup.Find(alert.Action) is not { } named)
            return Disposition.UnknownAction;
        if (!setup.Knows(alert.Bot))
            return Disposition.UnknownBot;
        return alert.Firing ? Fire(alert, named, trigger) : Resolve(alert);
    }

    public ManualReceipt Ask(ManualRequest request, IHealingAction action)
    {
        var subject = setup.SubjectOf(action, request.Bot);
        var open = ledger.OpenEpisode(request.Bot, subject, request.Target);
        if (!request.DryRun && open is not null && ledger.ActiveIn(open.Id) is { } active)
            return new ManualReceipt.UnderWay(active);
        if (ledger.Waiting() >= setup.Options.QueueLength)
            return new ManualReceipt.Busy($"The queue is full: {setup.Options.QueueLength} healings wait. Try again in a while.");

        var episode = open ?? ledger.Begin(request.Bot, subject, request.Target, action.Spec.Name, action.Spec.Check);
        var healing = Healing(episode, HealingTrigger.Manual) with
        {
            Action = action.Spec.Name,
            Check = episode.Action == action.Spec.Name ? episode.Check : action.Spec.Check,
            Confirmed = request.Confirmed,
            DryRun = request.DryRun,
        };
        return new ManualReceipt.Accepted(ledger.Accept(healing, request.DryRun ? "Asked for by a person, as a dry run." : "Asked for by a person."));
    }

    /// <summary>A healing for the episode, not yet in the ledger.</summary>
    public HealingRecord Healing(Episode episode, HealingTrigger trigger) => new(
        0, episode.Id, episode.Bot, episode.Action, episode.Target, episode.Check, trigger, ledger.Now,
        ledger.FiringSince(episode.Id), ImmutableHashSet<string>.Empty, DryRun: false, new HealingState.Accepted());

    private Disposition Fire(ReceivedAlert alert, IHealingAction named, HealingTrigger trigger)
    {
        var startsAt = alert.StartsAt is { } starts && starts <= ledger.Now ? starts : ledger.Now;
        if (ledger.LastResolution(alert.Bot, setup.SubjectOf(named, alert.Bot), "", alert.Fingerprint) is { } resolution
            && IsOvertaken(startsAt, resolution.At, alert.Bot, named.Spec.Check))
        {
            ledger.CountDelivery(resolution.Episode, alert.Fingerprint);
            return Disposition.Duplicate;
        }

        // The one before is exhausted: the alert speaks to the action whose turn it is.
        var action = named;
        var proof = named.Spec.Check;
        while (Open(alert.Bot, action) is { ExhaustedAt: not null, Pages: false } && setup.Next(action, proof, alert.Bot) is { } next)
            action = next;

        var episode = Open(alert.Bot, action);
        if (episode is null)
        {
            if (ledger.Waiting() >= setup.Options.QueueLength)
                return Disposition.Busy;
            episode = ledger.Begin(alert.Bot, setup.SubjectOf(action, alert.Bot), "", action.Spec.Name, proof);
        }

        var joins = ledger.Join(episode.Id, alert.Fingerprint, startsAt);
        return Decide(episode, named, joins, trigger);
    }

    /// <summary>
    /// What began before its last resolution is an old delivery that came late (a slow sender, the other Alertmanager of a cluster), unless the
    /// check has been seen failing since: then the resolution was wrong. Alertmanager resolves what Prometheus could not repeat to it for a
    /// while, and the same firing comes again with the same beginning.
    /// </summary>
    private bool IsOvertaken(DateTimeOffset startsAt, DateTimeOffset resolvedAt, string bot, string check) =>
        startsAt.ToUnixTimeMilliseconds() <= resolvedAt.ToUnixTimeMilliseconds() && !FailsSince(resolvedAt, bot, check);

    private Disposition Decide(Episode episode, IHealingAction named, bool joins, HealingTrigger trigger)
    {
        if (ledger.ActiveIn(episode.Id) is not null)
            return Disposition.Duplicate;
        if (episode.ExhaustedAt is not null)
            return Disposition.Refused;

        switch ((ledger.LastIn(episode.Id)?.State as HealingState.Ended)?.Verdict)
        {
            case Verdict.Healed or Verdict.Cancelled when !FailsSince(episode.QuietSince, episode.Bot, episode.Check, named.Spec.Check):
                return Disposition.Duplicate;
            case Verdict.Refused { Rail: not GuardRails.ActionsOwn } when episode.RefusedBy is not null:
                // Look again at once: the guard rail may be gone, and whoever lifted it waits for this.
                ledger.Save(episode with { DueAt = ledger.Now });
                return Disposition.Refused;
            case Verdict.Suggested or Verdict.Refused when episode.DueAt > ledger.Now:
                if (joins)
                    Hasten(episode);
                return Disposition.Duplicate;
        }

        episode = episode.Failing(ledger.Now);
        if (setup.Cools(episode, ledger.Now))
        {
            ledger.Save(episode with { DueAt = episode.CoolUntil });
            return Disposition.Cooldown;
        }

        if (ledger.Waiting() >= setup.Options.QueueLength)
        {
            // Kept as due, so that it has its turn even if nobody comes again.
            ledger.Save(episode with { DueAt = ledger.Now });
            return Disposition.Busy;
        }

        ledger.Save(episode with { DueAt = null });
        ledger.Accept(Healing(episode, trigger), trigger == HealingTrigger.Autonomous ? "The check fails, and the exporter heals on its own." : "An alert asks for it.");
        return Disposition.Accepted;
    }

    /// <summary>
    /// Another alert is news worth a look before the growing pause is over, but not at once: a rule that fires for each symbol would
    /// otherwise have the same said for each of them.
    /// </summary>
    private void Hasten(Episode episode)
    {
        var soon = ledger.Now + setup.CooldownOf(episode.Action, 0);
        if (soon < episode.DueAt)
            ledger.Save(episode with { DueAt = soon });
    }

    private Disposition Resolve(ReceivedAlert alert)
    {
        var endedAt = alert.EndsAt is { } ends && ends <= ledger.Now ? ends : ledger.Now;
        foreach (var id in ledger.Resolve(alert.Bot, alert.Fingerprint, endedAt))
        {
            if (!ledger.AnyFiring(id))
                Close(ledger.Episode(id), "The alert has resolved before the healing started.");
        }

        return Disposition.Resolved;
    }

    /// <summary>Ends the episode and cancels what has not started.</summary>
    public void Close(Episode episode, string reason)
    {
        ledger.Save(episode.Ended(ledger.Now));
        if (ledger.ActiveIn(episode.Id) is { State: HealingState.Accepted } waiting)
            ledger.End(waiting, new Verdict.Cancelled(reason), attempt: 0);
    }

    private Episode? Open(string bot, IHealingAction action) => ledger.OpenEpisode(bot, setup.SubjectOf(action, bot), "");

    /// <summary>Whether one of the checks was seen failing since the verdict or the resolution; without news that stands.</summary>
    private bool FailsSince(DateTimeOffset? since, string bot, params ReadOnlySpan<string> checks)
    {
        foreach (var check in checks)
        {
            if (latest.Find(bot, check) is { } state && !state.IsHealthy() && (since is not { } then || state.IsAfter(then, ledger.Now)))
                return true;
        }

        return false;
    }
}
