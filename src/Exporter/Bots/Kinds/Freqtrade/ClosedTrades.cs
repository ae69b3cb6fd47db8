using System.Collections.Immutable;
using Microsoft.Data.Sqlite;

namespace Exporter.Bots.Kinds.Freqtrade;

/// <summary>
/// The sums over closed trades. A closed trade does not change, so each is read once, by id and in pages: there is no index on dates, and a
/// bot with a hundred thousand trades must cost what one with ten costs.
/// </summary>
internal sealed class ClosedTrades
{
    public const int Page = 10_000;
    private const int MostGaps = 500;

    private readonly List<(DateTimeOffset ClosedAt, double Profit)> _closed = [];
    private readonly SortedSet<long> _open = [];
    private readonly Queue<DateTimeOffset> _openings = new();
    private DateTimeOffset? _newestOpened;
    private bool _sorted = true;
    private bool _complete;
    private double _drawdown;
    private double _profit;
    private long _won;

    public long LastId { get; private set; }

    /// <summary>Reads the next page, and those that were open when their page was read.</summary>
    /// <returns>True when there is more to read at once.</returns>
    public bool Advance(SqliteConnection connection)
    {
        var newest = OpenTrades.Rows(connection, "SELECT MAX(id) FROM trades", row => row.IsDBNull(0) ? 0 : row.GetInt64(0)).Single();
        if (newest < LastId) Forget();
        var before = LastId;
        var rows = OpenTrades.Rows(
            connection, "SELECT id, is_open, open_date, close_date, close_profit_abs FROM trades WHERE id > $after AND id <= $to ORDER BY id", Row, ("$after", before), ("$to", before + Page));
        foreach (var row in rows) Take(row);
        LastId = Math.Min(before + Page, newest);
        if (_open.Count > 0)
        {
            var ids = string.Join(',', _open.Where(id => id <= before).Take(1000));
            if (ids.Length > 0)
            {
                var still = OpenTrades.Rows(connection, $"SELECT id, is_open, open_date, close_date, close_profit_abs FROM trades WHERE id IN ({ids})", Row);
                // An entry that nobody took is deleted, and its id given again.
                _open.RemoveWhere(id => id <= before && !still.Exists(row => row.Id == id));
                foreach (var row in still.Where(row => !row.IsOpen)) Take(row);
            }
        }

        _complete = LastId >= newest;
        return !_complete;
    }

    public DateTimeOffset? NewestOpenedAt(ImmutableArray<Trade> open) => new[] { _newestOpened, open.Max(trade => trade.OpenedAt) }.Max();

    public ClosedSums Sums(DateTimeOffset now)
    {
        if (!_sorted)
        {
            _closed.Sort((one, other) => one.ClosedAt.CompareTo(other.ClosedAt));
            (_profit, _drawdown, _won, _peak) = (0, 0, 0, 0);
            foreach (var (_, profit) in _closed) Count(profit);
            _sorted = true;
        }

        var today = 0.0;
        for (var i = _closed.Count - 1; i >= 0 && _closed[i].ClosedAt.UtcDateTime.Date == now.UtcDateTime.Date; i--) today += _closed[i].Profit;
        var window = TimeSpan.FromDays(30);
        var recent = 0;
        for (var i = _closed.Count - 1; i >= 0 && now - _closed[i].ClosedAt <= window; i--) recent++;
        var days = _closed.Count == 0 ? 0 : Math.Clamp((now - _closed[0].ClosedAt) / TimeSpan.FromDays(1), 1, 30);
        return new ClosedSums(_closed.Count, _won, _profit, _drawdown, today, days > 0 ? recent / days : 0, UsualGap(), _complete);
    }

    private double _peak;

    private TimeSpan? UsualGap()
    {
        if (_openings.Count < 4) return null;
        var times = _openings.Order().ToList();
        var gaps = times.Zip(times.Skip(1), (one, next) => next - one).Order().ToList();
        return gaps[gaps.Count / 2];
    }

    private void Take((long Id, bool IsOpen, DateTimeOffset? Opened, DateTimeOffset? Closed, double? Profit) row)
    {
        if (row.Opened is { } opened && !_open.Contains(row.Id))
        {
            if (_newestOpened is null || opened > _newestOpened) _newestOpened = opened;
            _openings.Enqueue(opened);
            if (_openings.Count > MostGaps) _openings.Dequeue();
        }

        if (row.IsOpen)
        {
            _open.Add(row.Id);
            return;
        }

        _open.Remove(row.Id);
        if (row is not { Closed: { } closed, Profit: { } profit }) return;
        if (_closed.Count > 0 && _closed[^1].ClosedAt > closed) _sorted = false;
        _closed.Add((closed, profit));
        if (_sorted) Count(profit);
    }

    private void Count(double profit)
    {
        _profit += profit;
        if (profit > 0) _won++;
        _peak = Math.Max(_peak, _profit);
        _drawdown = Math.Max(_drawdown, _peak - _profit);
    }

    private void Forget()
    {
        _closed.Clear();
        _open.Clear();
        _openings.Clear();
        (LastId, _newestOpened, _sorted, _complete, _drawdown, _profit, _won, _peak) = (0, null, true, false, 0, 0, 0, 0);
    }

    private static (long Id, bool IsOpen, DateTimeOffset? Opened, DateTimeOffset? Closed, double? Profit) Row(SqliteDataReader row) =>
        (row.GetInt64(0), OpenTrades.Number(row, 1) is > 0, OpenTrades.Time(row, 2), OpenTrades.Time(row, 3), OpenTrades.Number(row, 4));
}
