using System.Collections.Immutable;
using Exporter.Checks;
using Exporter.Evaluation;
using Exporter.Healing.Guards;

using Exporter.Healing.Ledger;

namespace Exporter.Healing.Engine;

/// <summary>
/// What each published snapshot means for healing: which episodes are quiet or fail again, what the exporter heals on its own, which storms
/// begin or pass, what has been critical for too long.
/// </summary>
internal sealed class HealthWatch(CurrentSetup setup, HealingLedger ledger, StormGuard storms, AlertingPath path, HealingMetrics metrics, TimeProvider time)
{
    /// <summary>An alert that nobody has delivered for so long, whose check is healthy, belongs to an Alertmanager that is gone.</summary>
    private static readonly TimeSpan _abandonedAfter = TimeSpan.FromHours(12);

    private const string OwnPrefix = "exporter/";

    private readonly HashSet<(string Bot, string Check, DateTimeOffset Since)> _told = [];

    /// <summary>Whether a bot, a check or a status is another than before: what healing acts on.</summary>
    public static bool HasChanged(Snapshot snapshot, Snapshot? before)
    {
        if (before is null || before.Bots.Length != snapshot.Bots.Length)
            return true;
        for (var i = 0; i < snapshot.Bots.Length; i++)
        {
            var (was, now) = (before.Bots[i], snapshot.Bots[i]);
            if (was.Bot != now.Bot || was.Checks.Length != now.Checks.Length)
                return true;
            for (var j = 0; j < now.Checks.Length; j++)
            {
                if (was.Checks[j].Result.Status != now.Checks[j].Result.Status)
                    return true;
            }
        }

        return false;
    }

    /// <exception cref="LedgerException">What it means cannot be recorded; the next snapshot says it again.</exception>
    public async Task ObserveAsync(Snapshot snapshot, CancellationToken cancellation)
    {
        storms.Observe(snapshot);
        metrics.Storms(storms.Standing());
        var criticals = NewlyTooLong(snapshot);
        var dispositions = await ledger.WriteAsync(
            write =>
            {
                if (storms.IsChanged)
                    storms.Save(write);
                foreach (var (bot, state) in criticals)
                    Escalate(write, bot, state);
                foreach (var episode in write.OpenEpisodes())
                    Follow(write, episode, snapshot);
                var own = write.OwnAlerts();
                ResolveOwn(write, own, snapshot);
                return path.HealsAlone ? Fire(write, own, snapshot) : [];
            },
            cancellation);
        foreach (var disposition in dispositions)
            metrics.Received(disposition);
        foreach (var (bot, state) in criticals)
            _told.Add((bot, state.Spec.Name, state.Since));
    }

    private void Follow(LedgerTransaction write, Episode episode, Snapshot snapshot)
    {
        if (!setup.Value.Knows(episode.Bot))
        {
            new Admission(setup.Value, null, write).Close(episode, "The bot is not configured any more.");
            return;
        }

        if (snapshot.Find(episode.Bot, episode.Check) is not { } state || write.ActiveIn(episode.Id) is not null)
            return;

        // What was evaluated before the last verdict says nothing about it.
        var verdictAt = (write.LastIn(episode.Id)?.State as HealingState.Ended)?.At ?? episode.OpenedAt;
        if (!state.IsAfter(verdictAt, write.Now))
            return;

        if (state.IsHealthy())
            FollowHealthy(write, episode);
        else if (state.IsFailing() && episode.QuietSince is not null)
            Reopen(write, episode);
    }

    private void FollowHealthy(LedgerTransaction write, Episode episode)
    {
        if (episode.QuietSince is null || episode.ExhaustedAt is not null)
        {
            write.Save(episode.Quiet(write.Now));
        }
        else if (write.Now - episode.QuietSince > Episode.Memory && write.LastDelivery(episode.Id) is { } last && write.Now - last > _abandonedAfter)
        {
            new Admission(setup.Value, null, write).Close(episode, "The check has been healthy for long, and nobody has repeated the alert.");
        }
    }

    /// <summary>The alert still fires and the check fails again: the next attempt comes by itself, once the failure lasts.</summary>
    private void Reopen(LedgerTransaction write, Episode episode)
    {
        var failing = episode.Failing(write.Now);
        var soonest = write.Now + setup.Options.FailingFor;
        write.Save(failing with { DueAt = failing.CoolUntil > soonest ? failing.CoolUntil : soonest });
    }

    private void ResolveOwn(LedgerTransaction write, List<(string Bot, string Fingerprint, long Episode)> own, Snapshot snapshot)
    {
        foreach (var (bot, fingerprint, _) in own.DistinctBy(alert => (alert.Bot, alert.Fingerprint)))
        {
            if (snapshot.Find(bot, fingerprint[OwnPrefix.Length..])?.IsHealthy() != true)
                continue;
            foreach (var id in write.Resolve(bot, fingerprint, write.Now))
            {
                if (!write.AnyFiring(id))
                    new Admission(setup.Value, null, write).Close(write.Episode(id), "The check became healthy by itself.");
            }
        }
    }

    private List<Disposition> Fire(LedgerTransaction write, List<(string Bot, string Fingerprint, long Episode)> own, Snapshot snapshot)
    {
        var firing = own.Select(alert => (alert.Bot, alert.Fingerprint)).ToHashSet();
        List<Disposition> dispositions = [];
        foreach (var bot in snapshot.Bots)
        {
            foreach (var state in bot.Checks)
            {
                var fingerprint = OwnPrefix + state.Spec.Name;
                if (!state.IsFailing() || snapshot.At - state.Since < setup.Options.FailingFor || firing.Contains((bot.Bot, fingerprint)))
                    continue;
                if (setup.Value.OrderOf(state.Spec.Name) is not [var first, ..])
                    continue;
                var alert = new ReceivedAlert(first.Spec.Name, bot.Bot, fingerprint, Firing: true, state.Since, null);
                dispositions.Add(new Admission(setup.Value, snapshot, write).Receive(alert, HealingTrigger.Autonomous));
            }
        }

        return dispositions;
    }

    private List<(string Bot, CheckState State)> NewlyTooLong(Snapshot snapshot)
    {
        var limit = setup.Options.EscalateCriticalAfter;
        if (limit == TimeSpan.Zero)
            return [];
        _told.RemoveWhere(told => snapshot.Find(told.Bot, told.Check)?.Since != told.Since);
        return
        [
            .. from bot in snapshot.Bots
               from state in bot.Checks
               where state.Result is { Status: CheckStatus.Critical, Enabled: true } && time.GetUtcNow() - state.Since >= limit
               where !_told.Contains((bot.Bot, state.Spec.Name, state.Since))
               select (bot.Bot, state),
        ];
    }

    private static void Escalate(LedgerTransaction write, string bot, CheckState state) => write.Escalate(
        $"critical/{bot}/{state.Spec.Name}/{state.Since.ToUnixTimeMilliseconds()}",
        new EscalationNotice(EscalationCause.Critical, bot, null, state.Spec.Name,
            $"{state.Spec.Title} has been critical since {Moment.Of(state.Since)}: {Phrase.Ended(state.Result.Reason)}", write.Now));
}
