using Exporter.Bots;
using Exporter.Checks;
using Exporter.Tests.Checks;
using Exporter.Words;

namespace Exporter.Tests.Bots;

/// <summary>
/// What the brakes of the reference bot mean, as its own functions were seen to read them: none stops every entry, and some stop none.
/// </summary>
public sealed class ReferenceBrakesTests : IDisposable
{
    private const string LiveConfig = "live_config.json";
    private const string Override = "logs/operator_override.json";
    private const string Protective = "logs/futures_protective_state.json";

    private readonly FeatureStoreFixture _bot = FeatureStoreFixture.With(newestOpening: TimeSpan.FromHours(2));

    public void Dispose() => _bot.Dispose();

    [Fact]
    public async Task The_switch_of_phase_82_stops_Alpha_and_says_so_and_the_headline_does_not_rest_on_it()
    {
        _bot.Write(LiveConfig, """{"runtime": {"kill_switch_phase82": true, "restart_stage": "frozen", "size_throttle": 0.0, "protective_mode": true}}""");

        var result = await Look();

        Assert.Equal((CheckStatus.Critical, "active", false), (result.Status, result.Cause, result.BlocksEntries));
        Assert.Contains("kill_switch_phase82 stops new entries of Alpha", result.Reason, StringComparison.Ordinal);
        Assert.Contains("size_throttle stops new entries of EMA-Futures", result.Reason, StringComparison.Ordinal);
        Assert.Equal(1, result.Value("tradingbot_kill_switch_active", "kill_switch_phase82"));
        Assert.Equal("protective_mode halves the sizes of Alpha, restart_stage frozen", Assert.Single(result.Details.Single(detail => detail.Name == "notes").List));
    }

    [Theory]
    [InlineData("""{"enabled": true, "expires_at": SOON}""", false)]
    [InlineData("""{"enabled": "false", "expires_at": SOON}""", false)]
    [InlineData("""{"enabled": true, "expires_at": Infinity}""", false)]
    [InlineData("""{"enabled": true, "expires_at": SOON000}""", false)]
    [InlineData("""{"enabled": true, "expires_at": 1766000000}""", true)]
    [InlineData("""{"enabled": true, "expires_at": "SOON"}""", true)]
    [InlineData("""{"enabled": true, "expires_at": null}""", true)]
    [InlineData("""{"enabled": false, "expires_at": SOON}""", true)]
    [InlineData("""{"expires_at": NaN, "enabled": true}""", true)]
    [InlineData("{", true)]
    public async Task An_operator_lifts_it_by_an_override_that_has_not_ended(string content, bool active)
    {
        var soon = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        _bot.Write(LiveConfig, """{"runtime": {"kill_switch_phase82": {"ts": 1766000000, "global_block": true}}}""");
        _bot.Write(Override, content.Replace("SOON", soon, StringComparison.Ordinal));

        var result = await Look();

        Assert.Equal(active ? CheckStatus.Critical : CheckStatus.Ok, result.Status);
        Assert.Equal(active ? 1 : 0, result.Value("tradingbot_kill_switch_active", "kill_switch_phase82"));
        Assert.Equal(!active, result.Reason.Contains("an operator has lifted it", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_no_entry_asks_says_so_and_trading_in_spite_of_it_is_the_finding()
    {
        _bot.Block(DateTimeOffset.UtcNow.AddHours(3), triggeredAgo: TimeSpan.FromHours(1));
        var quiet = await Look();
        _bot.Block(DateTimeOffset.UtcNow.AddHours(3), triggeredAgo: TimeSpan.FromHours(3));
        var trading = await Look();

        Assert.Equal((CheckStatus.Critical, "active", false), (quiet.Status, quiet.Cause, quiet.BlocksEntries));
        Assert.Contains("the bot's own state says blocked; no entry of the verified version asks it", quiet.Reason, StringComparison.Ordinal);
        Assert.Equal((CheckStatus.Critical, "breached", false), (trading.Status, trading.Cause, trading.BlocksEntries));
        Assert.Contains("do not believe yourself protected", trading.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_block_that_has_ended_is_a_warning_that_gives_no_advice_which_cannot_help()
    {
        _bot.Block(DateTimeOffset.UtcNow.AddMinutes(-1), triggeredAgo: TimeSpan.FromHours(1));

        var result = await Look();

        Assert.Equal((CheckStatus.Warning, "recovery_overdue"), (result.Status, result.Cause));
        Assert.Contains("and this bot never clears it", result.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("recovery loop", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_protective_mode_is_believed_for_two_cycles_and_unknown_after_that()
    {
        var path = _bot.Write(Protective, """{"timestamp": "2026-01-02T03:04:05.000600", "mode": "BLOCK"}""");
        var fresh = await Look();
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddMinutes(-6));
        var old = await Look();
        _bot.Write(Protective, """{"mode": "OFF"}""");
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddDays(-6));

        Assert.Contains("stops new entries of EMA-Futures", fresh.Reason, StringComparison.Ordinal);
        Assert.Equal((CheckStatus.Unknown, "stale"), (old.Status, old.Cause));
        Assert.Equal(CheckStatus.Ok, (await Look()).Status);
    }

    [Fact]
    public async Task The_frozen_flag_counts_from_what_it_says_and_its_removal_is_the_newest_that_is_known()
    {
        var path = _bot.Write(FeatureStoreFixture.TradingFrozen, $$"""{"frozen_at": {{DateTimeOffset.UtcNow.AddHours(-3).ToUnixTimeSeconds()}}, "reason": "governance_violation"}""");
        var bot = _bot.Read();

        var frozen = await Evaluate.Once(new KillSwitchCheck(bot, new KillSwitchOptions()), DateTimeOffset.UtcNow);
        var before = DateTimeOffset.UtcNow.AddMilliseconds(-20);
        File.Delete(path);
        var lifted = await Evaluate.Once(new KillSwitchCheck(bot, new KillSwitchOptions()), DateTimeOffset.UtcNow);

        Assert.Equal("breached", frozen.Cause);
        Assert.Equal(CheckStatus.Ok, lifted.Status);
        Assert.True(lifted.DataTimestamp > before, $"{lifted.DataTimestamp:O} is not newer than {before:O}");
    }

    [Fact]
    public async Task A_flag_that_was_put_back_with_an_old_time_accuses_nobody()
    {
        var path = _bot.Write(FeatureStoreFixture.TradingFrozen, "");
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddDays(-30));

        Assert.Equal("active", (await Look()).Cause);
    }

    [Fact]
    public async Task Removing_a_switch_s_file_clears_it_where_the_directory_is_still_the_bot_s()
    {
        _bot.Block(DateTimeOffset.UtcNow.AddHours(3));
        _bot.PutOnProbation("BTCUSDT");
        var bot = _bot.Read();
        await bot.ReadProbationAsync(default);
        Assert.Equal(CheckStatus.Critical, (await Look(bot)).Status);

        _bot.Delete(FeatureStoreFixture.KillSwitch);
        var cleared = await Look(bot);
        var again = _bot.Read();
        again.Restore(bot.SeenSources.Select(source => KeyValuePair.Create(source, bot.LastSeen(source)!.Value)));
        var afterRestart = await Look(again);
        _bot.Delete(FeatureStoreFixture.Probation);
        var alone = await Look(again);

        Assert.Equal(CheckStatus.Ok, cleared.Status);
        Assert.Contains("max_drawdown_kill_switch_state.json was removed, where it was last seen at 20", cleared.Reason, StringComparison.Ordinal);
        Assert.Contains("was last seen at 20", afterRestart.Reason, StringComparison.Ordinal);
        Assert.Equal((CheckStatus.Unknown, "lost"), (alone.Status, alone.Cause));
    }

    [Fact]
    public async Task Times_without_a_zone_that_are_hours_off_their_file_are_doubted_and_right_with_the_zone()
    {
        var newYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
        string Local(TimeSpan ahead) => TimeZoneInfo.ConvertTime(DateTimeOffset.UtcNow + ahead, newYork).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", System.Globalization.CultureInfo.InvariantCulture);
        _bot.Write(FeatureStoreFixture.KillSwitch, $$"""{"blocked_until": "{{Local(TimeSpan.FromHours(1))}}", "last_triggered": "{{Local(TimeSpan.Zero)}}"}""");

        var doubted = await Look();
        var known = await Look(_bot.Read(options => options.Zone = "America/New_York"));

        Assert.Equal((CheckStatus.Unknown, "zone"), (doubted.Status, doubted.Cause));
        Assert.Matches("have no zone and are [45] h behind", doubted.Reason);
        Assert.Equal((CheckStatus.Critical, "active"), (known.Status, known.Cause));
    }

    [Fact]
    public async Task A_position_without_a_time_leaves_a_breach_unknown_and_says_why()
    {
        _bot.Write(FeatureStoreFixture.Positions, """{"open_positions": [{"symbol": "BTCUSDT", "direction": "long", "strategy": "A", "opened_at": "soon"}], "closed_positions": []}""");
        _bot.Block(DateTimeOffset.UtcNow.AddHours(3));

        var result = await Look();
        var limits = await Evaluate.Once(new PositionLimits(_bot.Read(), new PositionLimitsOptions()), DateTimeOffset.UtcNow);

        Assert.Equal((CheckStatus.Critical, "active"), (result.Status, result.Cause));
        Assert.Null(result.Value("tradingbot_kill_switch_breached", "max_drawdown"));
        Assert.Contains("Whether it was breached cannot be seen: logs/positions_futures.json has an open position in BTCUSDT with the opened_at \"soon\", which is no time", result.Reason, StringComparison.Ordinal);
        Assert.Equal((CheckStatus.Unknown, "missing_field"), (limits.Status, limits.Cause));
    }

    [Fact]
    public async Task Milliseconds_are_a_time_and_one_stamp_of_the_future_hides_no_real_one()
    {
        var opened = DateTimeOffset.UtcNow.AddMinutes(-2);
        _bot.Write(FeatureStoreFixture.Positions, $$"""
            {"open_positions": [{"symbol": "BTCUSDT", "direction": "long", "strategy": "A", "opened_at": {{opened.ToUnixTimeMilliseconds()}} }],
             "closed_positions": [{"opened_at": "2099-01-01T00:00:00Z"}, {"opened_at": "2024-01-01T00:00:00Z"}]}
            """);
        _bot.Block(DateTimeOffset.UtcNow.AddHours(3));

        var result = await Look();
        var limits = await Evaluate.Once(new PositionLimits(_bot.Read(), new PositionLimitsOptions()), DateTimeOffset.UtcNow);

        Assert.Equal("breached", result.Cause);
        Assert.Equal(CheckStatus.Ok, limits.Status);
        Assert.Equal(opened.ToUnixTimeMilliseconds() / 1000.0, limits.Value("tradingbot_last_position_opened_timestamp_seconds")!.Value, 3);
    }

    [Fact]
    public async Task A_book_that_is_empty_while_the_heartbeat_speaks_of_eight_was_lost()
    {
        _bot.Write(FeatureStoreFixture.Positions, """{"open_positions": [], "closed_positions": []}""");
        _bot.Write(FeatureStoreFixture.Heartbeat, $$"""{"last_heartbeat_ts": {{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}} , "metadata": {"open_positions": 8} }""");

        var limits = await Evaluate.Once(new PositionLimits(_bot.Read(), new PositionLimitsOptions()), DateTimeOffset.UtcNow);

        Assert.Equal((CheckStatus.Warning, "book_lost"), (limits.Status, limits.Cause));
        Assert.Contains("speaks of 8: the book was lost", limits.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"restrict_to_golden_hour": true, "allowed_windows": ["01:00-03:00", "bad", "23:00-01:00"]}""", 3)]
    [InlineData("""{"restrict_to_golden_hour": "false"}""", 1)]
    [InlineData("{}", 1)]
    [InlineData("{", 1)]
    [InlineData("\uFEFF{}", 1)]
    [InlineData("[]", 0)]
    [InlineData("""{"restrict_to_golden_hour": 0}""", 0)]
    [InlineData(null, 1)]
    public async Task Golden_hours_are_those_that_the_bot_would_keep_to(string? content, int windows)
    {
        if (content is null) _bot.Delete(FeatureStoreFixture.GoldenHourConfig);
        else _bot.Write(FeatureStoreFixture.GoldenHourConfig, content);

        var reading = Assert.IsType<Reading<EntryWindow?>.Seen>(await _bot.Read().ReadEntryWindowAsync(default));

        Assert.Equal(windows, reading.Value?.Hours.Length ?? 0);
    }

    private Task<CheckResult> Look(IBot? bot = null) => Evaluate.Once(new KillSwitchCheck(bot ?? _bot.Read(), new KillSwitchOptions()), DateTimeOffset.UtcNow);
}
