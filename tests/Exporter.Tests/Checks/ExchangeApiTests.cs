using Exporter.Checks;
using Exporter.Tests.Venues;
using Exporter.Venues;

namespace Exporter.Tests.Checks;

public sealed class ExchangeApiTests : IDisposable
{
    private readonly Asking _asking = new();

    public void Dispose() => _asking.Dispose();

    [Fact]
    public async Task An_exchange_that_answers_is_ok_and_measured()
    {
        await using var venue = new LoopbackVenue(Replies.BinanceTime(Asking.Start));

        var result = await EvaluateAsync(Binance(venue));

        Assert.Equal(CheckStatus.Ok, result.Status);
        Assert.False(result.BlocksEntries);
        Assert.Equal(1, result.Value("tradingbot_exchange_up", "binance-usdm"));
        Assert.Equal(0, result.Value("tradingbot_exchange_clock_skew_seconds", "binance-usdm"));
        Assert.NotNull(result.Value("tradingbot_exchange_response_seconds", "binance-usdm"));
        Assert.Null(result.Value("tradingbot_exchange_retry_after_timestamp_seconds", "binance-usdm"));
        Assert.All(ProbeCause.All, cause => Assert.Equal(0, result.Value("tradingbot_exchange_failure", "binance-usdm", cause)));
    }

    [Fact]
    public async Task A_ban_is_critical_names_its_end_and_sets_just_its_own_cause()
    {
        await using var venue = new LoopbackVenue(Replies.Json("{}", 418, "Retry-After: 600"));

        var result = await EvaluateAsync(Binance(venue));

        Assert.Equal((CheckStatus.Critical, "banned", true), (result.Status, result.Cause, result.BlocksEntries));
        Assert.Contains("nobody calls before 2026-03-01 12:10:00Z", result.Reason, StringComparison.Ordinal);
        Assert.Equal(0, result.Value("tradingbot_exchange_up", "binance-usdm"));
        Assert.Equal(["banned"], ProbeCause.All.Where(cause => result.Value("tradingbot_exchange_failure", "binance-usdm", cause) == 1));
        Assert.Equal(Asking.Start.AddMinutes(10).ToUnixTimeSeconds(), result.Value("tradingbot_exchange_retry_after_timestamp_seconds", "binance-usdm"));
    }

    [Fact]
    public async Task While_nobody_calls_no_response_time_is_made_up()
    {
        await using var venue = new LoopbackVenue(Replies.Json("{}", 418, "Retry-After: 600"));
        await EvaluateAsync(Binance(venue));

        var held = await EvaluateAsync(Binance(venue));

        Assert.Equal("banned", held.Cause);
        Assert.Null(held.Value("tradingbot_exchange_response_seconds", "binance-usdm"));
    }

    [Fact]
    public async Task A_clock_that_is_2_s_ahead_where_1_s_is_fatal_is_critical_and_stops_no_look_at_the_venue()
    {
        await using var venue = new LoopbackVenue(Replies.BinanceTime(Asking.Start.AddSeconds(-2)));

        var result = await EvaluateAsync(Binance(venue));

        Assert.Equal((CheckStatus.Critical, "clock"), (result.Status, result.Cause));
        Assert.Equal(1, result.Value("tradingbot_exchange_up", "binance-usdm"));
        Assert.Equal(2, result.Value("tradingbot_exchange_clock_skew_seconds", "binance-usdm"));
        Assert.Contains("2.0 s ahead of the exchange's", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_custom_venue_is_judged_by_its_owners_rule()
    {
        await using var venue = new LoopbackVenue(Replies.Json("""{"result":{"ok":true,"time":"2026-03-01T11:59:57.000Z"}}"""));
        var options = new ExchangeApiOptions
        {
            Exchange = "custom",
            Custom = new CustomVenueOptions { Url = $"{venue.BaseUrl}ping?deep=1", SuccessPointer = "/result/ok", SuccessValue = "true", TimePointer = "/result/time" },
        };

        var result = await EvaluateAsync(options);

        Assert.True(result is { Status: CheckStatus.Warning, Cause: "clock" }, result.Reason);
        Assert.Equal(3, result.Value("tradingbot_exchange_clock_skew_seconds", "custom"));
        Assert.StartsWith("GET /ping?deep=1 ", venue.Requests[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_exchange_the_bots_own_default_is_asked()
    {
        await using var venue = new LoopbackVenue(Replies.Json("""{"code":"0","data":[{"ts":"1772366400000"}]}"""));

        var result = await EvaluateAsync(new ExchangeApiOptions { BaseUrl = venue.BaseUrl.AbsoluteUri });

        Assert.Equal(1, result.Value("tradingbot_exchange_up", "blofin"));
    }

    [Fact]
    public async Task A_gateway_may_live_under_a_path()
    {
        await using var venue = new LoopbackVenue(Replies.BinanceTime(Asking.Start));

        await EvaluateAsync(new ExchangeApiOptions { Exchange = "binance-usdm", BaseUrl = $"{venue.BaseUrl}mirror/" });

        Assert.StartsWith("GET /mirror/fapi/v1/time ", Assert.Single(venue.Requests), StringComparison.Ordinal);
    }

    public static TheoryData<ExchangeApiOptions, string> Wrong => new()
    {
        { new() { Exchange = "mtgox" }, "binance, binance-usdm, " },
        { new() { BaseUrl = "ftp://host" }, "ExchangeApi:BaseUrl" },
        { new() { BaseUrl = "https://me:secret@host" }, "without user name" },
        { new() { Exchange = "custom" }, "ExchangeApi:Custom:Url is missing" },
        { new() { Exchange = "custom", Custom = new() { Url = "https://host/x", SuccessStatus = 404 } }, "SuccessStatus is 404" },
        { new() { Exchange = "custom", Custom = new() { Url = "https://host/x", SuccessPointer = "code" } }, "begins with a slash" },
        { new() { Exchange = "custom", BaseUrl = "https://host", Custom = new() { Url = "https://host/x" } }, "belongs to a preset" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task A_wrong_option_is_said_by_the_validation_and_never_green(ExchangeApiOptions options, string expected)
    {
        var said = Assert.Single(options.Validate(new System.ComponentModel.DataAnnotations.ValidationContext(options))).ErrorMessage;
        var result = await EvaluateAsync(options);

        Assert.Contains(expected, said, StringComparison.Ordinal);
        Assert.Equal((CheckStatus.Unknown, "configuration"), (result.Status, result.Cause));
    }

    [Fact]
    public async Task A_person_who_asks_sees_the_steps()
    {
        await using var venue = new LoopbackVenue(Replies.BinanceTime(Asking.Start));
        var trace = new CheckTrace(_asking.Time);

        await new ExchangeApi(Bot.Healthy, Binance(venue), _asking.Venues).EvaluateAsync(
            new CheckContext(_asking.Time, EvaluationPurpose.Routine, trace), CancellationToken.None);

        Assert.Contains(trace.Steps, step => step.Contains("HTTP 200", StringComparison.Ordinal) && step.Contains("serverTime", StringComparison.Ordinal));
    }

    private static ExchangeApiOptions Binance(LoopbackVenue venue) => new() { Exchange = "binance-usdm", BaseUrl = venue.BaseUrl.AbsoluteUri };

    private Task<CheckResult> EvaluateAsync(ExchangeApiOptions options) =>
        Evaluate.With(new ExchangeApi(Bot.Healthy, options, _asking.Venues), _asking.Time);
}
