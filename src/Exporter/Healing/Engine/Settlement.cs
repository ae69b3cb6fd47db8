using Exporter.Healing.Guards;
using Exporter.Healing.Ledger;

namespace Exporter.Healing.Engine;

/// <summary>What a verdict means for the episode: when to look again, whether it is exhausted, whose turn is next, who must hear of it.</summary>
internal sealed class Settlement(HealingSetup setup, LedgerTransaction ledger)
{
    /// <summary>Answers false when the healing had ended meanwhile; then nothing changes.</summary>
    public bool Settle(HealingRecord healing, Verdict verdict, int attempt)
    {
        if (!ledger.End(healing, verdict, attempt))
            return false;

        var episode = ledger.Episode(healing.Episode);
        if (!healing.DryRun)
        {
            // A run that ended in words is no attempt: three suggestions must not exhaust a healing.
            if (attempt > 0 && verdict is not (Verdict.Healed or Verdict.Failed))
                episode = episode with { Attempts = Math.Max(0, episode.Attempts - 1) };
            episode = After(episode, healing, verdict);
            ledger.Save(episode);
            if (!episode.IsOpen)
                Bequeath(episode);
        }

        if (episode.IsOpen && !ledger.AnyFiring(episode.Id) && ledger.ActiveIn(episode.Id) is null)
        {
            // Nobody but a person asked: the episode ends with the answer, and its attempts are remembered for an hour.
            ledger.Save(episode with { EndedAt = ledger.Now, DueAt = null, ExhaustedAt = null, Pages = false });
        }

        return true;
    }

    /// <summary>
    /// The alert had resolved while the action ran. What the run cost is remembered from its end on, and counts for each episode that began
    /// meanwhile: they copied what was known before.
    /// </summary>
    private void Bequeath(Episode ended)
    {
        ledger.Save(ended with { EndedAt = ledger.Now });
        foreach (var later in ledger.Later(ended))
            ledger.Save(later with { EndedAt = later.IsOpen ? null : ledger.Now, Attempts = ended.Attempts, Setbacks = ended.Setbacks, CoolUntil = ended.CoolUntil });
    }

    private Episode After(Episode episode, HealingRecord healing, Verdict verdict)
    {
        switch (verdict)
        {
            case Verdict.Healed:
                return episode.Quiet(ledger.Now) with { Setbacks = 0, CoolUntil = ledger.Now + setup.CooldownOf(episode.Action, 0) };

            case Verdict.Failed:
                episode = episode with { Setbacks = episode.Setbacks + 1, RefusedBy = null };
                episode = episode with { CoolUntil = ledger.Now + setup.CooldownOf(episode.Action, episode.Setbacks) };
                return episode.Attempts >= setup.Options.MaxAttempts ? Exhaust(episode, healing) : Due(episode, episode.CoolUntil.Value);

            case Verdict.Cancelled when episode.QuietSince is not null:
                return episode.Quiet(ledger.Now);

            case Verdict.Cancelled:
                return Due(episode, ledger.Now + setup.Options.ReconsiderAfter);

            case Verdict.Suggested:
                return Due(episode with { RefusedBy = null }, Later(episode, verdict));

            case Verdict.Refused { Rail: GuardRails.ActionsOwn }:
                return Due(episode with { RefusedBy = null }, Later(episode, verdict));

            case Verdict.Refused { Rail: AttemptsRail.RailName }:
                return Exhaust(episode, healing);

            case Verdict.Refused { Rail: var rail }:
                if (rail == StormRail.RailName)
                    TellOfStorm(healing, verdict);
                return Refuse(episode, rail);

            default:
                throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "no such verdict");
        }
    }

    /// <summary>A guard rail stands: look again soon; the verdict is not repeated while the same one stands.</summary>
    public Episode Refuse(Episode episode, string rail) =>
        Due(episode with { RefusedBy = rail }, rail == CooldownRail.RailName && episode.CoolUntil is { } cool ? cool : ledger.Now + setup.Options.ReconsiderAfter);

    /// <summary>The same answer again and again is asked for ever more rarely.</summary>
    private DateTimeOffset Later(Episode episode, Verdict verdict) =>
        ledger.Now + setup.CooldownOf(episode.Action, ledger.InARow(episode.Id, verdict.Outcome));

    private static Episode Due(Episode episode, DateTimeOffset at) => episode.IsOpen ? episode with { DueAt = at } : episode;

    private Episode Exhaust(Episode episode, HealingRecord healing)
    {
        if (!episode.IsOpen || !ledger.AnyFiring(episode.Id))
            return episode;

        var next = setup.Find(episode.Action) is { } action ? setup.Next(action, episode.Check, episode.Bot) : null;
        episode = episode with { ExhaustedAt = ledger.Now, DueAt = null, Pages = next is null, RefusedBy = null };
        if (next is not null)
        {
            ledger.Step(healing, "exhausted", episode.Attempts, $"Given up after {episode.Attempts} attempts; {next.Spec.Name} has its turn.");
            HandOver(episode, next);
            return episode;
        }

        var reason = $"{episode.Action} was tried {Times(episode.Attempts)} and {episode.Check} still fails: a person must look.";
        ledger.Step(healing, "exhausted", episode.Attempts, reason);
        ledger.Escalate($"exhausted/{episode.Id}/{ledger.Now.ToUnixTimeMilliseconds()}",
            new EscalationNotice(EscalationCause.Exhausted, episode.Bot, episode.Action, episode.Check, reason, ledger.Now));
        return episode;
    }

    private void HandOver(Episode episode, IHealingAction next)
    {
        var subject = setup.SubjectOf(next, episode.Bot);
        var successor = ledger.OpenEpisode(episode.Bot, subject, episode.Target)
            ?? ledger.Begin(episode.Bot, subject, episode.Target, next.Spec.Name, episode.Check);
        ledger.HandOver(episode.Id, successor.Id);
        if (ledger.ActiveIn(successor.Id) is not null)
            return;
        if (setup.Cools(successor, ledger.Now))
        {
            ledger.Save(successor with { DueAt = successor.CoolUntil });
            return;
        }

        ledger.Accept(
            new Admission(setup, null, ledger).Healing(successor, HealingTrigger.Order),
            $"{episode.Action} is exhausted, and {next.Spec.Name} has its turn.");
    }

    private void TellOfStorm(HealingRecord healing, Verdict verdict)
    {
        var since = ledger.Number("SELECT since FROM storms WHERE check_name = $check", ("$check", healing.Check)) ?? 0;
        ledger.Escalate($"storm/{healing.Check}/{since}",
            new EscalationNotice(EscalationCause.Storm, healing.Bot, null, healing.Check, verdict.Reason, ledger.Now));
    }

    private static string Times(int count) => count == 1 ? "once" : count == 2 ? "twice" : $"{count} times";
}
