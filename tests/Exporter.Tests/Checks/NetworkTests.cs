using Exporter.Checks;
using Exporter.Tests.Venues;

namespace Exporter.Tests.Checks;

public sealed class NetworkTests : IDisposable
{
    private readonly Asking _asking = new();

    public void Dispose() => _asking.Dispose();

    [Fact]
    public async Task Endpoints_that_can_be_reached_are_ok_with_each_step_timed()
    {
        await using var venue = new LoopbackVenue(Replies.Hang);
        var endpoint = $"localhost:{venue.Port}";

        var result = await EvaluateAsync($"http://{endpoint}");

        Assert.Equal((CheckStatus.Ok, 1.0), (result.Status, result.Value("tradingbot_endpoint_reachable", endpoint)));
        Assert.NotNull(result.Value("tradingbot_endpoint_dns_seconds", endpoint));
        Assert.NotNull(result.Value("tradingbot_endpoint_connect_seconds", endpoint));
        Assert.Null(result.Value("tradingbot_endpoint_tls_seconds", endpoint));
    }

    [Fact]
    public async Task One_endpoint_that_cannot_be_reached_is_critical_and_named()
    {
        await using var venue = new LoopbackVenue(Replies.Hang);
        using var refusing = new ClosedPort();

        var result = await EvaluateAsync($"http://localhost:{venue.Port}", refusing.Url.AbsoluteUri);

        Assert.Equal((CheckStatus.Critical, "connect", true), (result.Status, result.Cause, result.BlocksEntries));
        Assert.Contains($"localhost:{refusing.Port}", result.Reason, StringComparison.Ordinal);
        Assert.Equal(1, result.Value("tradingbot_endpoint_reachable", $"localhost:{venue.Port}"));
        Assert.Equal(0, result.Value("tradingbot_endpoint_reachable", $"localhost:{refusing.Port}"));
    }

    [Fact]
    public async Task CoinGlass_alone_out_of_reach_is_critical_and_blocks_no_entry()
    {
        await using var exchange = new LoopbackVenue(Replies.Hang);
        using var coinGlass = new ClosedPort();
        var options = new CheckOptions
        {
            ExchangeApi = new ExchangeApiOptions { BaseUrl = exchange.BaseUrl.AbsoluteUri },
            CoinGlassApi = new CoinGlassApiOptions { BaseUrl = coinGlass.Url.AbsoluteUri },
        };

        var result = await EvaluateAsync(options);

        Assert.Equal((CheckStatus.Critical, false), (result.Status, result.BlocksEntries));
    }

    [Fact]
    public async Task By_default_the_hosts_are_those_that_the_bot_calls()
    {
        await using var exchange = new LoopbackVenue(Replies.Hang);
        await using var coinGlass = new LoopbackVenue(Replies.Hang);
        var options = new CheckOptions
        {
            ExchangeApi = new ExchangeApiOptions { BaseUrl = exchange.BaseUrl.AbsoluteUri },
            CoinGlassApi = new CoinGlassApiOptions { BaseUrl = coinGlass.BaseUrl.AbsoluteUri },
        };

        var result = await EvaluateAsync(options);

        Assert.Equal(
            [$"localhost:{exchange.Port}", $"localhost:{coinGlass.Port}"],
            result.Samples.Where(sample => sample.Family.Name == "tradingbot_endpoint_reachable").Select(sample => sample.LabelValues.Single()));
    }

    [Fact]
    public void Without_any_option_they_are_the_presets_own() =>
        Assert.Equal(
            ["openapi.blofin.com", "open-api-v4.coinglass.com"],
            new Network(Bot.Healthy, new CheckOptions(), _asking.Venues).Endpoints.Select(endpoint => endpoint.Name));

    [Fact]
    public async Task A_verification_dials_anew_inside_the_interval()
    {
        await using var venue = new LoopbackVenue(Replies.Hang);
        var check = new Network(Bot.Healthy, With($"http://localhost:{venue.Port}"), _asking.Venues);
        await Evaluate.With(check, _asking.Time);

        await check.EvaluateAsync(new CheckContext(_asking.Time, EvaluationPurpose.Verification), CancellationToken.None);

        while (venue.Connections < 2)
            await Task.Yield();
    }

    [Theory]
    [InlineData("ftp://host")]
    [InlineData("")]
    public async Task A_wrong_endpoint_is_said_by_the_validation_and_never_green(string endpoint)
    {
        var options = With(endpoint);

        Assert.Single(options.Network.Validate(new System.ComponentModel.DataAnnotations.ValidationContext(options.Network)));
        Assert.Equal((CheckStatus.Unknown, "configuration"), await StatusAsync(options));
    }

    [Fact]
    public async Task A_wrong_exchange_leaves_nothing_to_dial() =>
        Assert.Equal((CheckStatus.Unknown, "configuration"), await StatusAsync(new CheckOptions { ExchangeApi = new ExchangeApiOptions { Exchange = "mtgox" } }));

    private static CheckOptions With(params string[] endpoints) => new() { Network = new NetworkOptions { Endpoints = [.. endpoints] } };

    private async Task<(CheckStatus Status, string? Cause)> StatusAsync(CheckOptions options)
    {
        var result = await EvaluateAsync(options);
        return (result.Status, result.Cause);
    }

    private Task<CheckResult> EvaluateAsync(params string[] endpoints) => EvaluateAsync(With(endpoints));

    private Task<CheckResult> EvaluateAsync(CheckOptions options) => Evaluate.With(new Network(Bot.Healthy, options, _asking.Venues), _asking.Time);
}
