using System.Net;
using Exporter.Tests.Bots;

namespace Exporter.Tests.Commands;

public sealed class ServeTests : IDisposable
{
    private readonly FeatureStoreFixture _bot = FeatureStoreFixture.With(openPositions: 3);

    public void Dispose() => _bot.Dispose();

    [Fact]
    public async Task A_scrape_shows_the_bot_and_the_exporter_itself()
    {
        await using var exporter = await RunningExporter.StartAsync(_bot.Root);

        var metrics = await exporter.Http.GetStringAsync("/metrics");

        var name = Path.GetFileName(_bot.Root);
        Assert.Contains($"tradingbot_positions_open{{bot=\"{name}\"}} 3\n", metrics, StringComparison.Ordinal);
        Assert.Contains("tradingbot_exporter_build_info{", metrics, StringComparison.Ordinal);
        Assert.Contains("tradingbot_exporter_config_last_reload_successful 1\n", metrics, StringComparison.Ordinal);
        Assert.Equal("tradingbot_exporter is ready.\n", await exporter.Http.GetStringAsync("/-/ready"));
    }

    [Fact]
    public async Task The_configuration_that_holds_is_shown_without_its_secrets()
    {
        await using var exporter = await RunningExporter.StartAsync(
            _bot.Root, ("TRADINGBOT__KESTREL__CERTIFICATES__DEFAULT__PASSWORD", "hunter2"), ("TRADINGBOT__CHECKS__POSITIONLIMITS__MAXOPEN", "7"));

        var shown = await exporter.Http.GetStringAsync("/config");

        Assert.DoesNotContain("hunter2", shown, StringComparison.Ordinal);
        Assert.Contains("\"MaxOpen\": 7", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reload_takes_a_new_threshold_over()
    {
        await using var exporter = await RunningExporter.StartAsync(_bot.Root);
        exporter.Configure(Offline.Configuration.Replace("\"Checks\": {", "\"Checks\": { \"PositionLimits\": { \"MaxOpen\": 3 },", StringComparison.Ordinal));

        using var answer = await exporter.Http.PostAsync("/-/reload", null);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("tradingbot_positions_max{bot=\"" + Path.GetFileName(_bot.Root) + "\"} 3\n", await exporter.Http.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_configuration_on_reload_is_explained_and_changes_nothing()
    {
        await using var exporter = await RunningExporter.StartAsync(_bot.Root);
        exporter.Configure("""{ "Checks": { "PositionLimit": { "Max": 3 } } }""");

        using var answer = await exporter.Http.PostAsync("/-/reload", null);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Contains("Did you mean PositionLimits?", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var metrics = await exporter.Http.GetStringAsync("/metrics");
        Assert.Contains("tradingbot_exporter_config_last_reload_successful 0\n", metrics, StringComparison.Ordinal);
        Assert.Contains("tradingbot_positions_max{bot=\"" + Path.GetFileName(_bot.Root) + "\"} 10\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Debug_output_is_for_local_requests_only()
    {
        await using var exporter = await RunningExporter.StartAsync(_bot.Root);
        using var foreign = new HttpRequestMessage(HttpMethod.Get, "/metrics?debug=true") { Headers = { Host = "attacker.example" } };

        var debug = await exporter.Http.GetStringAsync("/metrics?debug=true");
        using var stranger = new HttpClient { BaseAddress = exporter.Http.BaseAddress };
        using var refused = await stranger.SendAsync(foreign);

        Assert.Contains("position_limits", debug, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }
}
