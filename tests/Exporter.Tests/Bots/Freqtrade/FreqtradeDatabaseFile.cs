using System.Globalization;
using Exporter.Bots;
using Exporter.Bots.Files;
using Exporter.Bots.Kinds.Freqtrade;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace Exporter.Tests.Bots.Freqtrade;

/// <summary>A database as freqtrade keeps it, with its writer still at work.</summary>
internal sealed class FreqtradeDatabaseFile : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly SqliteConnection _writer;

    public FreqtradeDatabaseFile(bool wal = true)
    {
        _writer = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path, Pooling = false }.ToString());
        _writer.Open();
        Run($"PRAGMA journal_mode = {(wal ? "WAL" : "DELETE")}; PRAGMA synchronous = OFF");
        Run("""
            CREATE TABLE trades (id INTEGER PRIMARY KEY, pair TEXT, is_open INTEGER, is_short INTEGER, leverage REAL, amount REAL, stake_amount REAL, open_rate REAL, open_date TEXT,
                close_date TEXT, close_profit_abs REAL, stop_loss REAL, enter_tag TEXT, strategy TEXT);
            CREATE TABLE orders (id INTEGER PRIMARY KEY, ft_trade_id INTEGER, ft_order_side TEXT, ft_is_open INTEGER, filled REAL, order_date TEXT, order_filled_date TEXT);
            CREATE TABLE pairlocks (id INTEGER PRIMARY KEY, pair TEXT, side TEXT, reason TEXT, lock_time TEXT, lock_end_time TEXT, active INTEGER);
            """);
        Database = Again();
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 26, 12, 0, 0, TimeSpan.Zero));

    public string Path => _directory["tradesv3.sqlite"];

    public string Directory => _directory.Path;

    public Database Database { get; }

    /// <summary>As another process would open it.</summary>
    public Database Again() => new(SourcePath.Under(_directory.Path, Path), new SeenMemory(), Time);

    public void Open(int id, string pair, DateTimeOffset at) =>
        Run($"INSERT INTO trades (id, pair, is_open, is_short, leverage, amount, stake_amount, open_rate, open_date, stop_loss, strategy) VALUES ({id}, '{pair}', 1, 0, 1, 1, 100, 100, '{Text(at)}', 90, 'Sim')");

    public void Close(int id, DateTimeOffset at, double profit) =>
        Run(string.Create(CultureInfo.InvariantCulture, $"UPDATE trades SET is_open = 0, close_date = '{Text(at)}', close_profit_abs = {profit} WHERE id = {id}"));

    public void Run(string statement)
    {
        using var command = _writer.CreateCommand();
        command.CommandText = statement;
        command.ExecuteNonQuery();
    }

    public Book Seen()
    {
        Time.Advance(TimeSpan.FromSeconds(6));
        return Assert.IsType<Reading<Book>.Seen>(Database.Read()).Value;
    }

    public Reading<Book>.Unreadable Unseen(Database database)
    {
        Time.Advance(TimeSpan.FromSeconds(6));
        return Assert.IsType<Reading<Book>.Unreadable>(database.Read());
    }

    public static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    public void StopWriting() => _writer.Dispose();

    public void Dispose()
    {
        _writer.Dispose();
        _directory.Dispose();
    }
}
