using Exporter.Checks;

namespace Exporter.Evaluation;

/// <summary>One check of one bot: whether it is running, and the last thing that it found. Runs at most once at a time.</summary>
internal sealed class CheckSlot(string bot, ICheck check, EvaluationClock clock)
{
    private readonly Lock _gate = new();
    private bool _running;
    private long _runningSince;
    private TaskCompletionSource? _ended;
    private Outcome? _last;
    private bool _carriedOver;
    private long _reported;

    public string Bot => bot;

    public ICheck Check => check;

    /// <summary>The status that was last published and since when. Only the publisher touches it.</summary>
    public Standing<CheckStatus> Standing { get; } = new();

    /// <summary>Keeps what an earlier slot of the same check knew: since when, and its last result should the first run be late.</summary>
    public void TakeOver(CheckSlot earlier)
    {
        Standing.Restore(earlier.Standing);
        _last = earlier._last;
        // Thresholds may have changed with the configuration, so its MinInterval does not hold back the first run.
        _carriedOver = true;
    }

    /// <summary>Whether an evaluation has to run the check, or its last result is young enough to be used again.</summary>
    public bool IsDue()
    {
        var last = Volatile.Read(ref _last);
        return last is null || _carriedOver || check.MinInterval <= TimeSpan.Zero || clock.Since(last.Started) >= check.MinInterval;
    }

    /// <summary>
    /// Runs the check for the evaluation that began at <paramref name="sequence"/>, or joins the run that is going on. The task never
    /// fails; it is completed when the check was synchronous.
    /// </summary>
    public Task RunOrJoin(long sequence, CheckContext context, CancellationToken timeout)
    {
        // A run that was going on when the evaluation began may have ended before its turn came.
        if (Volatile.Read(ref _last) is { } last && last.Sequence > sequence)
        {
            return Task.CompletedTask;
        }

        if (TryBegin() is { } running)
        {
            return running;
        }

        var run = ExecuteAsync(context, timeout);
        return run.IsCompleted ? Task.CompletedTask : run.AsTask();
    }

    /// <summary>
    /// Runs the check from its beginning: a run that is going on may have looked before the caller acted, so it is awaited first.
    /// Answers within the check's time-out.
    /// </summary>
    public async Task<CheckState> RunAfreshAsync(CheckContext context, CancellationToken cancellation)
    {
        var began = clock.Timestamp;
        try
        {
            while (TryBegin() is { } running)
            {
                await running.WaitAsync(Left(), context.Time, cancellation);
            }

            // On the pool: a check that hangs without awaiting must not hang its caller.
            var run = Task.Run(() => ExecuteAloneAsync(context), CancellationToken.None);
            var outcome = await run.WaitAsync(Left(), context.Time, cancellation);
            return StateOf(outcome.Result, outcome.EvaluatedAt, outcome.Duration, publish: false);
        }
        catch (TimeoutException)
        {
            var waited = clock.Since(began);
            return StateOf(TimedOut(waited, waited), clock.Now, waited, publish: false);
        }

        TimeSpan Left()
        {
            var left = check.Timeout - clock.Since(began);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>What the check stands for at the end of an evaluation that began at <paramref name="sequence"/>.</summary>
    /// <param name="wasDue">Whether that evaluation had to run it.</param>
    /// <param name="waited">How long that evaluation waited.</param>
    /// <param name="publish">Moves "since" on; any other evaluation just looks.</param>
    public CheckState Judge(long sequence, bool wasDue, TimeSpan waited, bool publish)
    {
        Outcome? last;
        TimeSpan? running;
        lock (_gate)
        {
            last = _last;
            running = _running ? clock.Since(_runningSince) : null;
        }

        if (last is not null)
        {
            var answered = !wasDue || last.Sequence > sequence;
            var stands = clock.Since(last.Ended) < 2 * check.MinInterval;
            // A check without MinInterval that is always late: what it found meanwhile is the next evaluation's answer.
            var late = last.Sequence > _reported && !_carriedOver;
            if (answered || stands || late)
            {
                if (publish)
                {
                    _reported = last.Sequence;
                }

                return StateOf(last.Result, last.EvaluatedAt, last.Duration, publish);
            }
        }

        return StateOf(TimedOut(running, waited), clock.Now, waited, publish);
    }

    private CheckState StateOf(CheckResult result, DateTimeOffset at, TimeSpan duration, bool publish) =>
        new(check.Spec, result, at, duration, publish ? Standing.Commit(result.Status, at) : Standing.Peek(result.Status, at));

    /// <summary>Null when the caller now holds the slot, else the end of the run that does.</summary>
    private Task? TryBegin()
    {
        lock (_gate)
        {
            if (_running)
            {
                return (_ended ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            _running = true;
            _runningSince = clock.Timestamp;
            return null;
        }
    }

    private ValueTask<Outcome> ExecuteAsync(CheckContext context, CancellationToken timeout)
    {
        var started = clock.Timestamp;
        ValueTask<CheckResult> run;
        try
        {
            run = check.EvaluateAsync(context, timeout);
        }
        catch (Exception e)
        {
            return new(End(Failed(e, timeout), started));
        }

        return run.IsCompletedSuccessfully ? new(End(run.Result, started)) : FinishAsync(run, started, timeout);
    }

    private async ValueTask<Outcome> FinishAsync(ValueTask<CheckResult> run, long started, CancellationToken timeout)
    {
        CheckResult result;
        try
        {
            result = await run;
        }
        catch (Exception e)
        {
            result = Failed(e, timeout);
        }

        return End(result, started);
    }

    private async Task<Outcome> ExecuteAloneAsync(CheckContext context)
    {
        using var timeout = new CancellationTokenSource(check.Timeout, context.Time);
        return await ExecuteAsync(context, timeout.Token);
    }

    private Outcome End(CheckResult result, long started)
    {
        var ended = clock.Timestamp;
        var outcome = new Outcome(result, clock.Now, clock.Between(started, ended), started, ended, clock.NextSequence());
        TaskCompletionSource? waiting;
        lock (_gate)
        {
            _last = outcome;
            _carriedOver = false;
            _running = false;
            waiting = _ended;
            _ended = null;
        }

        waiting?.SetResult();
        return outcome;
    }

    private CheckResult Failed(Exception e, CancellationToken timeout) => e switch
    {
        OperationCanceledException when timeout.IsCancellationRequested => CheckResult.Unknown(
            EvaluationCause.Timeout,
            $"{check.Spec.Title}: the check did not finish within its time-out of {Phrase.Seconds(check.Timeout)}, so nothing is known."),
        _ => CheckResult.Unknown(
            EvaluationCause.Exception,
            $"{check.Spec.Title}: the check itself failed ({e.GetType().Name}: {Plain.Text(e.Message, 300)}), so nothing is known. Please report this as a defect."),
    };

    private CheckResult TimedOut(TimeSpan? running, TimeSpan waited) => CheckResult.Unknown(
        EvaluationCause.Timeout,
        running switch
        {
            { } age when age > check.Timeout =>
                $"{check.Spec.Title}: the check has been running for {Phrase.Seconds(age)} and does not heed its time-out of {Phrase.Seconds(check.Timeout)}; what it waits for hangs.",
            { } => $"{check.Spec.Title}: no answer within {Phrase.Seconds(waited)}; the check goes on, and the next evaluation has its answer.",
            null => $"{check.Spec.Title}: could not be started within {Phrase.Seconds(waited)}, because other checks hang or the machine is overloaded.",
        });

    /// <param name="Started">Timestamp: intervals count from here, so that a scrape every 30 s meets an interval of 30 s.</param>
    /// <param name="Sequence">Orders results and evaluations where the clock is too coarse.</param>
    private sealed record Outcome(CheckResult Result, DateTimeOffset EvaluatedAt, TimeSpan Duration, long Started, long Ended, long Sequence);
}

/// <summary>Causes that evaluation itself gives, beside those of the checks.</summary>
public static class EvaluationCause
{
    /// <summary>No answer in time, and no earlier one young enough to stand.</summary>
    public const string Timeout = "timeout";

    /// <summary>The check threw: a defect.</summary>
    public const string Exception = "exception";
}
