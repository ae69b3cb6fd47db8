using Exporter.Healing.Guards;
using Exporter.Healing.Ledger;
using Exporter.Healing.Triggers;
using Polly.CircuitBreaker;

using Polly.Timeout;

namespace Exporter.Healing.Engine;

/// <summary>The life of one healing: guard rails, action, proof, verdict. Nothing happens before the ledger knows that it will.</summary>
internal sealed partial class HealingRun(
    CurrentSetup setup, HealingLedger ledger, GuardRails guards, Pipelines pipelines, Proof proof, RunningCommands commands, TimeProvider time, ILogger<HealingRun> logger)
{
    private static readonly TimeSpan _retryRecord = TimeSpan.FromSeconds(1);

    /// <exception cref="LedgerException">The start could not be recorded, so nothing was done.</exception>
    public async Task ExecuteAsync(long id, CancellationToken cancellation)
    {
        // What the dispatcher saw may be older than the end of the run before.
        if (await ledger.WriteAsync(read => read.Healing(id), cancellation) is not { State: not HealingState.Ended } healing)
            return;
        if (setup.Value.Find(healing.Action) is not { } action)
        {
            await SettleAsync(healing, new Verdict.Refused(DisabledRail.RailName, $"There is no action {healing.Action} any more."), 0, cancellation);
            return;
        }

        try
        {
            await GoOnAsync(healing, action, cancellation);
        }
        catch (Exception e) when (e is not (OperationCanceledException or LedgerException))
        {
            // An action, a plan or a check that throws what nobody foresaw must not leave a healing without a verdict.
            Log.Broken(logger, healing.Id, healing.Action, healing.Bot, e);
            await SettleAsync(healing, Broken(e), AttemptOf(healing), cancellation);
        }
    }

    /// <summary>Considers an episode whose time has come again. A guard rail that still stands is not recorded twice.</summary>
    public async Task ReconsiderAsync(long id, CancellationToken cancellation)
    {
        if (await ledger.WriteAsync(read => IsDue(read, read.Episode(id)), cancellation) is not { } episode)
            return;
        if (setup.Value.Find(episode.Action) is not { } action)
        {
            await ledger.WriteAsync(write => Update(write, episode, found => found with { DueAt = null }), cancellation);
            return;
        }

        var candidate = await ledger.WriteAsync(read => new Admission(setup.Value, null, read).Healing(episode, HealingTrigger.Retry), cancellation);
        var stop = await AskGuardsAsync(candidate, action, cancellation);
        switch (stop)
        {
            case Verdict.Refused { Rail: var rail } when rail == episode.RefusedBy:
                await ledger.WriteAsync(write => Update(write, episode, found => new Settlement(setup.Value, write).Refuse(found, rail)), cancellation);
                return;
            case Verdict.Cancelled:
                await ledger.WriteAsync(write => Update(write, episode, found => found.Quiet(write.Now)), cancellation);
                return;
        }

        var accepted = await ledger.WriteAsync(
            write => IsDue(write, write.Episode(episode.Id)) is { } open ? Take(write, open, candidate) : null,
            cancellation);
        if (accepted is null)
            return;
        if (stop is not null)
            await SettleAsync(accepted, stop, 0, cancellation);
        else
            await RunAsync(accepted, action, cancellation);
    }

    /// <summary>A check or an action that throws while it is only asked is a failure to heal, recorded as one.</summary>
    private async Task<Verdict?> AskGuardsAsync(HealingRecord candidate, IHealingAction action, CancellationToken cancellation)
    {
        try
        {
            return await guards.StopAsync(candidate, action, resumes: false, cancellation);
        }
        catch (Exception e) when (e is not (OperationCanceledException or LedgerException))
        {
            Log.Broken(logger, candidate.Id, candidate.Action, candidate.Bot, e);
            return Broken(e);
        }
    }

    private static Verdict.Failed Broken(Exception e) => new($"The exporter itself failed: {e.GetType().Name}: {Phrase.Ended(e.Message)}");

    private static Episode? IsDue(LedgerTransaction read, Episode episode) =>
        episode.IsOpen && episode.IsDue(read.Now) && read.ActiveIn(episode.Id) is null ? episode : null;

    private static HealingRecord Take(LedgerTransaction write, Episode open, HealingRecord candidate)
    {
        write.Save(open with { DueAt = null });
        return write.Accept(candidate, "Still failing, and its time has come again.");
    }

    private static bool Update(LedgerTransaction write, Episode episode, Func<Episode, Episode> change)
    {
        if (write.Episode(episode.Id) is { IsOpen: true } open && write.ActiveIn(open.Id) is null)
            write.Save(change(open));
        return true;
    }

    private async Task GoOnAsync(HealingRecord healing, IHealingAction action, CancellationToken cancellation)
    {
        switch (healing.State)
        {
            case HealingState.Verifying verifying:
                await ResumedAsync(healing, verifying.Attempt, "It was interrupted while it verified; it goes on verifying.", cancellation);
                await ProveAsync(healing, action, verifying.Attempt, verifying.ActionBeganAt, verifying.Since, verifying.Caveat, cancellation);
                return;

            case HealingState.Running running:
                await commands.AwaitEarlierAsync(healing.Id, cancellation);
                // Whether the action did its work is unknown: the check says, and only if it still fails is the action run again.
                await ResumedAsync(healing, running.Attempt, "It was interrupted while the action ran; the check is asked first.", cancellation);
                var seen = await proof.AwaitAsync(healing, action.Spec, running.Since, TimeSpan.Zero, setup.Options, cancellation);
                if (seen.Recovered)
                {
                    await SettleAsync(healing, new Verdict.Healed($"{seen.Reason} It had been interrupted while the action ran."), running.Attempt, cancellation);
                    return;
                }

                await StartAsync(healing, action, resumes: true, cancellation);
                return;

            default:
                await StartAsync(healing, action, resumes: false, cancellation);
                return;
        }
    }

    private async Task StartAsync(HealingRecord healing, IHealingAction action, bool resumes, CancellationToken cancellation)
    {
        if (await guards.StopAsync(healing, action, resumes, cancellation) is { } stop)
            await SettleAsync(healing, stop, 0, cancellation);
        else
            await RunAsync(healing, action, cancellation);
    }

    private async Task RunAsync(HealingRecord healing, IHealingAction action, CancellationToken cancellation)
    {
        var begun = await ledger.WriteAsync(write => Begin(write, healing), cancellation);
        if (begun is not { } begin)
            return;

        Log.Runs(logger, healing.Action, healing.Bot, healing.Id, begin.Attempt);
        var result = await ActAsync(healing, action, cancellation);
        switch (result)
        {
            case ActionResult.Done done when !action.Spec.OnlySuggests:
                await ledger.WriteAsync(write => write.Verify(healing, begin.Attempt, done.Reason, done.Caveat), cancellation);
                await ProveAsync(healing, action, begin.Attempt, begin.At, time.GetUtcNow(), done.Caveat, cancellation);
                break;
            case ActionResult.Done or ActionResult.Suggested:
                await SettleAsync(healing, new Verdict.Suggested(result.Reason), begin.Attempt, cancellation);
                break;
            case ActionResult.Refused:
                await SettleAsync(healing, new Verdict.Refused(GuardRails.ActionsOwn, result.Reason), begin.Attempt, cancellation);
                break;
            case ActionResult.Cancelled:
                await SettleAsync(healing, new Verdict.Cancelled(result.Reason), begin.Attempt, cancellation);
                break;
            default:
                await SettleAsync(healing, new Verdict.Failed(result.Reason), begin.Attempt, cancellation);
                break;
        }
    }

    /// <summary>Durable before the action runs: a crash in it must find a healing that says so.</summary>
    private static (int Attempt, DateTimeOffset At)? Begin(LedgerTransaction write, HealingRecord healing)
    {
        var episode = write.Episode(healing.Episode);
        var attempt = episode.Attempts + 1;
        if (!write.Run(healing, attempt, $"Attempt {attempt} of {healing.Action}."))
            return null;
        write.Save(episode with { Attempts = attempt, QuietSince = null, DueAt = null, RefusedBy = null });
        return (attempt, write.Now);
    }

    private async Task<ActionResult> ActAsync(HealingRecord healing, IHealingAction action, CancellationToken cancellation)
    {
        try
        {
            return await pipelines.RunAsync(action, healing.AsTarget(), cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
        catch (TimeoutRejectedException e)
        {
            return new ActionResult.Failed { Reason = $"{healing.Action} took longer than {Phrase.Wait(e.Timeout)} and was stopped." };
        }
        catch (BrokenCircuitException)
        {
            return new ActionResult.Failed { Reason = pipelines.WhyNot(healing.Action) ?? $"The circuit of {healing.Action} is open after repeated failures." };
        }
        catch (Exception e)
        {
            Log.ActionThrew(logger, healing.Action, healing.Bot, healing.Id, e);
            return new ActionResult.Failed { Reason = $"{healing.Action} could not do its work: {Phrase.Ended(e.Message)}" };
        }
    }

    private async Task ProveAsync(
        HealingRecord healing, IHealingAction action, int attempt, DateTimeOffset actionBeganAt, DateTimeOffset since, string? caveat, CancellationToken cancellation)
    {
        var options = setup.Options;
        var whole = options.For(healing.Action).VerifyTimeout ?? options.VerifyTimeout;
        var left = since + whole - time.GetUtcNow();
        var seen = await proof.AwaitAsync(healing, action.Spec, actionBeganAt, left < whole ? left : whole, options, cancellation);
        Verdict verdict = seen.Recovered
            ? new Verdict.Healed(caveat is null ? seen.Reason : $"{seen.Reason} {Phrase.Ended(caveat)}")
            : new Verdict.Failed($"{healing.Action} ran, but {seen.Reason}");
        await SettleAsync(healing, verdict, attempt, cancellation);
    }

    private Task<bool> ResumedAsync(HealingRecord healing, int attempt, string reason, CancellationToken cancellation) => ledger.WriteAsync(
        write =>
        {
            write.Step(healing, "resumed", attempt, reason);
            return true;
        },
        cancellation);

    /// <summary>A verdict that cannot be written now is kept and written when it can: the action is done, and must not be forgotten.</summary>
    private async Task SettleAsync(HealingRecord healing, Verdict verdict, int attempt, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await ledger.WriteAsync(write => new Settlement(setup.Value, write).Settle(healing, verdict, attempt), cancellation);
                Log.Ended(logger, healing.Action, healing.Bot, healing.Id, verdict.Outcome, verdict.Reason);
                return;
            }
            catch (LedgerException)
            {
                await Task.Delay(_retryRecord, time, cancellation);
            }
        }
    }

    private static int AttemptOf(HealingRecord healing) => healing.State switch
    {
        HealingState.Running running => running.Attempt,
        HealingState.Verifying verifying => verifying.Attempt,
        _ => 0,
    };

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, EventName = "HealingRuns", Message = "Healing {Id}: {Action} of {Bot} runs (attempt {Attempt})")]
        public static partial void Runs(ILogger logger, string action, string bot, long id, int attempt);

        [LoggerMessage(Level = LogLevel.Information, EventName = "HealingEnded", Message = "Healing {Id}: {Action} of {Bot} {Outcome}. {Reason}")]
        public static partial void Ended(ILogger logger, string action, string bot, long id, string outcome, string reason);

        [LoggerMessage(Level = LogLevel.Warning, EventName = "ActionThrew", Message = "Healing {Id}: {Action} of {Bot} threw")]
        public static partial void ActionThrew(ILogger logger, string action, string bot, long id, Exception error);

        [LoggerMessage(Level = LogLevel.Error, EventName = "HealingBroken", Message = "Healing {Id}: {Action} of {Bot} broke off")]
        public static partial void Broken(ILogger logger, long id, string action, string bot, Exception error);
    }
}
