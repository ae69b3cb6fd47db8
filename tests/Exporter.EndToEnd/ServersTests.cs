namespace Exporter.EndToEnd;

/// <summary>The two servers that the other tests stand on.</summary>
public sealed class ServersTests
{
    [SkippableFact]
    public async Task Prometheus_answers_queries()
    {
        await using var prometheus = await PrometheusServer.StartAsync("global: { scrape_interval: 1s }");

        var answer = await prometheus.QueryAsync("vector(42)");

        Assert.Equal(42, Assert.Single(answer).Value);
    }

    [SkippableFact]
    public async Task Alertmanager_runs_with_a_given_configuration()
    {
        await using var alertmanager = await AlertmanagerServer.StartAsync("{ route: { receiver: nobody }, receivers: [ { name: nobody } ] }");

        var status = await alertmanager.Http.GetStringAsync("api/v2/status");

        Assert.Contains("nobody", status, StringComparison.Ordinal);
    }
}
