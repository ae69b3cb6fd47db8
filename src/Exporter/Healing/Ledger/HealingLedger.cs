using System.Collections.Concurrent;

using Microsoft.Data.Sqlite;

namespace Exporter.Healing.Ledger;

/// <summary>
/// The durable memory of healing, in SQLite. One thread writes. Units of work that wait at the same moment share one transaction and so one
/// fsync (group commit): that is what lets a burst of webhooks be durable within milliseconds each.
/// </summary>
/// <remarks>
/// A file that cannot be written (disk full, read-only) fails the work at hand with a <see cref="LedgerException"/> and is opened anew for
/// the next: it recovers without a restart. What becomes of a damaged file, see <see cref="LedgerFile"/>.
/// </remarks>
public sealed partial class HealingLedger : IAsyncDisposable
{
    /// <summary>More would only make the first of the batch wait longer.</summary>
    private const int MaxBatch = 256;

    /// <summary>Longer than a busy disk takes, shorter than Alertmanager waits for its webhook's answer twice.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(1);

    // A result code of SQLite (sqlite.org/rescode.html).
    private const int Constraint = 19;

    private readonly LedgerFile _file;
    private readonly Func<string?>? _whyNot;
    private readonly TimeProvider _time;
    private readonly ILogger<HealingLedger> _logger;
    private readonly BlockingCollection<Work> _queue = [];
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile LedgerCondition _condition = new LedgerCondition.Ready();
    private long _told;

    /// <summary>Nothing is opened yet: the first unit of work does, so that a bad ledger never keeps the exporter from monitoring.</summary>
    /// <param name="whyNot">Says why nothing may be written now, such as a storage that another process owns; null answers that it may.</param>
    public HealingLedger(string path, TimeProvider time, ILogger<HealingLedger> logger, Func<string?>? whyNot = null)
    {
        _file = new LedgerFile(path, time);
        _whyNot = whyNot;
        _time = time;
        _logger = logger;
        new Thread(WriteUntilStopped) { IsBackground = true, Name = "ledger" }.Start();
    }

    /// <summary>Raised for every step once it is on the disk, in order, on the writer's thread. Handlers must be quick and must not throw.</summary>
    internal event Action<TakenStep>? Recorded;

    public LedgerCondition Condition => _condition;

    /// <inheritdoc cref="LedgerFile.Inherited" />
    internal (long Told, long Written)? Inherited => _file.Inherited;

    /// <summary>The last step that was told on (journaled). Kept with the next record, so that a crash repeats a line rather than loses it.</summary>
    internal long Told
    {
        get => Interlocked.Read(ref _told);
        set => Interlocked.Exchange(ref _told, value);
    }

    public string Path => _file.Path;

    /// <inheritdoc cref="LedgerFile.Marker" />
    public string Marker => _file.Marker;

    /// <summary>Runs the work in a transaction; when the task completes, what it wrote is on the disk.</summary>
    /// <exception cref="LedgerException">The ledger cannot be written; nothing of the work was.</exception>
    internal async Task<T> WriteAsync<T>(Func<LedgerTransaction, T> work, CancellationToken cancellation)
    {
        // Its thread may sleep over the very file system that is the trouble.
        if (_whyNot?.Invoke() is { } why)
        {
            _condition = new LedgerCondition.Unavailable(why);
            throw new LedgerException(why);
        }

        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var item = new Work<T>(work, abandoned.Token);
        try
        {
            _queue.Add(item, CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            throw new LedgerException("The exporter is stopping.");
        }

        try
        {
            // In real time, since it is the machine that is waited for.
            return await item.Task.WaitAsync(Longest, TimeProvider.System, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Who was told that nothing was recorded must not find it done when the file system wakes up.
            await abandoned.CancelAsync().ConfigureAwait(false);
            throw Hanging();
        }
    }

    private LedgerException Hanging()
    {
        var failure = new LedgerException(
            $"The healing ledger {_file.Path} has not answered for {Phrase.Seconds(Longest)}: its file system hangs. Mend the disk or the mount; the exporter goes on by itself then.");
        if (_condition is not LedgerCondition.Unavailable)
        {
            _condition = new LedgerCondition.Unavailable(failure.Message);
            Log.Unusable(_logger, failure.Message);
        }

        return failure;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_queue.IsAddingCompleted)
            _queue.CompleteAdding();
        try
        {
            await _stopped.Task.WaitAsync(LongestEnd, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            // The thread sleeps in the kernel, over a file system that hangs; the process ends without it.
            Log.NotClosed(_logger, _file.Path);
        }
    }

    private void WriteUntilStopped()
    {
        List<Work> batch = [];
        foreach (var first in _queue.GetConsumingEnumerable())
        {
            batch.Add(first);
            while (batch.Count < MaxBatch && _queue.TryTake(out var next))
                batch.Add(next);
            Write(batch);
            batch.Clear();
        }

        _file.Close();
        _stopped.SetResult();
    }

    private void Write(List<Work> batch)
    {
        List<TakenStep> taken = [];
        try
        {
            if (_whyNot?.Invoke() is { } why)
                throw new LedgerException(why);
            var connection = _file.Open();
            var transaction = new LedgerTransaction(connection, _time.GetUtcNow());
            transaction.Execute("BEGIN IMMEDIATE");
            foreach (var work in batch)
                taken.AddRange(Run(work, transaction, new LedgerTransaction(connection, transaction.Now)));
            if (taken.Count > 0 && Told is var told and > 0)
                transaction.Execute("INSERT INTO facts VALUES ('told', $told) ON CONFLICT DO UPDATE SET value = $told", ("$told", told));
            if (_condition is not LedgerCondition.Ready)
            {
                // Work that only reads commits on a full disk too: usable again means that something was written.
                transaction.Execute("INSERT INTO facts VALUES ('written', $now) ON CONFLICT DO UPDATE SET value = $now", ("$now", transaction.Now));
            }

            transaction.Execute("COMMIT");
        }
        catch (Exception e) when (e is SqliteException or LedgerException or IOException or UnauthorizedAccessException)
        {
            var (failure, condition) = _file.Fail(e);
            if (_condition != condition)
            {
                _condition = condition;
                Log.Unusable(_logger, failure.Message);
            }

            foreach (var work in batch)
                work.Fail(failure);
            return;
        }

        if (_condition is not LedgerCondition.Ready)
        {
            _condition = new LedgerCondition.Ready();
            Log.Recovered(_logger, _file.Path);
        }

        // Before the work completes: who waits for it may look at what the steps caused.
        foreach (var step in taken)
            Recorded?.Invoke(step);
        foreach (var work in batch)
            work.Complete();
    }

    /// <summary>One failing unit of work must not take the others of its batch with it; a failing disk takes them all.</summary>
    private static IReadOnlyList<TakenStep> Run(Work work, LedgerTransaction transaction, LedgerTransaction own)
    {
        transaction.Execute("SAVEPOINT work");
        try
        {
            work.Run(own);
            transaction.Execute("RELEASE work");
            return own.Taken;
        }
        catch (Exception e) when (e is not SqliteException { SqliteErrorCode: not Constraint })
        {
            work.Fail(e);
            transaction.Execute("ROLLBACK TO work");
            transaction.Execute("RELEASE work");
            return [];
        }
    }

    private abstract class Work
    {
        public abstract void Run(LedgerTransaction transaction);

        public abstract void Complete();

        public abstract void Fail(Exception error);
    }

    private sealed class Work<T>(Func<LedgerTransaction, T> work, CancellationToken cancellation) : Work
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;

        public Task<T> Task => _done.Task;

        public override void Run(LedgerTransaction transaction)
        {
            cancellation.ThrowIfCancellationRequested();
            _result = work(transaction);
        }

        public override void Complete() => _done.TrySetResult(_result);

        public override void Fail(Exception error)
        {
            if (error is OperationCanceledException)
                _done.TrySetCanceled(cancellation);
            else
                _done.TrySetException(error);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, EventName = "LedgerUnusable", Message = "{Reason}")]
        public static partial void Unusable(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Warning, EventName = "LedgerNotClosed", Message = "The healing ledger {Path} does not answer and is left as it is: its thread is the kernel's")]
        public static partial void NotClosed(ILogger logger, string path);

        [LoggerMessage(Level = LogLevel.Information, EventName = "LedgerRecovered", Message = "The healing ledger {Path} takes records again")]
        public static partial void Recovered(ILogger logger, string path);
    }
}
