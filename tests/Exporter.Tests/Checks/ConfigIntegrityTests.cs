using Exporter.Bots;
using Exporter.Checks;

namespace Exporter.Tests.Checks;

public sealed class ConfigIntegrityTests
{
    private const string Trading = "configs/trading_config.json";
    private const string GoldenHour = "feature_store/golden_hour_config.json";

    private static Task<CheckResult> With(params Named<BotConfig>[] configs) =>
        Evaluate.Once(new ConfigIntegrity(Bot.Healthy with { Configs = [.. configs] }));

    private static Task<CheckResult> Within(EntryWindow? window, params Named<BotConfig>[] configs) =>
        Evaluate.Once(new ConfigIntegrity(Bot.Healthy with { Configs = [.. configs], Window = Bot.Seen(window) }));

    private static Named<BotConfig> Valid(string name, string? mode = null, params string[] missing) =>
        new(name, Bot.Seen(new BotConfig([.. missing], mode)));

    private static Named<BotConfig> Broken(UnreadableCause cause) => new(Trading, Bot.Unreadable<BotConfig>(cause));

    [Fact]
    public async Task Valid_files_are_ok_and_say_mode_and_window()
    {
        var result = await Within(null, Valid(Trading, mode: "paper"), Valid(GoldenHour));

        Assert.Equal(CheckStatus.Ok, result.Status);
        Assert.Equal(1, result.Value("tradingbot_config_file_valid", Trading));
        Assert.Equal(1, result.Value("tradingbot_config_file_present", GoldenHour));
        Assert.Equal(1, result.Value("tradingbot_bot_mode", "paper"));
        Assert.Equal(0, result.Value("tradingbot_bot_mode", "live"));
        Assert.Equal(1, result.Value("tradingbot_trading_window_open"));
    }

    [Theory]
    [InlineData(8, 59, 0)]
    [InlineData(9, 0, 1)]
    [InlineData(15, 59, 1)]
    [InlineData(16, 0, 0)]
    [InlineData(23, 30, 1)]
    [InlineData(0, 30, 1)]
    [InlineData(1, 0, 0)]
    public async Task Outside_of_its_hours_the_window_is_shut_and_said_and_nothing_is_wrong(int hour, int minute, int open)
    {
        var at = new DateTimeOffset(2026, 3, 1, hour, minute, 0, TimeSpan.Zero);
        var bot = Bot.Healthy with
        {
            Configs = [Valid(GoldenHour)],
            Window = Bot.Seen<EntryWindow?>(new EntryWindow([(9, 16), (23, 1)], "EMA-Futures opens nothing, Alpha goes on")),
        };

        var result = await Evaluate.Once(new ConfigIntegrity(bot), at);

        Assert.Equal((CheckStatus.Ok, false), (result.Status, result.BlocksEntries));
        Assert.Equal(open, result.Value("tradingbot_trading_window_open"));
        Assert.Equal(
            open == 1 ? (string[])[] : ["Outside golden hours (09:00 to 16:00 and 23:00 to 01:00 UTC): EMA-Futures opens nothing, Alpha goes on."], result.Notes);
    }

    [Fact]
    public async Task Whether_unknown_hours_are_open_is_not_claimed()
    {
        Assert.Null((await With(Valid(GoldenHour))).Value("tradingbot_trading_window_open"));
    }

    [Fact]
    public async Task A_mode_of_the_bot_s_own_making_is_shown_beside_the_known_ones()
    {
        var result = await With(Valid(Trading, mode: "shadow"));

        Assert.Equal(1, result.Value("tradingbot_bot_mode", "shadow"));
        Assert.Equal(0, result.Value("tradingbot_bot_mode", "paper"));
    }

    [Fact]
    public async Task A_missing_file_is_critical()
    {
        var result = await With(new Named<BotConfig>(Trading, Bot.NotThere<BotConfig>()), Valid(GoldenHour));

        Assert.Equal((CheckStatus.Critical, "missing", false), (result.Status, result.Cause, result.BlocksEntries));
        Assert.Equal("The configuration file configs/trading_config.json is missing; restore it from its last good copy.", result.Reason);
        Assert.Equal(0, result.Value("tradingbot_config_file_present", Trading));
        Assert.Equal(0, result.Value("tradingbot_config_file_valid", Trading));
    }

    [Fact]
    public async Task A_file_that_was_seen_and_is_gone_is_missing_too()
    {
        var result = await With(Broken(UnreadableCause.Lost));

        Assert.Equal((CheckStatus.Critical, "missing"), (result.Status, result.Cause));
    }

    [Fact]
    public async Task A_lacking_key_is_critical_and_named()
    {
        var result = await With(Valid(Trading, missing: ["mode"]));

        Assert.Equal((CheckStatus.Critical, "missing_key"), (result.Status, result.Cause));
        Assert.Contains("lacks the required key mode", result.Reason, StringComparison.Ordinal);
        Assert.Equal(0, result.Value("tradingbot_config_file_valid", Trading));
        Assert.Equal(1, result.Value("tradingbot_config_file_present", Trading));
    }

    [Theory]
    [InlineData(UnreadableCause.Invalid, "invalid", 1)]
    [InlineData(UnreadableCause.MissingField, "missing_field", 1)]
    [InlineData(UnreadableCause.NotAFile, "not_a_file", 0)]
    public async Task A_file_that_no_bot_can_read_is_critical(UnreadableCause cause, string expected, int present)
    {
        var result = await With(Broken(cause));

        Assert.Equal((CheckStatus.Critical, expected), (result.Status, result.Cause));
        Assert.Equal(0, result.Value("tradingbot_config_file_valid", Trading));
        Assert.Equal(present, result.Value("tradingbot_config_file_present", Trading));
    }

    [Theory]
    [InlineData(UnreadableCause.NoDirectory)]
    [InlineData(UnreadableCause.AccessDenied)]
    [InlineData(UnreadableCause.InputOutput)]
    [InlineData(UnreadableCause.TooLarge)]
    public async Task A_file_that_only_the_exporter_cannot_see_is_unknown(UnreadableCause cause)
    {
        var result = await With(Broken(cause));

        Assert.Equal(CheckStatus.Unknown, result.Status);
        Assert.Null(result.Value("tradingbot_config_file_valid", Trading));
    }

    [Fact]
    public async Task A_critical_file_comes_before_one_that_cannot_be_seen()
    {
        var result = await With(Broken(UnreadableCause.AccessDenied), new Named<BotConfig>(GoldenHour, Bot.NotThere<BotConfig>()));

        Assert.Equal((CheckStatus.Critical, "missing"), (result.Status, result.Cause));
        Assert.EndsWith("(1 further file failing.)", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bot_without_configurations_is_unknown()
    {
        Assert.Equal(CheckStatus.Unknown, (await With()).Status);
    }
}
