using Exporter.Bots;
using Exporter.Bots.Kinds.FeatureStore;

namespace Exporter.Tests.Bots;

/// <summary>How single fields are understood, in the ways that bots write them.</summary>
public sealed class FieldTests : IDisposable
{
    private static readonly DateTimeOffset Evening = new(2025, 12, 15, 20, 47, 3, TimeSpan.Zero);

    private readonly FeatureStoreFixture _fixture = FeatureStoreFixture.With();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("""{"direction": "LONG"}""", "long")]
    [InlineData("""{"side": "Short"}""", "short")]
    [InlineData("""{"direction": "long", "side": "short"}""", "long")]
    [InlineData("""{"side": "short", "direction": null}""", null)]
    [InlineData("""{"side": "short", "direction": ""}""", null)]
    [InlineData("""{"side": "short", "direction": 1}""", null)]
    [InlineData("""{"direction": "sideways"}""", null)]
    [InlineData("""{"direction": "long", "direction": "short"}""", "short")]
    [InlineData("""{"Direction": "long"}""", null)]
    [InlineData("{}", null)]
    public async Task A_direction_is_what_the_bot_said_or_unknown(string position, string? expected)
    {
        _fixture.Write(FeatureStoreFixture.Positions, $$"""{"open_positions": [{{position}}]}""");

        Assert.Equal(expected, (await _fixture.Read().ReadPositionsAsync(default)).Seen().Open[0].Direction);
    }

    [Theory]
    [InlineData("241.5", 241.5)]
    [InlineData("\"241.5\"", 241.5)]
    [InlineData("\" 1e2 \"", 100.0)]
    [InlineData("\"241,5\"", null)]
    [InlineData("\"many\"", null)]
    [InlineData("1e999", null)]
    [InlineData("\"NaN\"", null)]
    [InlineData("null", null)]
    [InlineData("[241.5]", null)]
    public async Task A_number_may_be_in_quotes_when_it_is_unmistakable(string written, double? expected)
    {
        _fixture.Write(FeatureStoreFixture.Positions, $$"""{"open_positions": [{"size": {{written}}, "leverage": 5}]}""");

        var position = (await _fixture.Read().ReadPositionsAsync(default)).Seen().Open[0];

        Assert.Equal((expected, 5.0), (position.Size, position.Leverage));
    }

    [Theory]
    [InlineData("1765831623")]
    [InlineData("1765831623.0")]
    [InlineData("\"1765831623\"")]
    [InlineData("\"1765831623.0\"")]
    [InlineData("1765831623000")]
    [InlineData("1765831623000000000")]
    [InlineData("\"2025-12-15T20:47:03Z\"")]
    public async Task A_heartbeat_counts_in_Unix_seconds_however_written(string written)
    {
        _fixture.Write(FeatureStoreFixture.Heartbeat, $$"""{"last_heartbeat_ts": {{written}}}""");

        Assert.Equal(Evening, (await _fixture.Read().ReadHeartbeatsAsync(default))[0].Reading.Seen().LastBeat);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("true")]
    [InlineData("-1")]
    public async Task A_heartbeat_without_a_time_is_unknown(string written)
    {
        _fixture.Write(FeatureStoreFixture.Heartbeat, $$"""{"last_heartbeat_ts": {{written}}}""");

        (await _fixture.Read().ReadHeartbeatsAsync(default))[0].Reading.Unreadable(UnreadableCause.MissingField);
    }

    [Theory]
    [InlineData("""{"blocked_until": null}""", null)]
    [InlineData("""{"blocked_until": "2025-12-15T20:47:03.000000Z"}""", "2025-12-15T20:47:03Z")]
    [InlineData("""{"blocked_until": "2025-12-15T13:47:03-07:00"}""", "2025-12-15T20:47:03Z")]
    [InlineData("""{"blocked_until": "2099-01-01T00:00:00"}""", "2099-01-01T00:00:00Z")]
    [InlineData("""{"blocked_until": 4070908800}""", "2099-01-01T00:00:00Z")]
    [InlineData("""{"blocked_until": 4070908800000}""", "2099-01-01T00:00:00Z")]
    [InlineData("""{"blocked_until": "2099-01-01T00:00:00+00:00Z"}""", "2099-01-01T00:00:00Z")]
    [InlineData("{}", null)]
    [InlineData("""{"blocked_until": ""}""", null)]
    [InlineData("""{"blocked_until": false}""", null)]
    [InlineData("""{"blocked_until": 0}""", null)]
    public async Task A_block_ends_when_the_bot_says(string state, string? expected)
    {
        _fixture.Write(FeatureStoreFixture.KillSwitch, state);

        var reading = (await _fixture.Read().ReadKillSwitchesAsync(default)).The("max_drawdown").Seen();

        Assert.Equal(expected is null ? null : DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), reading.BlockedUntil);
        Assert.False(reading.Active);
    }

    [Theory]
    [InlineData("""{"blocked_until": "soon"}""", "has the blocked_until \"soon\", which is no time; right would be")]
    [InlineData("""{"blocked_until": [1]}""", "has the blocked_until a list, which is no time")]
    public async Task An_end_that_is_no_time_is_shown_with_what_would_be_right(string state, string reason)
    {
        _fixture.Write(FeatureStoreFixture.KillSwitch, state);

        Assert.Contains(
            reason, (await _fixture.Read().ReadKillSwitchesAsync(default)).The("max_drawdown").Unreadable(UnreadableCause.MissingField), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("soft_kill", FeatureStoreFixture.SoftKill, """{"soft_kill_switch_active": true}""", true)]
    [InlineData("soft_kill", FeatureStoreFixture.SoftKill, """{"soft_kill_switch_active": "false"}""", true)]
    [InlineData("soft_kill", FeatureStoreFixture.SoftKill, "{}", false)]
    [InlineData("soft_kill", FeatureStoreFixture.SoftKill, """{"soft_kill_switch_active": ""}""", false)]
    [InlineData("soft_kill", FeatureStoreFixture.SoftKill, """{"soft_kill_switch_active": 0, "x": NaN}""", false)]
    [InlineData("exchange_degraded", FeatureStoreFixture.ExchangeHealth, """{"status": "DEGRADED"}""", true)]
    [InlineData("exchange_degraded", FeatureStoreFixture.ExchangeHealth, """{"status": "healthy"}""", false)]
    [InlineData("exchange_degraded", FeatureStoreFixture.ExchangeHealth, """{"status": "down"}""", true)]
    [InlineData("exchange_degraded", FeatureStoreFixture.ExchangeHealth, """{"status": null}""", true)]
    [InlineData("exchange_degraded", FeatureStoreFixture.ExchangeHealth, "{}", false)]
    [InlineData("global_freeze", FeatureStoreFixture.GlobalFreeze, """{"global_freeze_active": 1}""", true)]
    [InlineData("global_entry_block", "logs/phase10_state.json", """{"global_entry_block": true, "last_pause_ts": 0.0}""", true)]
    [InlineData("global_entry_block", "logs/phase10_state.json", """{"global_entry_block": false}""", false)]
    [InlineData("kill_switch_phase82", "live_config.json", """{"runtime": {"kill_switch_phase82": true}}""", true)]
    [InlineData("kill_switch_phase82", "live_config.json", """{"runtime": {"kill_switch_phase82": {"global_block": true, "ts": 1766000000}}}""", true)]
    [InlineData("kill_switch_phase82", "live_config.json", """{"runtime": {"kill_switch_phase82": {"global_block": false}}}""", false)]
    [InlineData("kill_switch_phase82", "live_config.json", """{"runtime": {"kill_switch_phase82": "false"}}""", true)]
    [InlineData("kill_switch_phase82", "live_config.json", """{"runtime": {"kill_switch_phase82": [0]}}""", true)]
    [InlineData("kill_switch_phase82", "live_config.json", """{"runtime": {"kill_switch_phase82": {}}}""", false)]
    [InlineData("kill_switch_phase82", "live_config.json", """{"runtime": {"size_throttle": "x"}}""", true)]
    [InlineData("kill_switch_phase82", "live_config.json", """{"runtime": null}""", false)]
    [InlineData("size_throttle", "live_config.json", """{"runtime": {"size_throttle": 0.0}}""", true)]
    [InlineData("size_throttle", "live_config.json", """{"runtime": {"size_throttle": 0.25, "restart_stage": "frozen"}}""", false)]
    [InlineData("futures_disabled", "logs/venue_enforcement_state.json", """{"futures_enabled": false}""", true)]
    [InlineData("futures_disabled", "logs/venue_enforcement_state.json", """{"spot_enabled": false}""", false)]
    [InlineData("protective_mode", "logs/futures_protective_state.json", """{"mode": "BLOCK"}""", true)]
    [InlineData("protective_mode", "logs/futures_protective_state.json", """{"mode": "REDUCE"}""", true)]
    [InlineData("protective_mode", "logs/futures_protective_state.json", """{"mode": "ALERT"}""", false)]
    [InlineData("trading_frozen", FeatureStoreFixture.TradingFrozen, "", true)]
    [InlineData("maintenance", "state/stop.json", """{"desk": {"open": "no"}}""", true)]
    [InlineData("maintenance", "state/stop.json", """{"desk": {"open": "yes"}}""", false)]
    [InlineData("panic", "STOP", "", true)]
    public async Task Every_switch_says_whether_it_is_set(string name, string file, string content, bool active)
    {
        _fixture.Write(file, content);
        var bot = _fixture.Read(options => options.FeatureStore.Switches =
        [
            new() { Name = "maintenance", Path = "state/stop.json", Key = "desk.open", Value = "no" },
            new() { Name = "panic", Path = "STOP" },
        ]);

        var switches = await bot.ReadKillSwitchesAsync(default);

        Assert.Equal(active, switches.The(name).Seen().Active);
        Assert.Equal(
            [.. Switches.Names, "maintenance", "panic"],
            switches.Select(named => named.Name));
    }

    [Fact]
    public async Task Probation_is_read_per_symbol_whatever_its_name()
    {
        var longName = new string('Z', 10_000);
        _fixture.PutOnProbation("BTC\"USDT", "ETH\nUSDT", longName);

        var states = (await _fixture.Read().ReadProbationAsync(default)).Seen();

        Assert.Equal(["BTC\"USDT", "ETH\nUSDT", longName], states.Select(state => state.Symbol));
        Assert.All(states, state => Assert.Equal("probation", state.State));
    }

    [Fact]
    public async Task Ten_thousand_symbols_on_probation_are_all_read()
    {
        _fixture.PutOnProbation([.. Enumerable.Range(0, 10_000).Select(i => $"COIN{i}USDT")]);

        Assert.Equal(10_000, (await _fixture.Read().ReadProbationAsync(default)).Seen().Length);
    }

    [Theory]
    [InlineData("""{"symbol_states": {"BTCUSDT": {"reason": "x"}}}""")]
    [InlineData("""{"symbol_states": {"BTCUSDT": "probation"}}""")]
    [InlineData("""{"symbol_states": []}""")]
    [InlineData("{}")]
    public async Task Probation_that_leaves_a_symbol_open_is_unknown(string content)
    {
        _fixture.Write(FeatureStoreFixture.Probation, content);

        (await _fixture.Read().ReadProbationAsync(default)).Unreadable(UnreadableCause.MissingField);
    }

    [Fact]
    public async Task Intelligence_that_says_nothing_is_counted_as_empty()
    {
        _fixture.Write(FeatureStoreFixture.Intelligence, """
            {"ts": "2025-12-15T20:47:03", "signals": {
              "A": {"direction": "NEUTRAL", "confidence": 0.0, "composite": 0, "funding": {}, "oi": {}},
              "B": {"direction": "NEUTRAL", "confidence": 0, "composite": 0, "funding": {"rate": 0.1}, "oi": {}},
              "C": {"direction": "NEUTRAL", "confidence": 0.2, "composite": 0, "funding": {}, "oi": {}},
              "D": {"direction": "LONG", "confidence": 0, "composite": 0, "funding": {}, "oi": {}},
              "E": {}}}
            """);

        Assert.Equal(new Intelligence(Evening, 5, 2), (await _fixture.Read().ReadIntelligenceAsync(default))[0].Reading.Seen());
    }

    [Fact]
    public async Task Symbols_files_of_intelligence_follow_the_summary_and_go_with_their_file()
    {
        _fixture.Write("feature_store/intelligence/ETHUSDT_intel.json", """{"ts": "2025-12-15T20:47:03Z", "confidence": 0.5}""");
        _fixture.Write("feature_store/intelligence/BTCUSDT_intel.json", """{"confidence": 0.5}""");
        var bot = _fixture.Read();
        var sources = await bot.ReadIntelligenceAsync(default);
        Assert.Equal(["summary", "BTCUSDT", "ETHUSDT"], sources.Select(source => source.Name));
        sources.The("BTCUSDT").Unreadable(UnreadableCause.MissingField);
        Assert.Equal(new Intelligence(Evening, 1, 0), sources.The("ETHUSDT").Seen());

        _fixture.Delete("feature_store/intelligence/ETHUSDT_intel.json");

        Assert.Equal(["summary", "BTCUSDT"], (await bot.ReadIntelligenceAsync(default)).Select(source => source.Name));
    }

    [Theory]
    [InlineData("""{"mode": "LIVE"}""", "", "live")]
    [InlineData("""{"Mode": "live"}""", "mode", null)]
    [InlineData("""{"mode": null}""", "mode", null)]
    [InlineData("{}", "mode", null)]
    public async Task A_config_names_the_keys_that_it_lacks(string content, string missing, string? mode)
    {
        _fixture.Write(FeatureStoreFixture.TradingConfig, content);

        var config = (await _fixture.Read().ReadConfigsAsync(default))[0].Reading.Seen();

        Assert.Equal((missing, mode), (string.Join(",", config.MissingKeys), config.Mode));
    }

    [Fact]
    public async Task The_owner_may_name_other_files_and_configs()
    {
        using var elsewhere = new TemporaryDirectory();
        var config = elsewhere.Write("desk.json", """{"limits": 1}""");
        _fixture.Write("other/positions.json", """{"open_positions": [{}]}""");
        var bot = _fixture.Read(options =>
        {
            options.FeatureStore.Paths.Positions = "other/positions.json";
            options.Configs = [new() { File = config, Required = ["/limits", "/desk"] }];
            options.FeatureStore.HeartbeatComponents = ["trader"];
        });

        Assert.Single((await bot.ReadPositionsAsync(default)).Seen().Open);
        Assert.Equal(["desk"], (await bot.ReadConfigsAsync(default)).The(config).Seen().MissingKeys.AsEnumerable());
        Assert.IsType<Reading<Heartbeat>.Absent>((await bot.ReadHeartbeatsAsync(default)).The("trader"));
    }
}
