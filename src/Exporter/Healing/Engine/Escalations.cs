using Exporter.Healing.Ledger;

namespace Exporter.Healing.Engine;

/// <summary>Tells people what waits to be told. What could not be told is tried again, with growing pauses, and given up after a while.</summary>
internal sealed partial class Escalations(HealingLedger ledger, Func<Escalate?> escalate, HealingMetrics metrics, ILogger<Escalations> logger)
{
    private const int MaxTries = 6;

    private static readonly TimeSpan _firstPause = TimeSpan.FromSeconds(30);

    /// <exception cref="LedgerException">The ledger cannot be asked.</exception>
    public async Task TellAsync(CancellationToken cancellation)
    {
        if (escalate() is not { } tell)
            return;
        foreach (var (id, tries, notice) in await ledger.WriteAsync(read => read.DueEscalations(), cancellation))
        {
            var told = await TryAsync(tell, notice, cancellation);
            metrics.Escalated(notice.Cause, told);
            // Kept even while stopping: what was told must not be told again after a restart.
            await ledger.WriteAsync(
                write =>
                {
                    if (told)
                        write.Told(id);
                    else
                        write.NotTold(id, tries + 1 < MaxTries ? write.Now + _firstPause * Math.Pow(2, tries) : null);
                    return true;
                },
                CancellationToken.None);
        }
    }

    private async Task<bool> TryAsync(Escalate tell, EscalationNotice notice, CancellationToken cancellation)
    {
        try
        {
            await tell(notice, cancellation);
            Log.Told(logger, notice.Cause, notice.Bot, notice.Check, notice.Reason);
            return true;
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            Log.NotTold(logger, notice.Cause, notice.Bot, notice.Check, e.Message);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, EventName = "Escalated", Message = "Escalated ({Cause}, {Bot}, {Check}): {Reason}")]
        public static partial void Told(ILogger logger, EscalationCause cause, string bot, string check, string reason);

        [LoggerMessage(Level = LogLevel.Error, EventName = "EscalationFailed", Message = "The escalation ({Cause}, {Bot}, {Check}) could not be told: {Error}")]
        public static partial void NotTold(ILogger logger, EscalationCause cause, string bot, string check, string error);
    }
}
