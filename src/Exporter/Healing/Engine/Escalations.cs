using Exporter.Healing.Ledger;

namespace Exporter.Healing.Engine;

/// <summary>Tells people what waits to be told. What could not be told is tried again, with growing pauses, and given up after a while.</summary>
internal sealed partial class Escalations(HealingLedger ledger, Func<Escalate?> escalate, HealingMetrics metrics, ILogger<Escalations> logger)
{
    private const int MaxTries = 6;

    private static readonly TimeSpan _firstPause = TimeSpan.FromSeconds(30);

    private Task _telling = Task.CompletedTask;

    /// <summary>Tells what is due, beside whoever calls: a sink that hangs must not hold up healing. Does nothing while it still tells.</summary>
    public void Begin(CancellationToken cancellation)
    {
        if (_telling.IsCompleted)
            _telling = Task.Run(() => TellAsync(cancellation), CancellationToken.None);
    }

    /// <summary>Returns when nothing is being told any more, however that ended.</summary>
    public Task EndedAsync() => _telling.ContinueWith(static _ => { }, TaskScheduler.Default);

    private async Task TellAsync(CancellationToken cancellation)
    {
        try
        {
            await TellDueAsync(cancellation);
        }
        catch (Exception e) when (e is LedgerException || cancellation.IsCancellationRequested)
        {
            // Said by the ledger itself, or stopping; what is due stays due.
        }
        catch (Exception e)
        {
            Log.Stumbled(logger, e);
        }
    }

    private async Task TellDueAsync(CancellationToken cancellation)
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

        [LoggerMessage(Level = LogLevel.Error, EventName = "EscalationsStumbled", Message = "Telling people stumbled and goes on")]
        public static partial void Stumbled(ILogger logger, Exception error);

        [LoggerMessage(Level = LogLevel.Error, EventName = "EscalationFailed", Message = "The escalation ({Cause}, {Bot}, {Check}) could not be told: {Error}")]
        public static partial void NotTold(ILogger logger, EscalationCause cause, string bot, string check, string error);
    }
}
