using CsCheck;
using Exporter.Bots;
using Exporter.Bots.Kinds.Freqtrade;

namespace Exporter.Tests.Bots.Freqtrade;

public sealed class DatabaseTests : IDisposable
{
    private readonly FreqtradeDatabaseFile _file = new();

    [Fact]
    public void What_its_bot_writes_is_seen_at_the_next_look_and_no_file_is_left()
    {
        var before = Names();
        Assert.Empty(_file.Seen().Open);
        _file.Open(1, "BTC/USDT", _file.Time.GetUtcNow());
        _file.Run($"INSERT INTO pairlocks VALUES (1, '*', 'long', 'why', '{FreqtradeDatabaseFile.Text(_file.Time.GetUtcNow())}', '{FreqtradeDatabaseFile.Text(_file.Time.GetUtcNow().AddHours(1))}', 1)");

        var book = _file.Seen();

        Assert.Equal("BTC/USDT", Assert.Single(book.Open).Pair);
        Assert.Equal(("*", "long"), (Assert.Single(book.Locks).Pair, book.Locks[0].Side));
        Assert.Equal(before, Names());
    }

    [Fact]
    public void An_exit_waits_since_its_first_order_behind_the_last_fill()
    {
        var now = _file.Time.GetUtcNow();
        _file.Open(1, "BTC/USDT", now.AddHours(-2));
        Order("buy", 0, 1, now.AddHours(-2));
        Order("sell", 0, 0, now.AddHours(-1));
        Order("sell", 1, 0, now.AddMinutes(-5));

        var wait = Assert.Single(_file.Seen().Exits);

        Assert.Equal((1, now.AddHours(-1), 2), (wait.Trade, wait.Since, wait.Tries));

        void Order(string side, int open, double filled, DateTimeOffset at) => _file.Run(
            $"INSERT INTO orders (ft_trade_id, ft_order_side, ft_is_open, filled, order_date, order_filled_date) VALUES (1, '{side}', {open}, {filled}, '{FreqtradeDatabaseFile.Text(at)}', {(filled > 0 ? $"'{FreqtradeDatabaseFile.Text(at)}'" : "NULL")})");
    }

    [Fact]
    public void A_log_of_changes_without_its_index_is_left_alone()
    {
        _file.Open(1, "BTC/USDT", _file.Time.GetUtcNow());
        var copy = _file.Directory + "-copy";
        Directory.CreateDirectory(copy);
        foreach (var name in (string[])["", "-wal"]) File.Copy(_file.Path + name, Path.Combine(copy, "tradesv3.sqlite" + name));
        var database = new Database(Exporter.Bots.Files.SourcePath.Under(copy, Path.Combine(copy, "tradesv3.sqlite")), new(), _file.Time);

        Assert.Contains("no -shm", _file.Unseen(database).Reason, StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(copy).Length);
        Directory.Delete(copy, recursive: true);
    }

    [Fact]
    public void One_that_its_bot_has_closed_is_read_without_a_lock()
    {
        _file.Open(1, "BTC/USDT", _file.Time.GetUtcNow());
        _file.StopWriting();

        Assert.Single(_file.Seen().Open);
        Assert.Equal(["tradesv3.sqlite"], Names());
    }

    [Fact]
    public void One_that_was_there_and_is_gone_is_lost_and_never_empty()
    {
        _file.Open(1, "BTC/USDT", _file.Time.GetUtcNow());
        _file.Seen();
        foreach (var file in Directory.GetFiles(_file.Directory)) File.Delete(file);

        Assert.Equal(UnreadableCause.Lost, _file.Unseen(_file.Database).Cause);
    }

    [Fact]
    public void A_migration_that_shows_empty_tables_for_a_moment_is_no_loss()
    {
        _file.Open(1, "BTC/USDT", _file.Time.GetUtcNow());
        _file.Seen();
        _file.Run("DELETE FROM trades");

        Assert.Contains("migrated", _file.Unseen(_file.Database).Reason, StringComparison.Ordinal);
        Assert.Empty(_file.Seen().Open);
        _file.Run("ALTER TABLE trades RENAME TO trades_bak0");
        Assert.Contains("migrated", _file.Unseen(_file.Database).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("this is a text and no database, however long one makes it, and it has to be longer than a hundred bytes to be looked at", "no SQLite")]
    public void What_is_no_database_is_said(string content, string says)
    {
        var path = Path.Combine(_file.Directory, "tradesv3.dryrun.sqlite");
        File.WriteAllText(path, content);

        Assert.Contains(says, _file.Unseen(new Database(Exporter.Bots.Files.SourcePath.Under(_file.Directory, path), new(), _file.Time)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void One_of_another_program_is_said()
    {
        _file.Run("DROP TABLE trades");

        Assert.Equal(UnreadableCause.NotThisBot, _file.Unseen(_file.Again()).Cause);
    }

    [Fact]
    public void An_unfinished_journal_is_left_to_its_program()
    {
        using var old = new FreqtradeDatabaseFile(wal: false);
        old.Run("BEGIN IMMEDIATE; INSERT INTO trades (id, is_open) VALUES (1, 1)");
        File.WriteAllText(old.Path + "-journal", "x");

        Assert.Contains("-journal", old.Unseen(old.Database).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Sums_by_pages_are_those_of_all_trades_whatever_order_they_close_in() => Gen.Select(Gen.Int[1, 400], Gen.Double[-50, 50]).List[1, 60].Sample(trades =>
    {
        using var file = new FreqtradeDatabaseFile();
        var now = file.Time.GetUtcNow();
        for (var i = 0; i < trades.Count; i++) file.Open(i + 1, "BTC/USDT", now.AddDays(-30).AddMinutes(i));
        for (var i = 0; i < trades.Count / 2; i++) file.Close(i + 1, now.AddMinutes(-trades[i].Item1), trades[i].Item2);
        while (file.Database.Advance())
        {
        }

        for (var i = trades.Count / 2; i < trades.Count; i++) file.Close(i + 1, now.AddMinutes(-trades[i].Item1), trades[i].Item2);
        file.Database.Advance();

        var sums = file.Seen().Closed;

        var (running, peak, drawdown) = (0.0, 0.0, 0.0);
        foreach (var (_, profit) in trades.OrderByDescending(trade => trade.Item1))
        {
            running += profit;
            peak = Math.Max(peak, running);
            drawdown = Math.Max(drawdown, peak - running);
        }

        Assert.Equal((trades.Count, trades.Count(trade => trade.Item2 > 0)), (sums.Count, sums.Won));
        Assert.Equal(running, sums.Profit, 6);
        // Trades that close in one minute have no order among themselves.
        if (trades.DistinctBy(trade => trade.Item1).Count() == trades.Count) Assert.Equal(drawdown, sums.Drawdown, 6);
    }, iter: 15);

    public void Dispose() => _file.Dispose();

    private string[] Names() => [.. Directory.GetFiles(_file.Directory).Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal)];
}
