using System.Collections.Concurrent;
using Exporter.Storage;
using Microsoft.Data.Sqlite;

namespace Exporter.Healing;

/// <summary>
/// The durable memory of healing, in SQLite. One thread writes. Units of work that wait at the same moment share one transaction and so one
/// fsync (group commit): that is what lets a burst of webhooks be durable within milliseconds each.
/// </summary>
/// <remarks>
/// A file that cannot be written (disk full, read-only) fails the work at hand with a <see cref="LedgerException"/> and is opened anew for
/// the next: it recovers without a restart. A damaged file is renamed, and a marker beside it keeps healing off until the owner deletes it,
/// because an empty ledger knows no cooldown and no attempt count: to go on with one is the owner's decision.
/// </remarks>
public sealed partial class Ledger : IAsyncDisposable
{
    /// <summary>More would only make the first of the batch wait longer.</summary>
    private const int MaxBatch = 256;

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ILogger<Ledger> _logger;
    private readonly BlockingCollection<Work> _queue = [];
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile LedgerCondition _condition = new LedgerCondition.Ready();
    private SqliteConnection? _connection;
    private long _told;

    /// <summary>Nothing is opened yet: the first unit of work does, so that a bad ledger never keeps the exporter from monitoring.</summary>
    public Ledger(string path, TimeProvider time, ILogger<Ledger> logger)
    {
        _path = path;
        _time = time;
        _logger = logger;
        new Thread(WriteUntilStopped) { IsBackground = true, Name = "ledger" }.Start();
    }

    /// <summary>Raised for every step once it is on the disk, in order, on the writer's thread. Handlers must be quick and must not throw.</summary>
    internal event Action<TakenStep>? Recorded;

    public LedgerCondition Condition => _condition;

    /// <summary>From an earlier process: the last step that it told on, and the last that it wrote.</summary>
    internal (long Told, long Written)? Inherited { get; private set; }

    /// <summary>The last step that was told on (journaled). Kept with the next record, so that a crash repeats a line rather than loses it.</summary>
    internal long Told
    {
        get => Interlocked.Read(ref _told);
        set => Interlocked.Exchange(ref _told, value);
    }

    public string Path => _path;

    /// <summary>While this file exists, a damaged ledger was kept aside and nothing is healed.</summary>
    public string Marker => _path + ".damaged";

    /// <summary>Runs the work in a transaction; when the task completes, what it wrote is on the disk.</summary>
    /// <exception cref="LedgerException">The ledger cannot be written; nothing of the work was.</exception>
    internal Task<T> WriteAsync<T>(Func<LedgerTransaction, T> work, CancellationToken cancellation)
    {
        var item = new Work<T>(work, cancellation);
        try
        {
            _queue.Add(item, CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            return Task.FromException<T>(new LedgerException("The exporter is stopping."));
        }

        return item.Task;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_queue.IsAddingCompleted)
            _queue.CompleteAdding();
        await _stopped.Task;
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

        Close();
        _stopped.SetResult();
    }

    private void Write(List<Work> batch)
    {
        List<TakenStep> taken = [];
        try
        {
            var connection = Open();
            var transaction = new LedgerTransaction(connection, _time.GetUtcNow());
            transaction.Execute("BEGIN IMMEDIATE");
            foreach (var work in batch)
                taken.AddRange(Run(work, transaction, new LedgerTransaction(connection, transaction.Now)));
            if (taken.Count > 0 && Told is var told and > 0)
                transaction.Execute("INSERT INTO facts VALUES ('told', $told) ON CONFLICT DO UPDATE SET value = $told", ("$told", told));
            transaction.Execute("COMMIT");
        }
        catch (Exception e) when (e is SqliteException or LedgerException or IOException or UnauthorizedAccessException)
        {
            var failure = Explain(e);
            Close();
            foreach (var work in batch)
                work.Fail(failure);
            return;
        }

        if (_condition is not LedgerCondition.Ready)
        {
            _condition = new LedgerCondition.Ready();
            Log.Recovered(_logger, _path);
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

    private SqliteConnection Open()
    {
        if (File.Exists(Marker))
        {
            throw new LedgerException(
                $"The healing ledger was damaged or has vanished; what is left of it lies beside {_path}. Nothing is healed until you delete {Marker}, " +
                "which starts an empty ledger without the cooldowns and attempt counts of the old one.");
        }

        if (_connection is not null)
        {
            if (File.Exists(_path))
                return _connection;
            // SQLite would go on in the nameless file, and a new one would know no cooldown: both break what was promised.
            throw Vanished();
        }

        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        new FileStream(_path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.ReadWrite, UnixCreateMode = owner })
            .Dispose();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = _path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
            DefaultTimeout = 2,
        }.ToString());
        try
        {
            connection.Open();
            Pragma(connection, "PRAGMA journal_mode = WAL");
            Pragma(connection, "PRAGMA synchronous = FULL");
            Pragma(connection, "PRAGMA foreign_keys = ON");
            // Retention frees pages; without a limit a burst would leave its size in the log for good.
            Pragma(connection, "PRAGMA journal_size_limit = 4194304");
            if (Pragma(connection, "PRAGMA quick_check(1)") is not "ok")
                throw new SqliteException("quick_check found damage", Corrupt);
            LedgerSchema.Migrate(connection, _path);
            var found = new LedgerTransaction(connection, _time.GetUtcNow());
            Inherited ??= (found.Number("SELECT value FROM facts WHERE name = 'told'") ?? 0, found.Number("SELECT max(number) FROM steps") ?? 0);
        }
        catch
        {
            connection.Dispose();
            throw;
        }

        return _connection = connection;
    }

    private static string? Pragma(SqliteConnection connection, string pragma)
    {
        using var command = connection.CreateCommand();
        command.CommandText = pragma;
        return command.ExecuteScalar() as string;
    }

    private void Close()
    {
        _connection?.Dispose();
        _connection = null;
    }

    // Result codes of SQLite (sqlite.org/rescode.html).
    private const int Corrupt = 11;
    private const int NotADatabase = 26;
    private const int Constraint = 19;

    private LedgerException Explain(Exception error)
    {
        LedgerException failure;
        LedgerCondition condition;
        if (error is SqliteException { SqliteErrorCode: Corrupt or NotADatabase })
        {
            failure = SetAside();
            condition = new LedgerCondition.SetAside(failure.Message, Marker);
        }
        else
        {
            failure = error as LedgerException ?? new LedgerException(
                $"The healing ledger {_path} cannot be written: {error.Message} " +
                "Free some space or make the storage directory writable; the exporter goes on by itself then.",
                error);
            condition = File.Exists(Marker) ? new LedgerCondition.SetAside(failure.Message, Marker) : new LedgerCondition.Unavailable(failure.Message);
        }

        if (_condition != condition)
        {
            _condition = condition;
            Log.Unusable(_logger, failure.Message);
        }

        return failure;
    }

    /// <summary>The marker first: a crash in between must not leave a place where a new ledger would quietly be made.</summary>
    private LedgerException SetAside()
    {
        Close();
        var aside = $"{_path}.damaged-{_time.GetUtcNow().UtcDateTime:yyyyMMdd'T'HHmmss'Z'}";
        try
        {
            AtomicFile.Write(Marker, System.Text.Encoding.UTF8.GetBytes(
                $"The healing ledger was damaged and is kept as {aside}.\n" +
                "While this file exists, nothing is healed. Delete it to start an empty ledger; cooldowns and attempt counts begin anew.\n"));
            foreach (var suffix in (ReadOnlySpan<string>)["", "-wal", "-shm"])
            {
                if (File.Exists(_path + suffix))
                    File.Move(_path + suffix, aside + suffix);
            }

            return new LedgerException(
                $"The healing ledger {_path} is damaged and was kept as {aside}. Nothing is healed until you delete {Marker}, " +
                "which starts an empty ledger without the cooldowns and attempt counts of the old one.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new LedgerException(
                $"The healing ledger {_path} is damaged, and it could not be kept aside: {e.Message} " +
                "Nothing is healed until you have moved it away.", e);
        }
    }

    private LedgerException Vanished()
    {
        var message = $"The healing ledger {_path} vanished while the exporter ran. Nothing is healed until you delete {Marker}, " +
            "which starts an empty ledger without the cooldowns and attempt counts of the old one.";
        try
        {
            AtomicFile.Write(Marker, System.Text.Encoding.UTF8.GetBytes(message + "\n"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then the connection stays open, and the next record finds the file missing again.
            return new LedgerException($"{message} (The marker could not be written: {e.Message})", e);
        }

        return new LedgerException(message);
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

        [LoggerMessage(Level = LogLevel.Information, EventName = "LedgerRecovered", Message = "The healing ledger {Path} takes records again")]
        public static partial void Recovered(ILogger logger, string path);
    }
}
