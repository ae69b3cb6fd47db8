using System.Collections.Immutable;
using Exporter.Checks;

namespace Exporter.Evaluation;

/// <summary>
/// One evaluation under way: starts every check that is due and is over when all have answered or the deadline has passed.
/// Most checks read a file and never await, so one worker runs them one after the other without a thread hop each. When it gets
/// stuck in one (a dead network disk blocks the thread), further workers take the rest.
/// </summary>
internal sealed class Flight
{
    /// <summary>Longer than reading a large file takes, short beside the deadline.</summary>
    private static readonly TimeSpan StallAfter = TimeSpan.FromMilliseconds(20);

    /// <summary>So many checks make a second worker worth its thread.</summary>
    private const int ChecksPerWorker = 64;

    /// <summary>Threads that may hang in dead checks at once, in the whole process; each costs some tens of KiB.</summary>
    private const int MaxStuckThreads = 512;

    private static int s_stuckThreads;

    private readonly EvaluationClock _clock;
    private readonly Func<CheckSlot, CheckContext> _contextOf;
    private readonly TaskCompletionSource _over = new();
    private readonly Lock _gate = new();
    private readonly List<SharedTimeout> _timeouts = [];
    private readonly Action _answered;
    private ITimer? _deadline;
    private ITimer? _stall;
    private int _next;
    private int _seen = -1;
    private int _helpers;
    private int _pending;
    private volatile bool _closed;

    public Flight(ImmutableArray<CheckSlot> due, Func<CheckSlot, CheckContext> contextOf, EvaluationClock clock)
    {
        (Due, _contextOf, _clock) = (due, contextOf, clock);
        _pending = due.Length;
        _answered = Answered;
        Started = clock.Timestamp;
        Sequence = clock.NextSequence();
    }

    /// <summary>In the order of bots and their checks.</summary>
    public ImmutableArray<CheckSlot> Due { get; }

    public long Started { get; }

    /// <summary>Results with a higher number came from this flight.</summary>
    public long Sequence { get; }

    /// <summary>Completes when every check has answered, or at the deadline.</summary>
    public Task Over => _over.Task;

    public void Start(TimeSpan deadline)
    {
        if (Due.IsEmpty)
        {
            // Not here: the caller may hold locks that what comes after needs.
            ThreadPool.UnsafeQueueUserWorkItem(static flight => flight.Close(), this, preferLocal: true);
            return;
        }

        lock (_gate)
        {
            _deadline = _clock.Time.CreateTimer(static flight => ((Flight)flight!).Close(), this, Positive(deadline), Timeout.InfiniteTimeSpan);
            _stall = _clock.Time.CreateTimer(static flight => ((Flight)flight!).HelpIfStalled(), this, StallAfter, StallAfter);
        }

        var workers = Math.Clamp(Due.Length / ChecksPerWorker, 1, Environment.ProcessorCount);
        for (var i = 0; i < workers; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static flight => flight.Work(), this, preferLocal: false);
        }
    }

    private static TimeSpan Positive(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;

    private void Work()
    {
        while (!_closed)
        {
            var index = Interlocked.Increment(ref _next) - 1;
            if (index >= Due.Length)
            {
                break;
            }

            var slot = Due[index];
            var timeout = TimeoutOf(slot.Check);
            var run = slot.RunOrJoin(Sequence, _contextOf(slot), timeout.Token);
            if (run.IsCompleted)
            {
                Answered();
            }
            else
            {
                timeout.Start();
                run.GetAwaiter().UnsafeOnCompleted(_answered);
            }
        }
    }

    private void Answered()
    {
        if (Interlocked.Decrement(ref _pending) > 0)
        {
            return;
        }

        Close();
        lock (_gate)
        {
            _timeouts.ForEach(timeout => timeout.Dispose());
        }
    }

    private void Close()
    {
        lock (_gate)
        {
            _closed = true;
            _deadline?.Dispose();
            _stall?.Dispose();
        }

        // What comes after goes on here: waking another thread for it would cost a scrape more than most checks do.
        _over.TrySetResult();
    }

    private SharedTimeout TimeoutOf(ICheck check)
    {
        lock (_gate)
        {
            foreach (var timeout in _timeouts)
            {
                if (timeout.After == check.Timeout)
                {
                    return timeout;
                }
            }

            var added = new SharedTimeout(check.Timeout, _clock);
            _timeouts.Add(added);
            return added;
        }
    }

    private void HelpIfStalled()
    {
        var next = Volatile.Read(ref _next);
        if (next >= Due.Length)
        {
            lock (_gate)
            {
                _stall?.Dispose();
            }

            return;
        }

        if (next != Interlocked.Exchange(ref _seen, next))
        {
            return;
        }

        // Twice as many each time: on a dead disk hundreds hang, and the healthy rest must come to its turn before the deadline.
        var more = Math.Max(1, _helpers);
        _helpers += more;
        for (var i = 0; i < more; i++)
        {
            AddHelper();
        }
    }

    private void AddHelper()
    {
        if (Interlocked.Increment(ref s_stuckThreads) > MaxStuckThreads)
        {
            Interlocked.Decrement(ref s_stuckThreads);
            return;
        }

        // A thread of its own: the pool adds threads slowly, and the server needs them.
        var thread = new Thread(() =>
        {
            try
            {
                Work();
            }
            finally
            {
                Interlocked.Decrement(ref s_stuckThreads);
            }
        })
        {
            IsBackground = true,
            Name = "checks",
        };
        thread.Start();
    }

    /// <summary>
    /// For all checks with the same time-out: a timer for each of thousands would cost more than the checks. It runs from the first one
    /// that awaits something; a check that does not could not heed it.
    /// </summary>
    private sealed class SharedTimeout(TimeSpan after, EvaluationClock clock) : IDisposable
    {
        private readonly CancellationTokenSource _source = new();
        private readonly long _began = clock.Timestamp;
        private ITimer? _timer;
        private bool _disposed;

        public TimeSpan After => after;

        public CancellationToken Token => _source.Token;

        public void Start()
        {
            lock (_source)
            {
                if (!_disposed)
                {
                    _timer ??= clock.Time.CreateTimer(
                        static source => ((CancellationTokenSource)source!).Cancel(), _source, Positive(after - clock.Since(_began)), Timeout.InfiniteTimeSpan);
                }
            }
        }

        public void Dispose()
        {
            lock (_source)
            {
                _disposed = true;
                // Not the source: its timer may be firing now, and it holds nothing that needs an end.
                _timer?.Dispose();
            }
        }
    }
}
