using Exporter.Bots;
using Exporter.Checks;

namespace Exporter.Tests.Checks;

public sealed class KillSwitchCheckTests
{
    private static Task<CheckResult> With(params Named<KillSwitch>[] switches) => With(Bot.Healthy.Positions, switches);

    private static Task<CheckResult> With(Reading<PositionBook> positions, params Named<KillSwitch>[] switches) =>
        Evaluate.Once(new KillSwitchCheck(Bot.Healthy with { Positions = positions, KillSwitches = [.. switches] }, new KillSwitchOptions()));

    private static Named<KillSwitch> Drawdown(DateTimeOffset? until, DateTimeOffset? triggered = null, DateTimeOffset? cleared = null) =>
        new("max_drawdown", Bot.Seen(new KillSwitch(false, until, triggered, cleared, "drawdown of 6 %")));

    private static Named<KillSwitch> Freeze(bool active, DateTimeOffset? since = null) =>
        new("trading_frozen", Bot.Seen(new KillSwitch(active, null, null, null, null), since));

    private static Named<KillSwitch> NotThere(string name) => new(name, Bot.NotThere<KillSwitch>());

    private static Reading<PositionBook> OpenedAt(DateTimeOffset time) => Bot.Seen(new PositionBook([], time, 1));

    [Fact]
    public async Task Switches_without_a_file_have_never_triggered()
    {
        var result = await With(NotThere("max_drawdown"), NotThere("soft_kill"));

        Assert.Equal(CheckStatus.Ok, result.Status);
        Assert.Contains("never triggered", result.Reason, StringComparison.Ordinal);
        Assert.Equal(0, result.Value("tradingbot_kill_switch_active", "soft_kill"));
        Assert.Equal(0, result.Value("tradingbot_kill_switch_breached", "soft_kill"));
    }

    [Fact]
    public async Task A_block_that_ends_later_is_active_and_says_for_how_long()
    {
        var result = await With(Drawdown(Bot.Now.AddHours(3)));

        Assert.Equal((CheckStatus.Critical, "active", true), (result.Status, result.Cause, result.BlocksEntries));
        Assert.Contains("for another 3 h", result.Reason, StringComparison.Ordinal);
        Assert.Equal(1, result.Value("tradingbot_kill_switch_active", "max_drawdown"));
        Assert.Equal(Bot.Now.AddHours(3).ToUnixTimeSeconds(), result.Value("tradingbot_kill_switch_blocked_until_timestamp_seconds", "max_drawdown"));
    }

    [Fact]
    public async Task A_block_is_over_at_the_very_moment_of_its_end()
    {
        var result = await With(Drawdown(Bot.Now));

        Assert.Equal((CheckStatus.Ok, false), (result.Status, result.BlocksEntries));
        Assert.Contains("to be cleared within 5 h", result.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, CheckStatus.Ok, null)]
    [InlineData(1, CheckStatus.Warning, "recovery_overdue")]
    public async Task A_block_is_overdue_once_the_grace_has_passed(int secondsBeyond, CheckStatus status, string? cause)
    {
        var result = await With(Drawdown(Bot.Now.AddHours(-5).AddSeconds(-secondsBeyond)));

        Assert.Equal((status, cause, false), (result.Status, result.Cause, result.BlocksEntries));
        Assert.Equal(secondsBeyond, result.Value("tradingbot_kill_switch_recovery_overdue", "max_drawdown"));
    }

    [Fact]
    public async Task A_block_that_the_bot_has_cleared_is_not_overdue()
    {
        var result = await With(Drawdown(Bot.Now.AddDays(-2), Bot.Now.AddDays(-3), cleared: Bot.Now.AddDays(-1)));

        Assert.Equal(CheckStatus.Ok, result.Status);
    }

    [Fact]
    public async Task A_clearing_from_before_the_last_trip_clears_nothing()
    {
        var result = await With(Drawdown(Bot.Now.AddDays(-2), Bot.Now.AddDays(-3), cleared: Bot.Now.AddDays(-4)));

        Assert.Equal((CheckStatus.Warning, "recovery_overdue"), (result.Status, result.Cause));
    }

    [Fact]
    public async Task A_position_opened_after_the_trip_breaches_the_switch()
    {
        var result = await With(OpenedAt(Bot.Now.AddMinutes(-5)), Drawdown(Bot.Now.AddHours(3), Bot.Now.AddHours(-1)));

        Assert.Equal((CheckStatus.Critical, "breached", true), (result.Status, result.Cause, result.BlocksEntries));
        Assert.Equal(1, result.Value("tradingbot_kill_switch_breached", "max_drawdown"));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    public async Task A_position_opened_before_or_at_the_trip_breaches_nothing(int secondsAfter)
    {
        var tripped = Bot.Now.AddHours(-1);

        var result = await With(OpenedAt(tripped.AddSeconds(secondsAfter)), Drawdown(Bot.Now.AddHours(3), tripped));

        Assert.Equal("active", result.Cause);
        Assert.Equal(0, result.Value("tradingbot_kill_switch_breached", "max_drawdown"));
    }

    [Fact]
    public async Task A_position_from_the_future_proves_no_breach()
    {
        var result = await With(OpenedAt(Bot.Now.AddHours(1)), Drawdown(Bot.Now.AddHours(3), Bot.Now.AddHours(-1)));

        Assert.Equal("active", result.Cause);
    }

    [Fact]
    public async Task A_block_that_is_over_is_not_breached_by_later_positions()
    {
        var result = await With(OpenedAt(Bot.Now.AddMinutes(-5)), Drawdown(null, Bot.Now.AddDays(-1)));

        Assert.Equal(CheckStatus.Ok, result.Status);
        Assert.Equal(0, result.Value("tradingbot_kill_switch_breached", "max_drawdown"));
    }

    [Fact]
    public async Task A_switch_without_a_trip_time_counts_from_the_writing_of_its_file()
    {
        var result = await With(OpenedAt(Bot.Now.AddMinutes(-5)), Freeze(true, since: Bot.Now.AddMinutes(-6)));

        Assert.Equal("breached", result.Cause);
        Assert.Equal(1, result.Value("tradingbot_kill_switch_breached", "trading_frozen"));
    }

    [Fact]
    public async Task Without_positions_an_active_switch_stays_critical_and_its_breach_unsaid()
    {
        var result = await With(Bot.Unreadable<PositionBook>(UnreadableCause.Invalid), Freeze(true));

        Assert.Equal((CheckStatus.Critical, "active"), (result.Status, result.Cause));
        Assert.Null(result.Value("tradingbot_kill_switch_breached", "trading_frozen"));
    }

    [Fact]
    public async Task A_set_switch_without_a_timer_lasts_until_it_is_cleared()
    {
        var result = await With(OpenedAt(Bot.Now.AddDays(-1)), Drawdown(null), Freeze(true));

        Assert.Equal((CheckStatus.Critical, true), (result.Status, result.BlocksEntries));
        Assert.Equal("The switch trading_frozen stops every new entry until the bot or its owner clears it.", result.Reason);
        Assert.Equal(0, result.Value("tradingbot_kill_switch_active", "max_drawdown"));
    }

    [Fact]
    public async Task A_switch_that_cannot_be_read_is_unknown_although_the_others_are_not_active()
    {
        var result = await With(Drawdown(null), new Named<KillSwitch>("soft_kill", Bot.Unreadable<KillSwitch>(UnreadableCause.NoDirectory)));

        Assert.Equal((CheckStatus.Unknown, "no_directory"), (result.Status, result.Cause));
        Assert.Null(result.Value("tradingbot_kill_switch_active", "soft_kill"));
        Assert.Equal(0, result.Value("tradingbot_kill_switch_active", "max_drawdown"));
    }

    [Fact]
    public async Task An_active_switch_is_critical_although_another_cannot_be_read()
    {
        var result = await With(Freeze(true), new Named<KillSwitch>("soft_kill", Bot.Unreadable<KillSwitch>(UnreadableCause.Invalid)));

        Assert.Equal(CheckStatus.Critical, result.Status);
        Assert.Contains("1 other switch could not be read", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trip_in_the_future_is_reported()
    {
        var result = await With(Drawdown(null, triggered: Bot.Now.AddSeconds(6)));

        Assert.Equal((CheckStatus.Unknown, "future_timestamp"), (result.Status, result.Cause));
    }

    [Fact]
    public async Task A_bot_without_switches_is_unknown()
    {
        var result = await With();

        Assert.Equal((CheckStatus.Unknown, "absent"), (result.Status, result.Cause));
    }
}
