using System.Collections.Immutable;
using System.Globalization;
using Exporter.Bots.Files;
using Microsoft.Data.Sqlite;

namespace Exporter.Bots.Kinds.Freqtrade;

/// <summary>
/// The bot's database, as a guest reads it: read-only, one short query a connection, closed at once, no file left behind. Opened without
/// locks only where neither <c>-wal</c> nor <c>-shm</c> lies beside it. How SQLite keeps it is told by its header, never by which files lie
/// there.
/// </summary>
internal sealed class Database(SourcePath path, SeenMemory seen, TimeProvider time)
{
    private const string Id = "database";
    private const int HeaderLength = 100;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);
    private readonly Lock _gate = new();
    private readonly ClosedTrades _closed = new();
    private (string Version, Reading<Book> Reading, DateTimeOffset At)? _last;

    /// <summary>When an open book was first seen to have fallen to nothing at all: a migration shows that for 0.1 s.</summary>
    private DateTimeOffset? _emptySince;

    public SourcePath Path => path;

    public Reading<Book> Read()
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (_last is { } last && now - last.At < Rest && now >= last.At && File.Exists(path.Full)) return last.Reading;
            var version = Version();
            if (_last is { } same && same.Version == version && version.Length > 0 && same.Reading is Reading<Book>.Seen)
            {
                _last = same with { At = now };
                return same.Reading;
            }

            var reading = ReadNow(version, now);
            _last = (version, reading, now);
            return reading;
        }
    }

    /// <summary>Adds closed trades to the sums, a page at a time.</summary>
    /// <returns>False when there is nothing left to add.</returns>
    public bool Advance()
    {
        lock (_gate)
        {
            try
            {
                if (Way(out _) is not { } source) return false;
                var before = _closed.LastId;
                var more = Query(source, connection => _closed.Advance(connection));
                if (_closed.LastId != before) _last = null;
                return more;
            }
            catch (SqliteException)
            {
                return false;
            }
        }
    }

    private Reading<Book> ReadNow(string version, DateTimeOffset now)
    {
        if (Way(out var unseen) is not { } source) return unseen!;
        try
        {
            var (open, anyTrade) = Query(source, connection => (OpenTrades.Read(connection), OpenTrades.AnyTrade(connection)));
            if (open.IsEmpty && !anyTrade && _last?.Reading is Reading<Book>.Seen { Value.Open.IsEmpty: false } && (_emptySince ??= now) is var since && now - since < Rest)
                return Unseen(UnreadableCause.NotReady, "is being migrated: its trades have just gone, they are looked for again in 5 s");
            _emptySince = null;
            var locks = Query(source, connection => OpenTrades.Locks(connection, now));
            var exits = Query(source, OpenTrades.Exits);
            seen.Add(Id, now);
            return new Reading<Book>.Seen(
                new Book(open, locks, _closed.NewestOpenedAt(open), exits, _closed.Sums(now)), new Evidence(path.Shown, now, version));
        }
        catch (SqliteException e) when (e.SqliteErrorCode == 1 && seen.Contains(Id))
        {
            return Unseen(UnreadableCause.NotReady, $"is being migrated, or of another program ({e.Message})");
        }
        catch (SqliteException e)
        {
            return e.SqliteErrorCode switch
            {
                5 or 6 => Unseen(UnreadableCause.NotReady, "is locked by somebody for longer than 200 ms; look which program holds it"),
                1 => Unseen(UnreadableCause.NotThisBot, $"is of another program: {e.Message}"),
                11 or 26 => Unseen(UnreadableCause.Invalid, "is damaged, or no SQLite database"),
                14 => Unseen(UnreadableCause.AccessDenied, "cannot be opened; let the exporter's user read it and its directory"),
                _ => Unseen(UnreadableCause.InputOutput, $"cannot be read: {e.Message}"),
            };
        }
    }

    private static T Query<T>(string source, Func<SqliteConnection, T> read)
    {
        using var connection = new SqliteConnection(source);
        connection.Open();
        using (var patience = connection.CreateCommand())
        {
            patience.CommandText = "PRAGMA busy_timeout = 200; PRAGMA query_only = 1";
            patience.ExecuteNonQuery();
        }

        return read(connection);
    }

    /// <summary>How to open it; null where it must not be opened, with the reason.</summary>
    private string? Way(out Reading<Book>.Unreadable? unseen)
    {
        unseen = null;
        var header = new byte[HeaderLength];
        try
        {
            using var file = File.OpenHandle(path.Full, FileMode.Open, System.IO.FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (RandomAccess.Read(file, header, 0) < HeaderLength || !header.AsSpan().StartsWith("SQLite format 3\0"u8))
            {
                unseen = Unseen(UnreadableCause.Invalid, RandomAccess.GetLength(file) == 0 ? "is empty" : "is no SQLite database");
                return null;
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            unseen = seen.Contains(Id)
                ? Unseen(UnreadableCause.Lost, "was there and is gone")
                : Unseen(UnreadableCause.NoDirectory, "does not exist; name it with Freqtrade:Database");
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            unseen = Unseen(UnreadableCause.AccessDenied, "cannot be opened; let the exporter's user read it");
            return null;
        }

        var isWal = header[18] == 2 || header[19] == 2;
        var wal = File.Exists(path.Full + "-wal");
        var shm = File.Exists(path.Full + "-shm");
        if (isWal && wal && !shm)
        {
            unseen = Unseen(UnreadableCause.NotReady, "has a -wal and no -shm beside it: reading it would make a file there, so it is left alone; start the bot once, it tidies up");
            return null;
        }

        if (!isWal && File.Exists(path.Full + "-journal"))
        {
            unseen = Unseen(UnreadableCause.NotReady, "has an unfinished -journal beside it; let its program end what it began");
            return null;
        }

        var uri = "file:" + string.Join('/', path.Full.Split('/').Select(Uri.EscapeDataString)) + (isWal && !wal && !shm ? "?immutable=1" : "?mode=ro");
        return new SqliteConnectionStringBuilder { DataSource = uri, Mode = SqliteOpenMode.ReadOnly, Pooling = false, DefaultTimeout = 1 }.ToString();
    }

    private string Version()
    {
        static string Of(string file)
        {
            var info = new FileInfo(file);
            return info.Exists ? string.Create(CultureInfo.InvariantCulture, $"{info.Length}.{info.LastWriteTimeUtc.Ticks}") : "";
        }

        return Of(path.Full) is { Length: > 0 } main ? $"{main}/{Of(path.Full + "-wal")}" : "";
    }

    private Reading<Book>.Unreadable Unseen(UnreadableCause cause, string why) => new(cause, path.Shown, $"The database {path.Shown} {why}.");
}
