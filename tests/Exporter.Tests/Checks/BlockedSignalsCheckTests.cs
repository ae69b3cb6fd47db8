using Exporter.Bots;
using Exporter.Checks;

namespace Exporter.Tests.Checks;

public sealed class BlockedSignalsCheckTests
{
    private static Task<CheckResult> With(Reading<BlockedSignals> reading) =>
        Evaluate.Once(new BlockedSignalsCheck(Bot.Healthy with { BlockedSignals = reading }));

    [Fact]
    public async Task Signals_that_were_never_blocked_disable_the_check()
    {
        var result = await With(Bot.NotThere<BlockedSignals>());

        Assert.Equal((CheckStatus.Ok, false), (result.Status, result.Enabled));
        Assert.Contains("counting begins when the bot writes one", result.Reason, StringComparison.Ordinal);
        Assert.Empty(result.Samples);
    }

    [Fact]
    public async Task Blocked_signals_are_counted_and_stay_ok()
    {
        var result = await With(Bot.Seen(new BlockedSignals([new("signals", "fee_gate", 7), new("signals", "other", 1), new("signals", "trap_detected", 40)])));

        Assert.Equal((CheckStatus.Ok, true), (result.Status, result.Enabled));
        Assert.Equal("48 signals were blocked since the exporter began to follow them, most by trap_detected of signals (40).", result.Reason);
        Assert.Equal(40, result.Value("tradingbot_signals_blocked_total", "signals", "trap_detected"));
        Assert.Equal(1, result.Value("tradingbot_signals_blocked_total", "signals", "other"));
    }

    [Fact]
    public async Task A_file_without_a_line_since_the_start_is_ok()
    {
        Assert.Equal("No signal was blocked since the exporter began to follow them.", (await With(Bot.Seen(new BlockedSignals([])))).Reason);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_unknown()
    {
        var result = await With(Bot.Unreadable<BlockedSignals>(UnreadableCause.Lost));

        Assert.Equal((CheckStatus.Unknown, "lost"), (result.Status, result.Cause));
    }
}
