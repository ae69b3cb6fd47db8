using System.Collections.Immutable;
using Exporter.Bots;
using Exporter.Checks;

namespace Exporter.Tests.Checks;

public sealed class IntelligenceFreshnessTests
{
    private static Task<CheckResult> Aged(double seconds, int signals = 10, int empty = 0) =>
        With([Source("summary", Bot.Now.AddSeconds(-seconds), signals, empty)]);

    private static Task<CheckResult> Summary(Reading<Intelligence> reading) => With([new("summary", reading)]);

    private static Task<CheckResult> With(ImmutableArray<Named<Intelligence>> sources) =>
        Evaluate.Once(new IntelligenceFreshness(Bot.Healthy with { Intelligence = sources }, new IntelligenceFreshnessOptions()));

    private static Named<Intelligence> Source(string name, DateTimeOffset timestamp, int signals = 10, int empty = 0) =>
        new(name, Bot.Seen(new Intelligence(timestamp, signals, empty)));

    [Theory]
    [InlineData(0, CheckStatus.Ok, null)]
    [InlineData(120, CheckStatus.Ok, null)]
    [InlineData(120.001, CheckStatus.Warning, "stale")]
    public async Task Intelligence_is_stale_beyond_120_seconds(double seconds, CheckStatus status, string? cause)
    {
        var result = await Aged(seconds);

        Assert.Equal((status, cause, false), (result.Status, result.Cause, result.BlocksEntries));
        Assert.Equal(seconds, result.Value("tradingbot_intelligence_age_seconds", "summary")!.Value, 6);
        Assert.Equal(Bot.Now.AddSeconds(-seconds), result.DataTimestamp);
    }

    [Theory]
    [InlineData(10, 9, CheckStatus.Ok)]
    [InlineData(10, 10, CheckStatus.Warning)]
    [InlineData(0, 0, CheckStatus.Warning)]
    public async Task Fresh_intelligence_that_says_nothing_is_empty(int signals, int empty, CheckStatus status)
    {
        var result = await Aged(1, signals, empty);

        Assert.Equal(status, result.Status);
        if (status == CheckStatus.Warning) Assert.Equal("empty_data", result.Cause);
    }

    [Fact]
    public async Task Old_and_empty_intelligence_is_stale_and_says_both()
    {
        var result = await Aged(600, signals: 10, empty: 10);

        Assert.Equal((CheckStatus.Warning, "stale"), (result.Status, result.Cause));
        Assert.Equal("The intelligence is 10 min old, the limit is 2 min, and it says nothing about any symbol; refresh it.", result.Reason);
    }

    [Theory]
    [InlineData(-5, CheckStatus.Ok)]
    [InlineData(-6, CheckStatus.Unknown)]
    public async Task A_stamp_more_than_five_seconds_ahead_has_no_age(int seconds, CheckStatus status)
    {
        var result = await Aged(seconds);

        Assert.Equal(status, result.Status);
        Assert.Equal(status == CheckStatus.Ok ? 0 : null, result.Value("tradingbot_intelligence_age_seconds", "summary"));
        if (status == CheckStatus.Unknown) Assert.Equal("future_timestamp", result.Cause);
    }

    [Fact]
    public async Task Intelligence_that_is_not_there_or_has_no_stamp_is_missing()
    {
        Reading<Intelligence>[] readings =
            [Bot.NotThere<Intelligence>(), Bot.Unreadable<Intelligence>(UnreadableCause.MissingField), Bot.Unreadable<Intelligence>(UnreadableCause.Lost)];
        foreach (var reading in readings)
        {
            var result = await Summary(reading);

            Assert.Equal((CheckStatus.Warning, "missing"), (result.Status, result.Cause));
            Assert.Empty(result.Samples);
        }
    }

    [Theory]
    [InlineData(UnreadableCause.NoDirectory)]
    [InlineData(UnreadableCause.AccessDenied)]
    [InlineData(UnreadableCause.Invalid)]
    public async Task Intelligence_that_cannot_be_seen_is_unknown(UnreadableCause cause)
    {
        Assert.Equal(CheckStatus.Unknown, (await Summary(Bot.Unreadable<Intelligence>(cause))).Status);
    }

    [Fact]
    public async Task A_bot_without_any_source_is_unknown()
    {
        Assert.Equal(CheckStatus.Unknown, (await With([])).Status);
    }

    [Fact]
    public async Task Only_the_first_source_decides_and_every_source_is_shown()
    {
        var result = await With([Source("summary", Bot.Now), Source("BTCUSDT", Bot.Now.AddHours(-1)), new("ETHUSDT", Bot.NotThere<Intelligence>())]);

        Assert.Equal(CheckStatus.Ok, result.Status);
        Assert.Equal(3_600, result.Value("tradingbot_intelligence_age_seconds", "BTCUSDT"));
        Assert.Contains(result.Details, detail => detail is { Name: "stale_sources", List: ["BTCUSDT"] });
        Assert.Contains(result.Details, detail => detail is { Name: "unread_sources", List: ["ETHUSDT"] });
    }
}
