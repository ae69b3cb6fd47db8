using Exporter.Bots;
using Exporter.Checks;

namespace Exporter.Tests.Checks;

public sealed class PositionLimitsTests
{
    private static Task<CheckResult> With(FakeBot bot, int max = 10) =>
        Evaluate.Once(new PositionLimits(bot, new PositionLimitsOptions { MaxOpen = max }));

    [Fact]
    public async Task One_free_slot_is_ok()
    {
        var result = await With(Bot.With(openPositions: 9));

        Assert.Equal(CheckStatus.Ok, result.Status);
        Assert.False(result.BlocksEntries);
        Assert.Equal("9 open positions of at most 10.", result.Reason);
        Assert.Equal(9, result.Value("tradingbot_positions_open"));
        Assert.Equal(10, result.Value("tradingbot_positions_max"));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(11)]
    public async Task No_free_slot_warns_and_blocks_entries(int open)
    {
        var result = await With(Bot.With(openPositions: open));

        Assert.Equal((CheckStatus.Warning, "limit_reached", true), (result.Status, result.Cause, result.BlocksEntries));
    }

    [Fact]
    public async Task The_last_opening_is_the_newest_that_the_bot_remembers()
    {
        var opened = new DateTimeOffset(2025, 12, 15, 18, 34, 40, 368, TimeSpan.Zero);

        var result = await With(Bot.With(newestOpenedAt: opened));

        Assert.Equal(1765823680.368, result.Value("tradingbot_last_position_opened_timestamp_seconds"));
    }

    [Theory]
    [InlineData(5, CheckStatus.Ok)]
    [InlineData(6, CheckStatus.Unknown)]
    public async Task An_opening_more_than_five_seconds_ahead_is_reported(int secondsAhead, CheckStatus expected)
    {
        var result = await With(Bot.With(newestOpenedAt: Bot.Now.AddSeconds(secondsAhead)));

        Assert.Equal(expected, result.Status);
        if (expected == CheckStatus.Unknown)
        {
            Assert.Equal("future_timestamp", result.Cause);
            Assert.Null(result.Value("tradingbot_last_position_opened_timestamp_seconds"));
        }
    }

    [Fact]
    public async Task Positions_that_are_not_there_are_unknown()
    {
        var result = await With(Bot.With(positions: Bot.NotThere<PositionBook>()));

        Assert.Equal((CheckStatus.Unknown, "absent"), (result.Status, result.Cause));
        Assert.Null(result.Value("tradingbot_positions_open"));
    }

    [Fact]
    public async Task Unreadable_positions_are_unknown_with_the_reading_s_cause()
    {
        var result = await With(Bot.With(positions: Bot.Unreadable<PositionBook>(UnreadableCause.Invalid)));

        Assert.Equal((CheckStatus.Unknown, "invalid"), (result.Status, result.Cause));
        Assert.Equal("some/file.json cannot be read; mend it.", result.Reason);
    }
}
