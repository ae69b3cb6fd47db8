using System.Globalization;
using Exporter.Bots;
using Exporter.Checks;
using Exporter.Tests.Bots;

namespace Exporter.Tests.Checks;

/// <summary>
/// The state that a real bot was found in: every slot taken, two strategies on one side of two symbols (one of which writes LONG, the
/// others long), and a heartbeat and an intelligence that stopped minutes ago, the intelligence also empty.
/// </summary>
public sealed class SampleStateTests : IDisposable
{
    private static readonly DateTimeOffset Found = new(2025, 12, 15, 20, 55, 0, TimeSpan.Zero);

    private readonly FeatureStoreFixture _bot = FeatureStoreFixture.With(
        now: Found,
        intelligenceAge: new TimeSpan(0, 6, 47),
        emptyIntelligence: true,
        heartbeatAge: new TimeSpan(0, 7, 57));

    public SampleStateTests() => _bot.Write(FeatureStoreFixture.Positions, $$"""
        {
          "open_positions": [
            {{Position("AVAXUSDT", "SHORT", "Alpha-OFI", "11:17:04.531774")}},
            {{Position("BNBUSDT", "long", "Sentiment-Fusion", "11:20:02.722123")}},
            {{Position("AVAXUSDT", "long", "Sentiment-Fusion", "11:21:42.735090")}},
            {{Position("BTCUSDT", "LONG", "Reentry-Module", "11:23:14.218356")}},
            {{Position("ADAUSDT", "long", "Sentiment-Fusion", "11:31:01.260858")}},
            {{Position("MATICUSDT", "long", "Sentiment-Fusion", "11:31:10.154762")}},
            {{Position("DOTUSDT", "long", "Sentiment-Fusion", "11:32:43.650116")}},
            {{Position("XRPUSDT", "long", "Trend-Conservative", "11:32:47.088336")}},
            {{Position("BTCUSDT", "long", "Sentiment-Fusion", "11:34:25.306982")}},
            {{Position("XRPUSDT", "long", "Sentiment-Fusion", "11:34:40.368144")}}
          ],
          "closed_positions": [{{Position("AVAXUSDT", "long", "Sentiment-Fusion", "11:21:42.735090")}}]
        }
        """);

    public void Dispose() => _bot.Dispose();

    [Fact]
    public async Task All_ten_of_ten_slots_are_taken_and_no_entry_is_possible()
    {
        var result = await Run(bot => new PositionLimits(bot, new PositionLimitsOptions()));

        Assert.Equal((CheckStatus.Warning, "limit_reached", true), (result.Status, result.Cause, result.BlocksEntries));
        Assert.Equal(10, result.Value("tradingbot_positions_open"));
        Assert.Equal(10, result.Value("tradingbot_positions_max"));
        Assert.Equal(
            DateTimeOffset.Parse("2025-12-15T18:34:40.368144Z", CultureInfo.InvariantCulture).ToUnixTimeSeconds(),
            Math.Floor(result.Value("tradingbot_last_position_opened_timestamp_seconds")!.Value));
    }

    [Fact]
    public async Task Exactly_two_overlaps_are_found_although_one_writer_says_LONG()
    {
        var result = await Run(bot => new StrategyOverlap(bot, new StrategyOverlapOptions()));

        Assert.Equal((CheckStatus.Warning, "overlap"), (result.Status, result.Cause));
        Assert.Equal(2, result.Value("tradingbot_strategy_overlaps"));
        Assert.Equal(2, result.Value("tradingbot_strategy_overlap_positions", "BTCUSDT", "long"));
        Assert.Equal(2, result.Value("tradingbot_strategy_overlap_positions", "XRPUSDT", "long"));
        Assert.Equal(3, result.Samples.Length);
    }

    [Fact]
    public async Task The_intelligence_is_stale_and_empty()
    {
        var result = await Run(bot => new IntelligenceFreshness(bot, new IntelligenceFreshnessOptions()));

        Assert.Equal((CheckStatus.Warning, "stale"), (result.Status, result.Cause));
        Assert.Contains("6 min 47 s old, the limit is 2 min, and it says nothing", result.Reason, StringComparison.Ordinal);
        Assert.Equal(407, result.Value("tradingbot_intelligence_age_seconds", "summary")!.Value, 3);
    }

    [Fact]
    public async Task The_heartbeat_is_stale_and_still_tells_the_margin()
    {
        var result = await Run(bot => new BotHeartbeat(bot, new BotHeartbeatOptions()));

        Assert.Equal((CheckStatus.Critical, "stale"), (result.Status, result.Cause));
        Assert.Equal(477, result.Value("tradingbot_heartbeat_age_seconds", "bot_cycle"));
        Assert.Equal(6166.67, result.Value("tradingbot_available_margin"));
    }

    [Fact]
    public async Task Both_configurations_are_valid()
    {
        var result = await Run(bot => new ConfigIntegrity(bot));

        Assert.Equal(CheckStatus.Ok, result.Status);
        Assert.Equal(2, result.Samples.Count(sample => sample is { Family.Name: "tradingbot_config_file_valid", Value: 1 }));
        Assert.Equal(1, result.Value("tradingbot_bot_mode", "paper"));
        Assert.Equal(1, result.Value("tradingbot_trading_window_open"));
    }

    [Fact]
    public async Task Kill_switches_and_probation_have_never_triggered()
    {
        var switches = await Run(bot => new KillSwitchCheck(bot, new KillSwitchOptions()));
        var probation = await Run(bot => new SymbolProbation(bot, new SymbolProbationOptions()));

        Assert.Equal((CheckStatus.Ok, CheckStatus.Ok), (switches.Status, probation.Status));
        Assert.Equal("No switch is active: all 10 have never triggered.", switches.Reason);
        Assert.Equal("No symbol is on probation: none has ever been.", probation.Reason);
    }

    [Fact]
    public async Task Blocked_signals_were_never_seen()
    {
        Assert.False((await Run(bot => new BlockedSignalsCheck(bot))).Enabled);
    }

    private Task<CheckResult> Run(Func<IBot, ICheck> check) => Evaluate.Once(check(_bot.Read()), Found);

    private static string Position(string symbol, string direction, string strategy, string openedAt) =>
        $$"""{"symbol":"{{symbol}}","direction":"{{direction}}","strategy":"{{strategy}}","entry_price":1.88,"size":500.0,"leverage":6,"opened_at":"2025-12-15T{{openedAt}}-07:00"}""";
}
