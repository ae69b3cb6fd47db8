using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Demo.Freqtrade;

/// <summary>The bot's database as it keeps it: SQLite in WAL, held open, times as naive UTC text.</summary>
internal sealed class SimulatedDatabase : IDisposable
{
    private readonly SqliteConnection _connection;

    public SimulatedDatabase(string directory)
    {
        Directory.CreateDirectory(directory);
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(directory, "tradesv3.sqlite"), Pooling = false }.ToString());
        _connection.Open();
        Run("""
            PRAGMA journal_mode = WAL;
            CREATE TABLE IF NOT EXISTS trades (id INTEGER PRIMARY KEY, pair TEXT, is_open INTEGER, is_short INTEGER, leverage REAL, amount REAL, stake_amount REAL, open_rate REAL,
                open_date TEXT, close_date TEXT, close_profit_abs REAL, stop_loss REAL, enter_tag TEXT, strategy TEXT);
            CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, ft_trade_id INTEGER, ft_order_side TEXT, ft_is_open INTEGER, filled REAL, order_date TEXT, order_filled_date TEXT);
            CREATE TABLE IF NOT EXISTS pairlocks (id INTEGER PRIMARY KEY, pair TEXT, side TEXT, reason TEXT, lock_time TEXT, lock_end_time TEXT, active INTEGER);
            """);
    }

    /// <summary>Writes what is open and closed now, in one transaction.</summary>
    public void Write(FreqtradeState state)
    {
        using var transaction = _connection.BeginTransaction();
        Run("DELETE FROM trades; DELETE FROM orders");
        foreach (var trade in state.Trades)
        {
            Run(string.Create(CultureInfo.InvariantCulture, $"INSERT INTO trades (id, pair, is_open, is_short, leverage, amount, stake_amount, open_rate, open_date, stop_loss, enter_tag, strategy) VALUES ({trade.Id}, '{trade.Pair}', 1, 0, 1, {(trade.IsFilled ? 1 : 0)}, 100, 100, '{Text(trade.OpenedAt)}', 90, 'sim_long', 'SimStrategy')"));
            Order(trade.Id, "buy", !trade.IsFilled, trade.OpenedAt);
            if (trade is { HasStop: true, IsFilled: true }) Order(trade.Id, "stoploss", true, trade.OpenedAt);
        }

        foreach (var (id, closedAt, profit) in state.Closed)
        {
            Run(string.Create(CultureInfo.InvariantCulture, $"INSERT INTO trades (id, pair, is_open, is_short, open_date, close_date, close_profit_abs) VALUES ({id}, 'BTC/USDT', 0, 0, '{Text(closedAt.AddHours(-1))}', '{Text(closedAt)}', {profit})"));
        }

        transaction.Commit();
    }

    public void Dispose() => _connection.Dispose();

    private void Order(int trade, string side, bool isOpen, DateTimeOffset at) => Run(
        $"INSERT INTO orders (ft_trade_id, ft_order_side, ft_is_open, filled, order_date, order_filled_date) VALUES ({trade}, '{side}', {(isOpen ? 1 : 0)}, {(isOpen ? 0 : 1)}, '{Text(at)}', {(isOpen ? "NULL" : $"'{Text(at)}'")})");

    private static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    private void Run(string statement)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = statement;
        command.ExecuteNonQuery();
    }
}
