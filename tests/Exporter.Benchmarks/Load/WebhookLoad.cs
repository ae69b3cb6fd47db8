using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace Exporter.Benchmarks.Load;

/// <summary>
/// <c>load webhook URL PID COUNT RATE TOKEN BOT ACTION</c>: POSTs of Alertmanager's form at a fixed rate (open loop: a late answer
/// delays no later request), each with a fingerprint of its own.
/// </summary>
internal static class WebhookLoad
{
    private const int WarmUp = 200;

    public static async Task<int> RunAsync(Uri url, int process, int count, int rate, string token, string bot, string action)
    {
        using var client = new HttpClient();
        var latencies = new Latencies();
        var answers = new Dictionary<int, int>();
        for (var warm = 0; warm < Math.Min(WarmUp, count); warm++)
        {
            await PostAsync(count + warm);
        }

        latencies.Clear();
        answers.Clear();
        var before = ProcessUse.Of(process);
        var start = Stopwatch.GetTimestamp();
        var running = new List<Task>(count);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        while (running.Count < count && await pace.WaitForNextTickAsync())
        {
            var due = Math.Min(count, (int)(Stopwatch.GetElapsedTime(start).TotalSeconds * rate));
            while (running.Count < due)
            {
                running.Add(PostAsync(running.Count));
            }
        }

        await Task.WhenAll(running);
        var after = ProcessUse.Of(process);
        var codes = string.Join(',', answers.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}:{pair.Value}"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"cpu_ms={(after.Cpu - before.Cpu).TotalMilliseconds / count:F3} p50_ms={latencies.Percentile(0.5):F2} p99_ms={latencies.Percentile(0.99):F2} " +
            $"per_second={count / Stopwatch.GetElapsedTime(start).TotalSeconds:F0} rss_mb={after.ResidentBytes / 1e6:F1} codes={codes}"));
        return answers.Keys.All(code => code is >= 200 and < 300) ? 0 : 1;

        async Task PostAsync(int number)
        {
            using var request = Request(url, token, number, bot, action);
            var sent = Stopwatch.GetTimestamp();
            int code;
            try
            {
                using var answer = await client.SendAsync(request);
                await answer.Content.ReadAsByteArrayAsync();
                code = (int)answer.StatusCode;
            }
            catch (HttpRequestException)
            {
                code = 0;
            }

            latencies.Add(Stopwatch.GetElapsedTime(sent));
            lock (answers)
            {
                answers[code] = answers.GetValueOrDefault(code) + 1;
            }
        }
    }

    internal static HttpRequestMessage Request(Uri url, string token, int number, string bot, string action, string status = "firing")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new StringContent(Body(number, bot, action, status), Encoding.UTF8, "application/json"),
        };
        if (token.Length > 0)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return request;
    }

    private static string Body(int number, string bot, string action, string status) => $$"""
        {"receiver":"heal","status":"{{status}}","alerts":[{"status":"{{status}}",
        "labels":{"alertname":"LoadTest","bot":"{{bot}}","heal":"{{action}}","instance":"{{number}}","severity":"warning"},
        "annotations":{},"startsAt":"{{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ss.fffffffZ}}","endsAt":"0001-01-01T00:00:00Z","generatorURL":"",
        "fingerprint":"{{number:x16}}"}],"groupLabels":{},"commonLabels":{},"commonAnnotations":{},
        "externalURL":"http://127.0.0.1:9093","version":"4","groupKey":"{}:{n=\"{{number}}\"}","truncatedAlerts":0}
        """;
}
