using System.Text.Json.Nodes;

namespace Demo.Loop;

/// <summary>
/// Tells in plain sentences what is happening, from what everybody can see: the faults, the exporter's two journals and Prometheus' alerts.
/// </summary>
internal sealed class Narrator(DemoLoop loop, TextWriter output, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ScrapeInterval = TimeSpan.FromSeconds(1);

    private const string CallsAPerson = " A person is called.";

    private readonly JournalTail _checks = new(Path.Combine(loop.Storage, "logs", "failure_point_monitor.jsonl"));
    private readonly JournalTail _healings = new(Path.Combine(loop.Storage, "logs", "failure_point_healing.jsonl"));
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(2) };
    private readonly Dictionary<string, string> _statuses = [];
    private HashSet<string> _alerts = [];
    private long _scrapedAt;

    public async Task TellAsync(CancellationToken cancellation)
    {
        loop.Simulations[0].Faults.Turned += TellFault;
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            foreach (var line in _checks.Read())
            {
                TellChecks(line);
            }

            await TellAlertsAsync(cancellation);
            foreach (var line in _healings.Read())
            {
                TellHealing(line);
            }
        }
    }

    public void Say(string kind, string sentence)
    {
        lock (output)
        {
            // The demo has said where its files lie.
            var shown = sentence.Replace($"{Path.GetDirectoryName(loop.Storage)}/", "", StringComparison.Ordinal);
            output.WriteLine($"{time.GetLocalNow():HH:mm:ss}  {kind,-9} {shown}");
        }
    }

    public void Dispose()
    {
        loop.Simulations[0].Faults.Turned -= TellFault;
        _http.Dispose();
    }

    private void TellFault(Faults.Fault fault, bool injected) =>
        Say(injected ? "fault" : "cleared", injected ? $"{fault.Happens} ({fault.Name})" : $"{fault.Name} has been put right from outside.");

    private void TellChecks(JsonObject line)
    {
        var bot = (string?)line["bot"];
        foreach (var (check, state) in line["checks"] as JsonObject ?? [])
        {
            var status = (string?)state?["status"] ?? "unknown";
            var before = _statuses.GetValueOrDefault($"{bot}/{check}", "ok");
            _statuses[$"{bot}/{check}"] = status;
            if (before != status)
            {
                Say(status == "ok" ? "well" : "detected", $"{bot}: {check} is {status}. {(string?)state?["reason"]}");
            }
        }
    }

    private async Task TellAlertsAsync(CancellationToken cancellation)
    {
        if (loop.Prometheus is null)
        {
            await ScrapeAsync(cancellation);
            return;
        }

        if (loop.Prometheus is not { Running: true } prometheus)
        {
            return;
        }

        var firing = new HashSet<string>();
        try
        {
            var answer = JsonNode.Parse(await _http.GetStringAsync(new Uri(prometheus.Address, "/api/v1/alerts"), cancellation));
            foreach (var alert in answer?["data"]?["alerts"] as JsonArray ?? [])
            {
                if ((string?)alert?["state"] == "firing" && (string?)alert["labels"]?["alertname"] is { } name and not "Watchdog")
                {
                    firing.Add($"{name}: {(string?)alert["annotations"]?["summary"]}{(CallsAtOnce(alert["labels"]!) ? CallsAPerson : "")}");
                }
            }
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            // It restarts; what fired before still does until it says otherwise.
            return;
        }

        foreach (var alert in firing.Except(_alerts))
        {
            Say("alert", $"{alert}");
        }

        foreach (var alert in _alerts.Except(firing))
        {
            Say("resolved", alert.Replace(CallsAPerson, "", StringComparison.Ordinal));
        }

        _alerts = firing;
    }

    /// <summary>In place of a Prometheus that is not installed: left alone, the exporter looks once a minute, too slow for a demo.</summary>
    private async Task ScrapeAsync(CancellationToken cancellation)
    {
        if (time.GetElapsedTime(_scrapedAt) < ScrapeInterval)
        {
            return;
        }

        _scrapedAt = time.GetTimestamp();
        try
        {
            using var answer = await _http.GetAsync(new Uri(loop.Exporter.Address, "/metrics"), cancellation);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            // It restarts; the next round asks again.
        }
    }

    private void TellHealing(JsonObject line)
    {
        var outcome = (string?)line["outcome"];
        Say(
            outcome is { Length: > 0 } ? outcome : "healing",
            $"{(string?)line["bot"]}: {(string?)line["action"]} {Does((string?)line["step"])}. {(string?)line["reason"]}");
    }

    private static string Does(string? step) => step switch
    {
        "running" => "runs",
        "verifying" => "has acted, and the check is looked at again",
        "healed" => "has healed",
        "failed" => "has failed",
        "suggested" => "only suggests",
        _ => $"is {step}",
    };

    /// <summary>As alertmanager.yml routes: where an action exists, it has its time first.</summary>
    private static bool CallsAtOnce(JsonNode labels) => (string?)labels["severity"] == "critical" && labels["heal"] is null;
}
