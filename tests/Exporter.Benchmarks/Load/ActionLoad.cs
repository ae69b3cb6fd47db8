using System.Diagnostics;
using System.Globalization;

namespace Exporter.Benchmarks.Load;

/// <summary>
/// <c>load action URL COUNT PIPE PAUSE_MS FILE BOT ACTION</c>: takes the file away and sends one webhook at a time to an idle server whose
/// action puts the file back and writes a line into the named pipe; prints how long the line took from the sending of the request.
/// </summary>
internal static class ActionLoad
{
    // Before these, neither side has run the way once.
    private const int WarmUp = 5;

    public static async Task<int> RunAsync(Uri url, int count, string pipe, TimeSpan pause, string file, string bot, string action)
    {
        using var client = new HttpClient();
        // Open for writing too: a pipe without a writer would end between two actions.
        using var lines = new StreamReader(new FileStream(pipe, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 1));
        using var pace = new PeriodicTimer(pause);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30) + 3 * (count + WarmUp) * pause);
        var latencies = new Latencies();
        var first = (int)(Stopwatch.GetTimestamp() % 1_000_000) * 1000;
        for (var number = 0; number < count + WarmUp; number++)
        {
            File.Delete(file);
            await pace.WaitForNextTickAsync(limit.Token);
            // An alert comes of scrapes: the exporter has seen before that the file is gone. (webhook answers 404.)
            using var scrape = await client.GetAsync(new Uri(url, "/metrics"), limit.Token);
            var sent = Stopwatch.GetTimestamp();
            await PostAsync(number, "firing");
            await lines.ReadLineAsync(limit.Token);
            if (number >= WarmUp)
            {
                latencies.Add(Stopwatch.GetElapsedTime(sent));
            }

            // The next one is then an episode of its own, as it would be from Alertmanager.
            await pace.WaitForNextTickAsync(limit.Token);
            await PostAsync(number, "resolved");
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"p50_ms={latencies.Percentile(0.5):F2} p99_ms={latencies.Percentile(0.99):F2} count={latencies.Count}"));
        return 0;

        async Task PostAsync(int number, string status)
        {
            using var request = WebhookLoad.Request(url, "", first + number, bot, action, status);
            using var answer = await client.SendAsync(request, limit.Token);
            answer.EnsureSuccessStatusCode();
        }
    }
}
