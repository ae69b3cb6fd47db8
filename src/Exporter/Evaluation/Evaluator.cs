using System.Collections.Frozen;
using System.Collections.Immutable;
using Exporter.Checks;

namespace Exporter.Evaluation;

/// <summary>
/// Runs the checks of every bot under one deadline and publishes what they found. Requests that come while an evaluation runs share it;
/// a check that hangs, throws or is late harms neither another check nor the answer.
/// </summary>
public sealed partial class Evaluator
{
    private readonly EvaluationClock _clock;
    private readonly ILogger? _log;
    private readonly CheckContext _routine;
    private readonly CheckContext _verification;
    private readonly Lock _gate = new();
    private readonly Lock _publishing = new();
    private ImmutableArray<BotWatch> _watches;
    private (Flight Flight, Task<Snapshot> Answer)? _current;
    private long _lastAsked;
    private long _number;
    private volatile Found? _latest;

    public Evaluator(ImmutableArray<MonitoredBot> bots, TimeProvider time, ILogger<Evaluator>? log = null)
    {
        _clock = new EvaluationClock(time);
        _log = log;
        _routine = new CheckContext(time);
        _verification = new CheckContext(time, EvaluationPurpose.Verification);
        _watches = BotWatch.Make(bots, [], _clock);
        _lastAsked = _clock.Timestamp;
    }

    /// <summary>
    /// Raised after a snapshot became the latest one, in order, with the one before it. Handlers must be quick; one that throws is
    /// logged and harms nobody.
    /// </summary>
    public event Action<Snapshot, Snapshot?>? Published;

    /// <summary>The longest deadline that an evaluation should be given: a page must not wait longer for a slow exchange.</summary>
    public static TimeSpan LongestDeadline { get; } = TimeSpan.FromSeconds(5);

    /// <summary>The oldest that somebody who cannot wait is given; what is older is unknown.</summary>
    public static TimeSpan OldestAnswer { get; } = TimeSpan.FromSeconds(60);

    /// <summary>The newest published snapshot; null until the first evaluation.</summary>
    public Snapshot? Latest => _latest?.Snapshot;

    public ImmutableArray<MonitoredBot> Bots => [.. Watches.Select(watch => watch.Bot)];

    /// <summary>Since when nobody has asked for an evaluation of everything.</summary>
    public TimeSpan IdleFor => _clock.Since(Interlocked.Read(ref _lastAsked));

    private ImmutableArray<BotWatch> Watches
    {
        get
        {
            lock (_gate)
            {
                return _watches;
            }
        }
    }

    /// <summary>Takes over since when each status holds, as an earlier process recorded it. Call it before the first evaluation.</summary>
    public void Restore(IEnumerable<CheckStanding> checks, IEnumerable<BotStanding> bots)
    {
        var now = _clock.Now;
        var watches = Watches.ToDictionary(watch => watch.Name, StringComparer.Ordinal);
        foreach (var standing in checks)
        {
            if (standing.Since <= now && watches.GetValueOrDefault(standing.Bot)?.Find(standing.Check) is { } slot)
            {
                slot.Standing.Restore(standing.Status, standing.Since);
            }
        }

        foreach (var standing in bots)
        {
            if (standing.Since <= now && watches.GetValueOrDefault(standing.Bot) is { } watch)
            {
                watch.Standing.Restore(standing.Health, standing.Since);
            }
        }
    }

    /// <summary>
    /// Watches these bots from now on, as after a reload of the configuration. A bot or check that was watched before keeps its "since";
    /// the next evaluation publishes the change.
    /// </summary>
    public void Replace(ImmutableArray<MonitoredBot> bots)
    {
        lock (_gate)
        {
            _watches = BotWatch.Make(bots, _watches, _clock);
            // Its snapshot would speak of bots that are gone: nobody may join it, and it will not be published.
            _current = null;
        }
    }

    /// <summary>
    /// Evaluates every check of every bot under <paramref name="deadline"/>, or joins the evaluation that is already running. Cancelling
    /// ends the wait, not the evaluation that others may share.
    /// </summary>
    public Task<Snapshot> EvaluateAsync(TimeSpan deadline, CancellationToken cancellation)
    {
        Interlocked.Exchange(ref _lastAsked, _clock.Timestamp);
        lock (_gate)
        {
            if (_current is not { Answer.IsCompleted: false } current)
            {
                var flight = new Flight(DueOf(_watches, CheckFilter.All), _ => _routine, _clock);
                _current = current = (flight, ConcludeAsync(flight, _watches, CheckFilter.All));
                flight.Start(deadline);
            }

            return current.Answer.WaitAsync(cancellation);
        }
    }

    /// <summary>Evaluates just the checks of <paramref name="filter"/>. Nothing is published.</summary>
    public async Task<Snapshot> EvaluateAsync(CheckFilter filter, TimeSpan deadline, CancellationToken cancellation)
    {
        if (filter.Names is null)
        {
            return await EvaluateAsync(deadline, cancellation);
        }

        var watches = Watches;
        var flight = new Flight(DueOf(watches, filter), _ => _routine, _clock);
        var answer = ConcludeAsync(flight, watches, filter);
        flight.Start(deadline);
        return await answer.WaitAsync(cancellation);
    }

    /// <summary>
    /// An answer for somebody who waits for <paramref name="patience"/> at most. How little that is changes nothing for anybody else: the
    /// evaluation has its own deadline and goes on, and who cannot wait gets what was published last, with its own times. Null when there is
    /// nothing yet.
    /// </summary>
    public async Task<Snapshot?> AskAsync(CheckFilter filter, TimeSpan patience, CancellationToken cancellation)
    {
        try
        {
            return await EvaluateAsync(filter, LongestDeadline, cancellation).WaitAsync(patience, _clock.Time, cancellation);
        }
        catch (TimeoutException)
        {
            return _latest is { } last ? Stale.Of(last.Snapshot, _clock.Since(last.At), _clock.Now, filter) : null;
        }
    }

    /// <summary>
    /// Re-runs one check of one bot now, also inside its <c>MinInterval</c>, to prove a recovery. Its result is kept for the next
    /// evaluation. Waits for the check's own time-out at most; a check that misses it is <c>unknown</c>.
    /// </summary>
    /// <exception cref="KeyNotFoundException">No such bot, or no such check.</exception>
    public Task<CheckState> VerifyAsync(string bot, string check, CancellationToken cancellation)
    {
        var slot = Watches.FirstOrDefault(watch => watch.Name == bot)?.Find(check)
            ?? throw new KeyNotFoundException($"No check {check} watches a bot named {bot}.");
        return slot.RunAfreshAsync(_verification, cancellation);
    }

    /// <summary>
    /// Evaluates everything for one person who wants to see how: every check's steps, timings and answers as text. Nothing is published,
    /// and nobody else is asked more often than their <c>MinInterval</c> allows.
    /// </summary>
    public async Task<string> DebugAsync(CheckFilter filter, TimeSpan deadline, CancellationToken cancellation)
    {
        var watches = Watches;
        var due = DueOf(watches, filter);
        var traces = due.ToFrozenDictionary(slot => (slot.Bot, slot.Check.Spec.Name), _ => new CheckTrace(_clock.Time));
        var flight = new Flight(due, slot => new CheckContext(_clock.Time, Trace: traces[(slot.Bot, slot.Check.Spec.Name)]), _clock);
        var answer = ConcludeAsync(flight, watches, filter, partial: true);
        flight.Start(deadline);
        var snapshot = await answer.WaitAsync(cancellation);
        return DebugReport.Write(snapshot, _clock.Since(flight.Started), (bot, check) => traces.GetValueOrDefault((bot, check)));
    }

    private static ImmutableArray<CheckSlot> DueOf(ImmutableArray<BotWatch> watches, CheckFilter filter)
    {
        var due = ImmutableArray.CreateBuilder<CheckSlot>(watches.Sum(watch => watch.Slots.Length));
        foreach (var watch in watches)
        {
            foreach (var slot in watch.Slots)
            {
                if (filter.Includes(slot.Check.Spec.Name) && slot.IsDue())
                {
                    due.Add(slot);
                }
            }
        }

        return due.DrainToImmutable();
    }

    private async Task<Snapshot> ConcludeAsync(Flight flight, ImmutableArray<BotWatch> watches, CheckFilter filter, bool partial = false)
    {
        await flight.Over;
        if (partial || filter.Names is not null)
        {
            return Conclude(flight, watches, filter, publish: false) with { Partial = true };
        }

        lock (_publishing)
        {
            // Replaced meanwhile: an answer for those who asked, but no longer the state of what is watched.
            if (Watches != watches)
            {
                return Conclude(flight, watches, filter, publish: false);
            }

            var snapshot = Conclude(flight, watches, filter, publish: true);
            var before = _latest?.Snapshot;
            _latest = new Found(snapshot, _clock.Timestamp);
            Announce(snapshot, before);
            return snapshot;
        }
    }

    private Snapshot Conclude(Flight flight, ImmutableArray<BotWatch> watches, CheckFilter filter, bool publish)
    {
        var waited = _clock.Since(flight.Started);
        var now = _clock.Now;
        var bots = ImmutableArray.CreateBuilder<BotSnapshot>(watches.Length);
        // The due checks are in the order of all checks, so one step beside the other finds them.
        var due = 0;
        foreach (var watch in watches)
        {
            var states = ImmutableArray.CreateBuilder<CheckState>(watch.Slots.Length);
            foreach (var slot in watch.Slots)
            {
                if (filter.Includes(slot.Check.Spec.Name))
                {
                    var wasDue = due < flight.Due.Length && ReferenceEquals(flight.Due[due], slot);
                    due += wasDue ? 1 : 0;
                    states.Add(slot.Judge(flight.Sequence, wasDue, waited, publish));
                }
            }

            bots.Add(watch.Conclude(states.DrainToImmutable(), now, publish));
        }

        return new Snapshot(publish ? ++_number : 0, now, bots.MoveToImmutable());
    }

    private void Announce(Snapshot snapshot, Snapshot? before)
    {
        foreach (var handler in Delegate.EnumerateInvocationList(Published))
        {
            try
            {
                handler(snapshot, before);
            }
            catch (Exception e)
            {
                if (_log is not null)
                {
                    Log.HandlerFailed(_log, e);
                }
            }
        }
    }

    /// <param name="At">Timestamp: an age does not jump when somebody sets the wall clock.</param>
    private sealed record Found(Snapshot Snapshot, long At);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A follower of evaluations failed; the others go on.", EventName = "EvaluationFollowerFailed")]
        public static partial void HandlerFailed(ILogger logger, Exception error);
    }
}
