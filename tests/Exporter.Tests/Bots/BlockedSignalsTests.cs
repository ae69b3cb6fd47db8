using Exporter.Bots.Kinds.FeatureStore;
using System.Globalization;
using Exporter.Bots;

namespace Exporter.Tests.Bots;

public sealed class BlockedSignalsTests : IDisposable
{
    private const string Log = FeatureStoreFixture.BlockedSignals;

    private readonly FeatureStoreFixture _fixture = FeatureStoreFixture.With();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Only_what_comes_after_the_first_look_counts()
    {
        Append("""{"reason": "old"}""");
        var bot = _fixture.Read();
        Assert.Equal("", await CountsOf(bot));

        Append("""{"reason": "fee gate"}""", """{"block_reason": "cooldown", "symbol": "BTCUSDT"}""", """{"reason": "fee gate"}""");

        Assert.Equal("cooldown=1 fee gate=2", await CountsOf(bot));
        Assert.Equal("cooldown=1 fee gate=2", await CountsOf(bot));
    }

    [Fact]
    public async Task A_log_that_appears_later_is_all_new()
    {
        var bot = _fixture.Read();
        Assert.IsType<Reading<BlockedSignals>.Absent>(await bot.ReadBlockedSignalsAsync(default));

        Append("""{"reason": "fee gate"}""");

        Assert.Equal("fee gate=1", await CountsOf(bot));
    }

    [Fact]
    public async Task Each_gate_is_named_and_one_refusal_is_counted_once()
    {
        var bot = _fixture.Read();
        await bot.ReadBlockedSignalsAsync(default);

        Lines(
            "logs/signals.jsonl",
            """{"ts": 1766000000, "symbol": "BTCUSDT", "side": "LONG", "disposition": "blocked", "block_reason": "Global protection", "block_gate": null, "intelligence": {"ofi": NaN}}""",
            """{"ts": 1766000000, "symbol": "ETHUSDT", "side": "LONG", "disposition": "BLOCKED", "block_reason": "edge", "block_gate": "fee_filter"}""",
            """{"ts": 1766000000, "symbol": "SOLUSDT", "side": "LONG", "disposition": "warned", "block_reason": "edge"}""",
            """{"ts": 1766000000, "symbol": "XRPUSDT", "side": "LONG", "disposition": "executed"}""");
        Lines(
            "logs/beta/blocked_signals.jsonl",
            """{"symbol": "ADAUSDT", "direction": "LONG", "block_reason": "Tier D", "block_gate": "tier_block", "ts": 1766000000.5}""",
            """{"symbol": "ADAUSDT", "direction": "LONG", "block_reason": "Tier D", "block_gate": "ofi_filter", "ts": 1766000000.9}""");
        Lines(
            "logs/conviction_gate.jsonl",
            """{"symbol": "DOTUSDT", "ts": "2025-12-14T17:43:00.455632", "should_trade": false, "direction": "LONG", "block_reason": "OFI low"}""",
            """{"symbol": "DOTUSDT", "ts": "2025-12-14T17:50:00.455632", "should_trade": true, "direction": "LONG"}""");
        Lines(Log, """{"symbol": "DOTUSDT", "ts": "2025-12-14T17:43:00.455632", "direction": "LONG", "block_reason": "OFI low"}""");
        Lines(
            "logs/fee_entry_blocks.jsonl",
            """{"ts": "2025-12-14T12:26:48Z", "symbol": "TRXUSDT", "side": "short", "decision": "ALLOW", "reason": "strong"}""",
            """{"ts": "2025-12-14T12:26:48Z", "symbol": "LINKUSDT", "side": "short", "decision": "BLOCK", "reason": "weak"}""");

        var seen = (await bot.ReadBlockedSignalsAsync(default)).Seen();

        Assert.Equal(
            ["conviction_gate OFI low 1", "fee_filter edge 1", "fee_gate weak 1", "signals Global protection 1", "tier_block Tier D 1"],
            seen.Counts.Select(count => string.Create(CultureInfo.InvariantCulture, $"{count.Gate} {count.Reason} {count.Count}")));

        void Lines(string log, params string[] lines) => _fixture.Write(log, string.Concat(lines.Select(line => line + "\n")));
    }

    [Fact]
    public async Task A_line_that_never_ends_costs_one_look_no_more_than_its_budget()
    {
        var bot = _fixture.Read();
        await bot.ReadBlockedSignalsAsync(default);
        using (var endless = File.Create(_fixture[Log]))
        {
            endless.SetLength(1L << 40);
        }

        var started = TimeProvider.System.GetTimestamp();
        await bot.ReadBlockedSignalsAsync(default);

        // A thousandth of the file would take minutes.
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_log_on_a_disk_that_is_mounted_later_holds_the_past()
    {
        using var directory = new TemporaryDirectory();
        var bot = _fixture.Read(options => options.Root = directory["bot"]);
        (await bot.ReadBlockedSignalsAsync(default)).Unreadable(UnreadableCause.NoDirectory);
        var log = directory.Write("bot/" + Log, "{\"reason\": \"old\"}\n");

        Assert.Equal("", await CountsOf(bot));

        File.AppendAllText(log, "{\"reason\": \"new\"}\n");
        Assert.Equal("new=1", await CountsOf(bot));
    }

    [Fact]
    public async Task A_last_line_that_is_not_whole_waits_for_its_rest()
    {
        Append("""{"reason": "old"}""");
        File.AppendAllText(_fixture[Log], """{"reason": "fee""");
        var bot = _fixture.Read();
        Assert.Equal("", await CountsOf(bot));

        File.AppendAllText(_fixture[Log], " gate\"}\n{\"rea");
        Assert.Equal("fee gate=1", await CountsOf(bot));

        File.AppendAllText(_fixture[Log], "son\": \"hold time\"}\n");
        Assert.Equal("fee gate=1 hold time=1", await CountsOf(bot));
    }

    [Fact]
    public async Task Rotation_loses_no_line()
    {
        Append("""{"reason": "old"}""");
        var bot = _fixture.Read();
        await CountsOf(bot);
        Append("""{"reason": "before"}""");

        File.Move(_fixture[Log], _fixture[Log + ".1"]);
        Append("""{"reason": "after"}""");

        Assert.Equal("after=1 before=1", await CountsOf(bot));
    }

    [Fact]
    public async Task Truncation_starts_again_at_the_beginning()
    {
        Append("""{"reason": "old"}""", """{"reason": "older"}""");
        var bot = _fixture.Read();
        await CountsOf(bot);

        File.WriteAllText(_fixture[Log], "{\"reason\": \"new\"}\n");

        Assert.Equal("new=1", await CountsOf(bot));
    }

    [Fact]
    public async Task A_log_truncated_and_filled_beyond_the_old_end_is_noticed()
    {
        Append("""{"reason": "old"}""");
        var bot = _fixture.Read();
        await CountsOf(bot);

        File.WriteAllText(_fixture[Log], string.Concat(Enumerable.Repeat("{\"reason\": \"new\"}\n", 10)));

        Assert.Equal("new=10", await CountsOf(bot));
    }

    [Fact]
    public async Task A_log_that_was_seen_and_is_gone_is_lost()
    {
        Append("""{"reason": "old"}""");
        var bot = _fixture.Read();
        await CountsOf(bot);

        _fixture.Delete(Log);

        (await bot.ReadBlockedSignalsAsync(default)).Unreadable(UnreadableCause.Lost);
    }

    [Theory]
    [InlineData("""{"reason": "spread 0.31% > 0.20% on BTCUSDT", "symbol": "BTCUSDT"}""", "spread > on")]
    [InlineData("""{"reason": "ETH-USDT: ofi -1.5e-3 too low"}""", "ofi too low")]
    [InlineData("""{"reason": "cooldown\n 17 s left for Btcusdt", "symbol": "BTCUSDT"}""", "cooldown s left for")]
    [InlineData("""{"reason": "", "block_reason": "fee gate"}""", "fee gate")]
    [InlineData("""{"reason": 5}""", "unknown")]
    [InlineData("""{"reason": "123"}""", "unknown")]
    [InlineData("""{"symbol": "BTCUSDT"}""", "unknown")]
    [InlineData("""["reason"]""", "unknown")]
    [InlineData("""{"reason": "a"}{"reason": "b"}""", "unknown")]
    [InlineData("torn", "unknown")]
    public async Task A_reason_loses_its_numbers_and_symbols(string line, string expected)
    {
        Append();
        var bot = _fixture.Read();
        await CountsOf(bot);

        Append(line, "   ");

        Assert.Equal($"{expected}=1", await CountsOf(bot));
    }

    [Fact]
    public async Task After_fifty_reasons_the_rest_is_other()
    {
        Append();
        var bot = _fixture.Read();
        await CountsOf(bot);

        Append([.. Enumerable.Range(0, 80).Select(i => $$"""{"reason": "{{(char)('a' + (i % 26))}}{{new string('x', i / 26)}}"}""")]);

        var counts = (await bot.ReadBlockedSignalsAsync(default)).Seen().Counts;
        Assert.Equal(51, counts.Length);
        Assert.Equal(30, counts.Single(count => count.Reason == "other").Count);
    }

    [Fact]
    public async Task A_line_without_end_counts_once_and_harms_no_other()
    {
        Append();
        var bot = _fixture.Read();
        await CountsOf(bot);

        Append("{\"reason\": \"" + new string('x', 3 << 20), """{"reason": "fee gate"}""");

        Assert.Equal("fee gate=1 unknown=1", await CountsOf(bot));
    }

    private void Append(params string[] lines)
    {
        _fixture.Write("logs/.keep", "");
        File.AppendAllText(_fixture[Log], string.Concat(lines.Select(line => line + "\n")));
    }

    private static async Task<string> CountsOf(FeatureStoreBot bot) => string.Join(
        ' ',
        (await bot.ReadBlockedSignalsAsync(default)).Seen().Counts
            .Select(count => string.Create(CultureInfo.InvariantCulture, $"{count.Reason}={count.Count}")));
}
