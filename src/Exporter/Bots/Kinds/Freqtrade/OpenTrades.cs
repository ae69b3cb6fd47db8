using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Exporter.Bots.Kinds.Freqtrade;

/// <summary>The queries on what is open. Every column that they name exists from 2023.4 to 2026.9. Times are naive UTC text.</summary>
internal static class OpenTrades
{
    public static ImmutableArray<Trade> Read(SqliteConnection connection)
    {
        var orders = Rows(
                connection, "SELECT o.ft_trade_id, o.ft_order_side, o.ft_is_open, o.filled, o.order_date FROM orders o JOIN trades t ON t.id = o.ft_trade_id WHERE t.is_open = 1",
                row => (Trade: row.GetInt64(0), Order: new Order(Text(row, 1) ?? "", !row.IsDBNull(2) && row.GetInt64(2) != 0, Number(row, 3), Time(row, 4))))
            .ToLookup(item => item.Trade, item => item.Order);
        return
        [
            .. Rows(
                connection,
                "SELECT id, pair, is_short, leverage, amount, stake_amount, open_rate, open_date, stop_loss, enter_tag, strategy FROM trades WHERE is_open = 1 ORDER BY id LIMIT 10000",
                row => new Trade(
                    row.GetInt64(0), Text(row, 1) ?? "", Number(row, 2) is > 0, Number(row, 3), Number(row, 4), Number(row, 5), Number(row, 6), null, Time(row, 7))
                {
                    Stop = Number(row, 8),
                    EnterTag = Text(row, 9),
                    Strategy = Text(row, 10),
                    Orders = [.. orders[row.GetInt64(0)]],
                }),
        ];
    }

    public static bool AnyTrade(SqliteConnection connection) => Rows(connection, "SELECT COUNT(*) FROM (SELECT 1 FROM trades LIMIT 1)", row => row.GetInt64(0)).Single() > 0;

    public static ImmutableArray<PairLock> Locks(SqliteConnection connection, DateTimeOffset now) =>
    [
        .. Rows(
            connection,
            "SELECT pair, side, reason, lock_time, lock_end_time FROM pairlocks WHERE active = 1 AND lock_end_time > $now LIMIT 10000",
            row => new PairLock(Text(row, 0) ?? "", Text(row, 1) ?? "*", Text(row, 2), Time(row, 3), Time(row, 4)),
            ("$now", now.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture))),
    ];

    /// <summary>Since when an open trade tries to leave without a fill: its first exit order behind its last fill.</summary>
    public static ImmutableArray<ExitWait> Exits(SqliteConnection connection) =>
    [
        .. Rows(
            connection,
            """
            SELECT t.id, t.pair, MIN(o.order_date), COUNT(*) FROM trades t JOIN orders o ON o.ft_trade_id = t.id
            WHERE t.is_open = 1 AND o.ft_order_side = (CASE WHEN t.is_short THEN 'buy' ELSE 'sell' END) AND COALESCE(o.filled, 0) = 0
            AND o.order_date > COALESCE((SELECT MAX(f.order_filled_date) FROM orders f WHERE f.ft_trade_id = t.id), '')
            GROUP BY t.id HAVING MAX(o.ft_is_open) = 1
            """,
            row => (Id: row.GetInt64(0), Pair: Text(row, 1) ?? "", Since: Time(row, 2), Tries: row.GetInt32(3)))
            .Where(row => row.Since is not null).Select(row => new ExitWait(row.Id, row.Pair, row.Since!.Value, row.Tries)),
    ];

    public static List<T> Rows<T>(SqliteConnection connection, string query, Func<SqliteDataReader, T> take, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = connection.CreateCommand();
        command.CommandText = query;
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(take(reader));
        return rows;
    }

    public static double? Number(SqliteDataReader row, int column) => row.GetValue(column) switch
    {
        double value when double.IsFinite(value) => value,
        long value => value,
        string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) => value,
        _ => null,
    };

    public static string? Text(SqliteDataReader row, int column) => row.GetValue(column) as string;

    public static DateTimeOffset? Time(SqliteDataReader row, int column) =>
        DateTimeOffset.TryParse(Text(row, column), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
