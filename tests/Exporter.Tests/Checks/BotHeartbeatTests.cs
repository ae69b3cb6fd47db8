using System.Collections.Immutable;
using Exporter.Bots;
using Exporter.Checks;
using Microsoft.Extensions.Time.Testing;

namespace Exporter.Tests.Checks;

public sealed class BotHeartbeatTests
{
    private readonly FakeTimeProvider _time = new(Bot.Now);
    private readonly FakeBot _bot = Bot.Healthy with { };
    private readonly BotHeartbeat _check;

    public BotHeartbeatTests() => _check = new BotHeartbeat(_bot, new BotHeartbeatOptions());

    private static Task<CheckResult> With(params Named<Heartbeat>[] components) =>
        Evaluate.Once(new BotHeartbeat(Bot.Healthy with { Heartbeats = [.. components] }, new BotHeartbeatOptions()));

    private static Named<Heartbeat> Beat(double ageSeconds, string component = "bot_cycle", double? margin = null) =>
        new(component, Bot.Seen(new Heartbeat(Bot.Now.AddSeconds(-ageSeconds), margin)));

    [Theory]
    [InlineData(0, CheckStatus.Ok, null)]
    [InlineData(300, CheckStatus.Ok, null)]
    [InlineData(300.001, CheckStatus.Critical, "stale")]
    public async Task A_heartbeat_is_stale_beyond_300_seconds(double age, CheckStatus status, string? cause)
    {
        var result = await With(Beat(age));

        Assert.Equal((status, cause), (result.Status, result.Cause));
        Assert.Equal(age, result.Value("tradingbot_heartbeat_age_seconds", "bot_cycle")!.Value, 6);
    }

    [Theory]
    [InlineData(-5, CheckStatus.Ok)]
    [InlineData(-6, CheckStatus.Unknown)]
    public async Task A_heartbeat_more_than_five_seconds_ahead_has_no_age(int age, CheckStatus status)
    {
        var result = await With(Beat(age));

        Assert.Equal(status, result.Status);
        Assert.Equal(status == CheckStatus.Ok ? 0 : null, result.Value("tradingbot_heartbeat_age_seconds", "bot_cycle"));
    }

    [Fact]
    public async Task A_component_that_has_never_beaten_is_unknown()
    {
        var result = await With(new Named<Heartbeat>("bot_cycle", Bot.NotThere<Heartbeat>()));

        Assert.Equal((CheckStatus.Unknown, "absent"), (result.Status, result.Cause));
    }

    [Fact]
    public async Task A_dead_component_comes_before_one_that_cannot_be_seen()
    {
        var result = await With(new Named<Heartbeat>("scheduler", Bot.Unreadable<Heartbeat>(UnreadableCause.Invalid)), Beat(400), Beat(1, "worker"));

        Assert.Equal((CheckStatus.Critical, "stale"), (result.Status, result.Cause));
        Assert.Contains("bot_cycle is 6 min 40 s old", result.Reason, StringComparison.Ordinal);
        Assert.Contains("1 further component failing", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bot_without_watched_components_is_unknown()
    {
        Assert.Equal(CheckStatus.Unknown, (await With()).Status);
    }

    [Fact]
    public async Task The_available_margin_is_what_the_first_component_says_that_says_one()
    {
        var result = await With(Beat(1, "worker"), Beat(1, "bot_cycle", margin: 6166.67));

        Assert.Equal(6166.67, result.Value("tradingbot_available_margin"));
        Assert.Null((await With(Beat(1))).Value("tradingbot_available_margin"));
    }

    [Theory]
    [InlineData(600, CheckStatus.Ok)]
    [InlineData(601, CheckStatus.Warning)]
    public async Task A_heart_that_beats_while_nothing_moves_for_ten_minutes_warns(int seconds, CheckStatus expected)
    {
        await After(TimeSpan.Zero);

        var result = await After(TimeSpan.FromSeconds(seconds));

        Assert.Equal(expected, result.Status);
        if (expected == CheckStatus.Warning) Assert.Equal("heartbeat_without_work", result.Cause);
    }

    [Fact]
    public async Task A_bot_seen_for_the_first_time_is_not_without_work_however_old_its_files_are()
    {
        _bot.Positions = WrittenAt(Bot.Now.AddDays(-3));
        _bot.Intelligence = StampedAt(Bot.Now.AddDays(-3));

        Assert.Equal(CheckStatus.Ok, (await After(TimeSpan.Zero)).Status);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Work_is_proven_by_positions_or_intelligence_that_move(bool positionsMove, bool intelligenceMoves)
    {
        await After(TimeSpan.Zero);
        if (positionsMove) _bot.Positions = WrittenAt(Bot.Now.AddMinutes(9));
        if (intelligenceMoves) _bot.Intelligence = StampedAt(Bot.Now.AddMinutes(9));
        await After(TimeSpan.FromMinutes(9));

        Assert.Equal(CheckStatus.Ok, (await After(TimeSpan.FromMinutes(9))).Status);
    }

    [Fact]
    public async Task A_torn_read_is_no_movement()
    {
        var whole = _bot.Positions;
        await After(TimeSpan.Zero);
        _bot.Positions = Bot.Unreadable<PositionBook>(UnreadableCause.Invalid);
        await After(TimeSpan.FromMinutes(9));
        _bot.Positions = whole;

        Assert.Equal("heartbeat_without_work", (await After(TimeSpan.FromMinutes(2))).Cause);
    }

    [Fact]
    public async Task Idleness_that_only_one_of_two_sources_shows_is_unknown()
    {
        _bot.Positions = Bot.Unreadable<PositionBook>(UnreadableCause.Invalid);
        await After(TimeSpan.Zero);

        Assert.Equal("work_unseen", (await After(TimeSpan.FromMinutes(11))).Cause);
    }

    [Fact]
    public async Task A_heart_that_beats_while_its_work_cannot_be_seen_at_all_is_unknown()
    {
        _bot.Positions = Bot.NotThere<PositionBook>();
        _bot.Intelligence = [];

        var result = await After(TimeSpan.Zero);

        Assert.Equal((CheckStatus.Unknown, "work_unseen"), (result.Status, result.Cause));
    }

    private static Reading<PositionBook> WrittenAt(DateTimeOffset time) => Bot.Seen(new PositionBook([], null, 0), time);

    private static ImmutableArray<Named<Intelligence>> StampedAt(DateTimeOffset time) => [new("summary", Bot.Seen(new Intelligence(time, 1, 0), Bot.Now))];

    /// <summary>What the same check says after a time in which the heart went on beating.</summary>
    private Task<CheckResult> After(TimeSpan passed)
    {
        _time.Advance(passed);
        _bot.Heartbeats = [new("bot_cycle", Bot.Seen(new Heartbeat(_time.GetUtcNow(), null), _time.GetUtcNow()))];
        return Evaluate.With(_check, _time);
    }
}
