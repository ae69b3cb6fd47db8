using Exporter.Healing.Ledger;

namespace Exporter.Healing.Guards;

/// <summary>The last attempt was not long ago.</summary>
internal sealed class CooldownRail(HealingLedger ledger, TimeProvider time) : IGuardRail
{
    public const string RailName = "cooldown";

    public string Name => RailName;

    public string Stops => "The last attempt was not long ago; the rest grows with each failure. A person may confirm it away.";

    public async ValueTask<Verdict?> AskAsync(GuardQuestion question, CancellationToken cancellation)
    {
        if (question.Resumes || question.Healing.Confirmed.Contains(Name))
        {
            return null;
        }

        var episode = await ledger.WriteAsync(read => read.Episode(question.Healing.Episode), cancellation);
        var now = time.GetUtcNow();
        return question.Setup.Cools(episode, now)
            ? new Verdict.Refused(Name, $"The last attempt was not long ago; the cooldown ends in {Phrase.Wait(episode.CoolUntil!.Value - now)}.")
            : null;
    }
}
