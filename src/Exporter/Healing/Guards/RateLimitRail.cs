using Exporter.Healing.Ledger;

namespace Exporter.Healing.Guards;

/// <summary>However many bots and alerts there are, so much an hour and no more.</summary>
internal sealed class RateLimitRail(HealingLedger ledger, TimeProvider time) : IGuardRail
{
    public string Name => "rate_limit";

    public string Stops => "The action, or all actions together, ran as often within the hour as the limits allow.";

    public async ValueTask<Verdict?> AskAsync(GuardQuestion question, CancellationToken cancellation)
    {
        var anHourAgo = time.GetUtcNow() - TimeSpan.FromHours(1);
        var action = question.Healing.Action;
        var (ofAction, ofAll) = await ledger.WriteAsync(
            read => (read.RunsSince(anHourAgo, action), read.RunsSince(anHourAgo, null)), cancellation);
        var options = question.Options;
        return ofAction >= options.MaxPerActionPerHour
                ? new Verdict.Refused(
                    Name, $"{action} ran {ofAction} times within the hour, and the limit is {options.MaxPerActionPerHour} (Healing:MaxPerActionPerHour).")
            : ofAll >= options.MaxPerHour
                ? new Verdict.Refused(Name, $"Actions ran {ofAll} times within the hour, and the limit is {options.MaxPerHour} (Healing:MaxPerHour).")
            : null;
    }
}
