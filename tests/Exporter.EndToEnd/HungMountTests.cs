using System.Diagnostics;
using System.Net;
using Exporter.Tests.Bots;

namespace Exporter.EndToEnd;

/// <summary>One bot lies on a mount whose server is gone; another one is well. The exporter tells of both, and stops when it is asked to.</summary>
public sealed class HungMountTests : IDisposable
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(5);

    private readonly FeatureStoreFixture _hanging = FeatureStoreFixture.With();
    private readonly FeatureStoreFixture _well = FeatureStoreFixture.With();

    public void Dispose()
    {
        _hanging.Dispose();
        _well.Dispose();
    }

    [SkippableTheory]
    [InlineData("configs", "")]
    [InlineData("configs", "--heal")]
    [InlineData("", "--heal")]
    public async Task What_hangs_under_a_running_exporter_is_unknown_and_everything_else_goes_on(string below, string flag)
    {
        await using var exporter = await PublishedExporter.StartAsync([.. Bots(), .. flag.Length == 0 ? (string[])[] : [flag]]);
        await exporter.Http.GetStringAsync("metrics");
        using var hung = Hang(below);

        await HoldsAsync(exporter);
    }

    [SkippableFact]
    public async Task What_hangs_before_the_start_does_not_keep_it_from_starting()
    {
        using var hung = Hang("");
        await using var exporter = await PublishedExporter.StartAsync([.. Bots(), "--heal"]);

        await HoldsAsync(exporter);
    }

    /// <summary>The exporter's own storage: what cannot be recorded is refused in time, and the metrics say so.</summary>
    [SkippableFact]
    public async Task A_storage_that_hangs_is_said_and_holds_up_neither_pages_nor_webhooks_nor_the_end()
    {
        await using var exporter = await PublishedExporter.StartAsync([.. Bots(), "--heal"]);
        await exporter.Http.GetStringAsync("metrics");
        using var hung = HungMount.Over(exporter.Storage);
        Skip.If(hung is null, "This machine lets nobody mount a FUSE file system.");

        using var alert = new StringContent(
            """{"version":"4","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"x","bot":"well","heal":"restore_config"},"annotations":{},"startsAt":"2026-11-26T00:00:00Z","endsAt":"0001-01-01T00:00:00Z","fingerprint":"aa"}]}""",
            System.Text.Encoding.UTF8, "application/json");
        using var answer = await exporter.Http.PostAsync("heal", alert);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("hangs", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("tradingbot_healing_ledger_writable 0", await exporter.Http.GetStringAsync("metrics"), StringComparison.Ordinal);
        using var page = await exporter.Http.GetAsync("");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        var began = Stopwatch.GetTimestamp();
        Assert.Equal(0, await exporter.Program.StopAsync());
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, Promised);
    }

    private static async Task HoldsAsync(PublishedExporter exporter)
    {
        // Until the evaluation that hangs has reached its deadline, whoever cannot wait is given the last one.
        await Eventually.GetAsync(
            async () =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "metrics");
                request.Headers.Add("X-Prometheus-Scrape-Timeout-Seconds", "3");
                using var scrape = await exporter.Http.SendAsync(request);
                Assert.Equal(HttpStatusCode.OK, scrape.StatusCode);
                var text = await scrape.Content.ReadAsStringAsync();
                Assert.Contains(Status("well", "ok", 1), text, StringComparison.Ordinal);
                return text.Contains(Status("hanging", "ok", 0), StringComparison.Ordinal) ? text : null;
            },
            TimeSpan.FromSeconds(60), "a check that says that it cannot see");
        Assert.Equal(HttpStatusCode.OK, (await exporter.Http.GetAsync("")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await exporter.Http.GetAsync("api/v1/status")).StatusCode);
        var began = Stopwatch.GetTimestamp();
        Assert.Equal(0, await exporter.Program.StopAsync());
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, Promised);
    }

    private static string Status(string bot, string status, int value) =>
        $"tradingbot_check_status{{bot=\"{bot}\",check=\"config_integrity\",category=\"configuration\",status=\"{status}\"}} {value}";

    private string[] Bots() => ["--bot", $"hanging={_hanging.Root}", "--bot", $"well={_well.Root}"];

    private HungMount Hang(string below)
    {
        var hung = HungMount.Over(Path.Combine(_hanging.Root, below));
        Skip.If(hung is null, "This machine lets nobody mount a FUSE file system.");
        return hung!;
    }
}
