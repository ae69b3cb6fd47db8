using System.Diagnostics;
using System.Text.Json.Nodes;
using Demo.Loop;

namespace Exporter.EndToEnd.Loop;

/// <summary>No Docker engine is at hand: the files that the containers mount and the commands that they are given, run with Debian's programs.</summary>
public sealed class ComposeTests
{
    [SkippableFact]
    public async Task The_services_of_the_compose_file_find_each_other()
    {
        Skip.If(Programs.Prometheus is null || Programs.Alertmanager is null, "prometheus or prometheus-alertmanager is not installed; ./test.sh installs them");
        using var directory = new TemporaryDirectory();
        var services = new ComposedServices(directory);

        await using var bot = ChildProgram.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "tradingbot_demo.dll"), .. services.Command("demo-bot")]);
        await bot.WaitForLineAsync(line => line.StartsWith("The simulated bot lives", StringComparison.Ordinal) ? line : null);
        await using var exporter = ChildProgram.Start(PublishedExporter.Binary, services.Command("exporter"));
        await using var alertmanager = ChildProgram.Start(
            Programs.Alertmanager!, [.. services.Command("alertmanager"), $"--web.listen-address={services.Address("alertmanager")}:9093"]);
        await using var prometheus = ChildProgram.Start(
            Programs.Prometheus!, [.. services.Command("prometheus"), $"--web.listen-address={services.Address("prometheus")}:9090"]);

        // Scraped, evaluated, alerted, routed, and accepted by its token: the Watchdog has gone all the way round.
        using var http = new HttpClient { BaseAddress = new Uri($"http://{services.Address("prometheus")}:9090") };
        await UntilAsync(http, "tradingbot_watchdog_last_received_timestamp_seconds > 0", () => string.Join('\n', exporter.Output, alertmanager.Output, prometheus.Output));
        await UntilAsync(http, "tradingbot_check_status{bot=\"demo\", check=\"exchange_api\", status=\"ok\"} == 1", () => exporter.Output);
        await UntilAsync(http, "count(tradingbot_check_status{bot=\"demo\", status=\"ok\"} == 1) >= 10", () => exporter.Output);
        await HealthCheckSucceedsAsync(services.Address("exporter"));
    }

    private static Task UntilAsync(HttpClient prometheus, string query, Func<string> output) => Eventually.TrueAsync(
        async () => JsonNode.Parse(await prometheus.GetStringAsync($"api/v1/query?query={Uri.EscapeDataString(query)}"))!["data"]!["result"]!.AsArray().Count > 0,
        TimeSpan.FromMinutes(2),
        $"{query}\n{output()}");

    /// <summary>The image's own health check, against the address that stands for its container.</summary>
    private static async Task HealthCheckSucceedsAsync(string address)
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(Programs.Repository, "src", "Exporter", "Dockerfile"));
        var command = lines.Single(line => line.TrimStart().StartsWith("CMD [\"bash\"", StringComparison.Ordinal)).Trim()["CMD ".Length..];
        var arguments = JsonNode.Parse(command)!.AsArray().Select(argument => ((string)argument!).Replace("127.0.0.1", address, StringComparison.Ordinal)).ToArray();

        using var check = Process.Start(arguments[0], arguments[1..]);
        await check.WaitForExitAsync();

        Assert.Equal(0, check.ExitCode);
    }
}
