using System.Globalization;
using Exporter.Healing.Ledger;

namespace Exporter.Healing.Guards;

/// <summary>What did not last so many times needs a person.</summary>
internal sealed class AttemptsRail(HealingLedger ledger) : IGuardRail
{
    public const string RailName = "attempts";

    public string Name => RailName;

    public string Stops => "As many attempts as allowed did not last: a person must look, and may confirm another.";

    public async ValueTask<Verdict?> AskAsync(GuardQuestion question, CancellationToken cancellation)
    {
        if (question.Healing.Confirmed.Contains(Name))
        {
            return null;
        }

        var episode = await ledger.WriteAsync(read => read.Episode(question.Healing.Episode), cancellation);
        var limit = question.Options.MaxAttempts;
        return episode.Attempts >= limit
            ? new Verdict.Refused(Name, string.Create(
                CultureInfo.InvariantCulture, $"Exhausted: {episode.Attempts} of {limit} attempts did not last. A person must look."))
            : null;
    }
}
