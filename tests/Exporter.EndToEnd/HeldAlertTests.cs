namespace Exporter.EndToEnd;

/// <summary>An alert of a real Prometheus, by the rules as they ship, while its exporter dies and Prometheus itself is restarted.</summary>
public sealed class HeldAlertTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [SkippableFact]
    public async Task It_goes_on_when_the_exporter_is_killed_and_Prometheus_restarted_and_ends_when_the_fault_does()
    {
        Skip.IfNot(File.Exists(PublishedExporter.Binary), $"{PublishedExporter.Binary} is not there; build or publish the exporter first.");
        _directory.Write("bot/logs/positions_futures.json", """{ "open_positions": [], "closed_positions": [] }""");
        _directory.Write("bot/STOP", "");
        _directory.Write("config.json", Offline.Configuration.TrimEnd().TrimEnd('}') + $$"""
            , "Bots": [ { "Name": "alpha", "Kind": "feature-store", "Root": "{{_directory["bot"]}}", "FeatureStore": { "Switches": [ { "Name": "panic", "Path": "STOP" } ] } } ] }
            """);
        var exporter = await StartAsync("127.0.0.1:0");
        var address = exporter.Target;
        try
        {
            await using var prometheus = await PrometheusServer.StartAsync($$"""
                global:
                  scrape_interval: 1s
                  scrape_timeout: 1s
                  evaluation_interval: 1s
                rule_files: ['{{Rules()}}/recording.yml', '{{Rules()}}/checks.yml']
                scrape_configs:
                  - job_name: tradingbot
                    static_configs:
                      - targets: ['{{address}}']
                """);
            await FiresAsync(true);

            exporter.Program.Signal("KILL");
            await exporter.Program.WaitForExitAsync();
            await prometheus.EventuallyAsync("max_over_time(up[5s]) == 0", found => found.Count == 1, Patience);
            Assert.True(await prometheus.IsFiringAsync("TradingBotKillSwitchActive", "switch", "panic"));
            Assert.Empty(await prometheus.QueryAsync("tradingbot_kill_switch_active{switch=\"panic\"}"));

            await prometheus.RestartAsync();
            await prometheus.EventuallyAsync("up == 0", found => found.Count == 1, Patience);
            await FiresAsync(true);

            // Seen again with the fault gone: told at once.
            await exporter.DisposeAsync();
            File.Delete(_directory["bot/STOP"]);
            exporter = await StartAsync(address);
            await prometheus.EventuallyAsync("up == 1", found => found.Count == 1, Patience);
            await FiresAsync(false);

            Task FiresAsync(bool fires) => Eventually.TrueAsync(
                async () => await prometheus.IsFiringAsync("TradingBotKillSwitchActive", "switch", "panic") == fires, Patience, $"the alert fires: {fires}");
        }
        finally
        {
            await exporter.DisposeAsync();
        }
    }

    private Task<PublishedExporter> StartAsync(string listen) => PublishedExporter.StartAsync(
        "--config.file", _directory["config.json"], "--storage.path", _directory["state"], "--web.listen-address", listen);

    private static string Rules()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Exporter.sln")))
        {
            directory = directory.Parent!;
        }

        return Path.Combine(directory.FullName, "prometheus", "rules");
    }
}
