using Exporter.Healing.Ledger;
using Exporter.Platform;

namespace Exporter.Healing.Triggers;

/// <summary>
/// Remembers in the ledger which process a healing has started. A killed exporter takes its commands' time-outs with it: the next one waits
/// for what still runs, and ends it when its time is over, before it decides anything about that healing.
/// </summary>
public sealed partial class RunningCommands(HealingLedger ledger, TimeProvider time, ILogger<RunningCommands> logger)
{
    private static readonly TimeSpan _betweenLooks = TimeSpan.FromMilliseconds(250);

    /// <summary>Null where the process has ended already; nothing is to be remembered then.</summary>
    internal async Task<StartedCommand?> KeepAsync(long healing, int process, bool leads, DateTimeOffset until)
    {
        if (ProcessStart.Of(process) is not { } started)
            return null;
        var command = new StartedCommand(healing, process, started, leads, until);
        try
        {
            await ledger.WriteAsync(write => write.Keep(command), CancellationToken.None);
        }
        catch (LedgerException)
        {
            // Said by the ledger itself. The command runs, and it is this exporter that holds its time-out.
        }

        return command;
    }

    internal async Task ForgetAsync(StartedCommand command)
    {
        try
        {
            await ledger.WriteAsync(write => write.Forget(command), CancellationToken.None);
        }
        catch (LedgerException)
        {
            // It is known by its start time, and so is found gone whenever somebody looks.
        }
    }

    /// <summary>Returns when the command that an earlier exporter started for this healing is gone, at the latest at the end of its time-out.</summary>
    /// <exception cref="LedgerException">The ledger cannot be asked.</exception>
    internal async Task AwaitEarlierAsync(long healing, CancellationToken cancellation)
    {
        if (await ledger.WriteAsync(read => read.Command(healing), cancellation) is not { } command)
            return;
        if (IsRunning(command))
            Log.Waits(logger, healing, command.Process, Moment.Of(command.Until));
        while (IsRunning(command))
        {
            if (time.GetUtcNow() >= command.Until)
            {
                Log.Ends(logger, healing, command.Process);
                // Only the process and its group: what else carries the run's mark may be the bot that the command has started.
                _ = command.Leads ? Posix.KillGroup(command.Process) : Posix.KillProcess(command.Process);
                break;
            }

            await Task.Delay(_betweenLooks, time, cancellation);
        }

        await ForgetAsync(command);
    }

    private static bool IsRunning(StartedCommand command) => ProcessStart.Of(command.Process) == command.Started;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, EventName = "CommandFound",
            Message = "Healing {Id} was interrupted while its command ran: process {Process} still does. It may go on until {Until}; nothing is started beside it")]
        public static partial void Waits(ILogger logger, long id, int process, string until);

        [LoggerMessage(Level = LogLevel.Warning, EventName = "CommandEnded", Message = "The command that healing {Id} left running (process {Process}) took longer than its time-out and was killed with its group")]
        public static partial void Ends(ILogger logger, long id, int process);
    }
}
