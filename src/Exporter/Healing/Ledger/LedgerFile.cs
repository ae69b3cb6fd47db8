using Exporter.Storage;

using Microsoft.Data.Sqlite;

namespace Exporter.Healing.Ledger;

/// <summary>
/// The file of a <see cref="HealingLedger"/>: opened, checked, and set aside when it is damaged. Used by the one thread that writes.
/// </summary>
/// <remarks>
/// A damaged file is renamed, and a marker beside it keeps healing off until the owner deletes it, because an empty ledger knows no cooldown
/// and no attempt count: to go on with one is the owner's decision.
/// </remarks>
internal sealed class LedgerFile(string path, TimeProvider time)
{
    // Result codes of SQLite (sqlite.org/rescode.html).
    private const int Corrupt = 11;
    private const int NotADatabase = 26;

    private SqliteConnection? _connection;

    // The file was there, and no marker tells the owner that it is gone.
    private bool _expected;

    public string Path => path;

    /// <summary>While this file exists, a damaged ledger was kept aside and nothing is healed.</summary>
    public string Marker => path + ".damaged";

    /// <summary>Says that there was a ledger, also to the next process, which would otherwise quietly begin an empty one.</summary>
    private string Known => System.IO.Path.Combine(System.IO.Path.GetDirectoryName(path)!, "ledger.known");

    /// <summary>From an earlier process: the last step that it told on, and the last that it wrote.</summary>
    public (long Told, long Written)? Inherited { get; private set; }

    /// <summary>What a failed write means for the owner. A damaged file is set aside; any other is opened anew by the next <see cref="Open"/>.</summary>
    public (LedgerException Failure, LedgerCondition Condition) Fail(Exception error)
    {
        Close();
        if (error is SqliteException { SqliteErrorCode: Corrupt or NotADatabase })
        {
            var damage = SetAside();
            return (damage, new LedgerCondition.SetAside(damage.Message, Marker));
        }

        var failure = error as LedgerException ?? new LedgerException(
            $"The healing ledger {path} cannot be written: {error.Message} " +
            "Free some space or make the storage directory writable; the exporter goes on by itself then.",
            error);
        return (failure, File.Exists(Marker)
            ? new LedgerCondition.SetAside(failure.Message, Marker)
            : new LedgerCondition.Unavailable(failure.Message));
    }

    /// <summary>The connection, opened if it is not; fails while the marker lies there.</summary>
    public SqliteConnection Open()
    {
        if (File.Exists(Marker))
        {
            throw new LedgerException(
                $"The healing ledger was damaged or has vanished; what is left of it lies beside {path}. Nothing is healed until you delete {Marker}, " +
                "which starts an empty ledger without the cooldowns and attempt counts of the old one.");
        }

        // SQLite would go on in the nameless file, and a new one would know no cooldown: both break what was promised.
        if (_expected && !File.Exists(path))
            throw Vanished();
        if (_connection is not null)
            return _connection;
        if (!_expected && File.Exists(Known))
        {
            if (!File.Exists(path))
                throw Vanished();
            if (new FileInfo(path).Length == 0)
                throw SetAside();
        }

        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        new FileStream(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.ReadWrite, UnixCreateMode = owner })
            .Dispose();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
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
            LedgerSchema.Migrate(connection, path);
            var found = new LedgerTransaction(connection, time.GetUtcNow());
            Inherited ??= (found.Number("SELECT value FROM facts WHERE name = 'told'") ?? 0, found.Number("SELECT max(number) FROM steps") ?? 0);
        }
        catch
        {
            connection.Dispose();
            throw;
        }

        if (!File.Exists(Known))
            AtomicFile.Write(Known, "A healing ledger was begun here. Deleting this file says that none is missed.\n"u8);
        _expected = true;
        return _connection = connection;
    }

    public void Close()
    {
        _connection?.Dispose();
        _connection = null;
    }

    /// <summary>The marker first: a crash in between must not leave a place where a new ledger would quietly be made.</summary>
    private LedgerException SetAside()
    {
        var aside = $"{path}.damaged-{time.GetUtcNow().UtcDateTime:yyyyMMdd'T'HHmmss'Z'}";
        try
        {
            AtomicFile.Write(Marker, System.Text.Encoding.UTF8.GetBytes(
                $"The healing ledger was damaged and is kept as {aside}.\n" +
                "While this file exists, nothing is healed. Delete it to start an empty ledger; cooldowns and attempt counts begin anew.\n"));
            _expected = false;
            File.Delete(Known);
            foreach (var suffix in (ReadOnlySpan<string>)["", "-wal", "-shm"])
            {
                if (File.Exists(path + suffix))
                    File.Move(path + suffix, aside + suffix);
            }

            return new LedgerException(
                $"The healing ledger {path} is damaged and was kept as {aside}. Nothing is healed until you delete {Marker}, " +
                "which starts an empty ledger without the cooldowns and attempt counts of the old one.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new LedgerException(
                $"The healing ledger {path} is damaged, and it could not be kept aside: {e.Message} " +
                "Nothing is healed until you have moved it away.", e);
        }
    }

    private LedgerException Vanished()
    {
        var message = $"The healing ledger {path} has vanished. Nothing is healed until you delete {Marker}, " +
            "which starts an empty ledger without the cooldowns and attempt counts of the old one.";
        try
        {
            AtomicFile.Write(Marker, System.Text.Encoding.UTF8.GetBytes(message + "\n"));
            _expected = false;
            File.Delete(Known);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next record finds the file missing again.
            return new LedgerException($"{message} (The marker could not be written: {e.Message})", e);
        }

        return new LedgerException(message);
    }

    private static string? Pragma(SqliteConnection connection, string pragma)
    {
        using var command = connection.CreateCommand();
        command.CommandText = pragma;
        return command.ExecuteScalar() as string;
    }
}
