using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Xunit.Abstractions;

namespace Exporter.EndToEnd.Security;

/// <summary>
/// A minute of all that strangers and an unlucky rule can do at once: impatient scrapes, forms before a sign-in, wrong tokens, alerts with ever
/// new fingerprints, and a directory of files that are always being written. Prometheus must be told what a quiet exporter tells it.
/// </summary>
public sealed class SiegeTests(ITestOutputHelper output) : IDisposable
{
    private const int AlertsPerWebhook = 100;

    private static readonly TimeSpan Lasts = TimeSpan.FromSeconds(60);

    private readonly QuietBot _bot = new();

    public void Dispose() => _bot.Dispose();

    [Fact]
    public async Task Every_scrape_of_Prometheus_says_what_a_quiet_exporter_says()
    {
        await using var besieged = await _bot.ServeAsync(new JsonObject { ["Healing"] = new JsonObject { ["DryRun"] = true } });
        await using var quiet = await _bot.ServeAsync();
        using var prometheus = Scraper(besieged);
        using var other = Scraper(quiet);
        var expected = Statuses(await other.GetStringAsync("metrics"));
        Assert.Equal(expected, Statuses(await prometheus.GetStringAsync("metrics")));

        using var over = new CancellationTokenSource(Lasts);
        var counts = new ConcurrentDictionary<string, int>();
        Task[] siege =
        [
            RepeatAsync("impatient scrapes", 200, over.Token, ImpatientAsync),
            RepeatAsync("forms", 50, over.Token, FormAsync),
            RepeatAsync("wrong tokens", 2_000, over.Token, WrongTokenAsync),
            RepeatAsync("floods", 10, over.Token, FloodAsync),
            RepeatAsync("files", 200, over.Token, WriteAsync),
        ];
        List<double> times = [];
        while (!over.IsCancellationRequested)
        {
            var began = TimeProvider.System.GetTimestamp();
            var text = await prometheus.GetStringAsync("metrics", CancellationToken.None);
            times.Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
            Assert.Equal(expected, Statuses(text));
            await Task.WhenAny(Task.Delay(TimeSpan.FromSeconds(1), over.Token));
        }

        await Task.WhenAll(siege);
        times.Sort();
        output.WriteLine($"{times.Count} scrapes, slowest {times[^1]:0} ms, median {times[times.Count / 2]:0} ms; {string.Join(", ", counts.Select(pair => $"{pair.Value} {pair.Key}"))}");
        output.WriteLine($"resident {Resident(besieged)} kB, of the quiet one {Resident(quiet)} kB; ledger {new FileInfo(Path.Combine(besieged.Storage, "healing.db")).Length} bytes");
        Assert.All(counts, pair => Assert.NotEqual(0, pair.Value));

        async Task RepeatAsync(string what, int perSecond, CancellationToken cancellation, Func<int, Task> act)
        {
            counts[what] = 0;
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            var began = TimeProvider.System.GetTimestamp();
            var sent = 0;
            while (!cancellation.IsCancellationRequested)
            {
                // What this machine cannot send in its time is not sent later: the siege is bounded by its clients, too.
                var due = Math.Min((int)(TimeProvider.System.GetElapsedTime(began).TotalSeconds * perSecond) - sent, Math.Max(1, perSecond / 20));
                await Task.WhenAll(Enumerable.Range(sent, Math.Max(0, due)).Select(number => Task.Run(() => TryAsync(act, number), CancellationToken.None)));
                counts[what] += Math.Max(0, due);
                sent = (int)(TimeProvider.System.GetElapsedTime(began).TotalSeconds * perSecond);
                await timer.WaitForNextTickAsync(CancellationToken.None);
            }
        }

        async Task ImpatientAsync(int number)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "metrics");
            request.Headers.Add("X-Prometheus-Scrape-Timeout-Seconds", "1e-7");
            using var answer = await besieged.Stranger.SendAsync(request);
        }

        async Task FormAsync(int number)
        {
            using var form = new StringContent(new string('x', 1 << 20), Encoding.ASCII, "application/x-www-form-urlencoded");
            using var answer = await besieged.Stranger.PostAsync("ui/sign-in", form);
        }

        async Task WrongTokenAsync(int number)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "config");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", $"wrong-token-number-{number}");
            using var answer = await besieged.Stranger.SendAsync(request);
        }

        async Task FloodAsync(int number)
        {
            var alerts = new JsonArray();
            for (var alert = 0; alert < AlertsPerWebhook; alert++)
            {
                alerts.Add(new JsonObject
                {
                    ["status"] = "firing",
                    ["labels"] = new JsonObject { ["alertname"] = "Flood", ["bot"] = "alpha", ["heal"] = "restore_config" },
                    ["annotations"] = new JsonObject(),
                    ["startsAt"] = "2026-11-24T00:00:00Z",
                    ["endsAt"] = "0001-01-01T00:00:00Z",
                    ["fingerprint"] = $"{number:x}-{alert:x}",
                });
            }

            using var body = new StringContent(
                new JsonObject { ["version"] = "4", ["status"] = "firing", ["alerts"] = alerts }.ToJsonString(), Encoding.UTF8, "application/json");
            using var answer = await besieged.Http.PostAsync("heal", body);
        }

        Task WriteAsync(int number) =>
            File.WriteAllTextAsync(Path.Combine(_bot.Root, "feature_store", "intelligence", $"SYM{number % 200}_intel.json"), "");
    }

    /// <summary>A stranger's request may be refused, cut off or never answered; what counts is what Prometheus is told.</summary>
    private static async Task TryAsync(Func<int, Task> act, int number)
    {
        try
        {
            await act(number);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
        }
    }

    private static HttpClient Scraper(PublishedExporter exporter)
    {
        var client = new HttpClient { BaseAddress = exporter.Address };
        client.DefaultRequestHeaders.Add("X-Prometheus-Scrape-Timeout-Seconds", "10");
        return client;
    }

    private static string[] Statuses(string metrics) =>
    [
        .. metrics.Split('\n').Where(line =>
            line.StartsWith("tradingbot_check_status{", StringComparison.Ordinal) || line.StartsWith("tradingbot_trading_state{", StringComparison.Ordinal)),
    ];

    private static int Resident(PublishedExporter exporter) => int.Parse(
        File.ReadLines($"/proc/{exporter.Program.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);
}
