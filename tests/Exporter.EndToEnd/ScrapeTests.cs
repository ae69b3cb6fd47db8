using CliWrap;
using CliWrap.Buffered;
using Exporter.Tests.Bots;

namespace Exporter.EndToEnd;

/// <summary>The program as it ships, scraped by a real Prometheus.</summary>
public sealed class ScrapeTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FeatureStoreFixture _bot = FeatureStoreFixture.With(openPositions: 10, heartbeatAge: TimeSpan.FromHours(1));

    public void Dispose()
    {
        _bot.Dispose();
        _directory.Dispose();
    }

    [SkippableFact]
    public async Task Its_series_answer_promql()
    {
        await using var exporter = await StartAsync();
        await using var prometheus = await PrometheusServer.ScrapingAsync(exporter.Target);

        await prometheus.EventuallyAsync("up == 1", answer => answer.Count == 1);

        await HoldsAsync(prometheus, "tradingbot_positions_open{bot=\"alpha\"} == 10 and tradingbot_positions_max == 10");
        await HoldsAsync(prometheus, "tradingbot_health{status=\"critical\"} == 1");
        await HoldsAsync(prometheus, "tradingbot_exchange_failure{cause=\"connect\"} == 1");
        await HoldsAsync(prometheus, "tradingbot_heartbeat_age_seconds{component=\"bot_cycle\"} > 3500");
        await HoldsAsync(prometheus, "sum by (bot, check) (tradingbot_check_status) == 1");
        await HoldsAsync(prometheus, "count(tradingbot_check_status{status=\"ok\"}) == count(tradingbot_check_enabled == 1)");
        await HoldsAsync(prometheus, "tradingbot_exporter_build_info == 1");
    }

    [SkippableFact]
    public async Task Its_answer_passes_promtool()
    {
        await using var exporter = await StartAsync();
        Skip.IfNot(File.Exists("/usr/bin/promtool"), "promtool is not installed; ./test.sh installs it");

        var metrics = await exporter.Http.GetStringAsync("metrics");
        var verdict = await Cli.Wrap("promtool").WithArguments(["check", "metrics"])
            .WithStandardInputPipe(PipeSource.FromString(metrics)).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync();

        Assert.Equal("", verdict.StandardOutput + verdict.StandardError);
        Assert.Equal(0, verdict.ExitCode);
    }

    [SkippableFact]
    public async Task A_scrape_can_choose_its_checks()
    {
        await using var exporter = await StartAsync();

        var metrics = await exporter.Http.GetStringAsync("metrics?collect[]=kill_switch&collect[]=position_limits");

        Assert.Contains("tradingbot_positions_open{", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("tradingbot_disk_usage_ratio{", metrics, StringComparison.Ordinal);
    }

    private Task<PublishedExporter> StartAsync() =>
        PublishedExporter.StartAsync("--config.file", _directory.Write("config.json", Offline.Configuration), "--bot", $"alpha={_bot.Root}");

    private static async Task HoldsAsync(PrometheusServer prometheus, string promQl) =>
        await prometheus.EventuallyAsync(promQl, answer => answer.Count > 0);
}
