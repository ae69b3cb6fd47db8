using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Demo.Loop;
using Exporter.Healing;
using Exporter.Healing.Ledger;

namespace Exporter.EndToEnd.Loop;

/// <summary>
/// Looks at a running loop once a second, as a person with three browser tabs would, and remembers what it saw: gauges and alerts in
/// Prometheus, steps in the healing journal.
/// </summary>
internal sealed class LoopWatch : IAsyncDisposable
{
    // Prometheus remembers what passes between two looks: on a busy machine an alert may come and go.
    private const string Memory = "30m";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // Many times what the slowest course takes; it only ends a test that has failed already.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    private readonly DemoLoop _loop;
    private readonly JournalTail _journal;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _looking;
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LoopWatch(DemoLoop loop)
    {
        _loop = loop;
        _journal = new JournalTail(Path.Combine(loop.Storage, "logs", "failure_point_healing.jsonl"));
        _looking = LookAsync(_stop.Token);
    }

    /// <summary>Each (bot, check, status) that the gauge shows now.</summary>
    public ImmutableHashSet<(string Bot, string Check, string Status)> Statuses { get; private set; } = [];

    /// <summary>Each (bot, check, status) that the gauge has shown.</summary>
    public ImmutableHashSet<(string Bot, string Check, string Status)> Seen { get; private set; } = [];

    /// <summary>Each (alert, bot) that fires now.</summary>
    public ImmutableHashSet<(string Alert, string Bot)> Firing { get; private set; } = [];

    /// <summary>Each (alert, bot) that has fired.</summary>
    public ImmutableHashSet<(string Alert, string Bot)> Fired { get; private set; } = [];

    /// <summary>Each (alert, bot) that Alertmanager has been seen to hold as active. It forgets what is resolved, so that a short one may be missed.</summary>
    public ImmutableHashSet<(string Alert, string Bot)> Reached { get; private set; } = [];

    /// <summary>The exporter has heard from Alertmanager. Before the first time it heals on its own: where none was ever heard, none is missed.</summary>
    public bool WatchdogHeard { get; private set; }

    public ImmutableList<HealingLine> Healings { get; private set; } = [];

    /// <summary>Each (bot, action, outcome) that Prometheus has a count of, with the count.</summary>
    public ImmutableSortedSet<(string Bot, string Action, string Outcome, int Count)> Attempts { get; private set; } = [];

    /// <summary>The same three as the ledger has them now, and the numbers of all its steps.</summary>
    public (ImmutableSortedSet<(string Bot, string Action, string Outcome, int Count)> Attempts, ImmutableSortedSet<long> Steps) Ledger()
    {
        var healings = new HealingHistory(Path.Combine(_loop.Storage, "healing.db")).Find(new HealingQuery(Limit: HealingHistory.MaxLimit));
        Assert.True(healings.Length < HealingHistory.MaxLimit, "the ledger holds more than one look takes in");
        var ended = healings.Where(entry => entry.Healing is { State: HealingState.Ended, DryRun: false });
        return (
            [.. ended.GroupBy(entry => (entry.Healing.Bot, entry.Healing.Action, entry.Healing.State.Name)).Select(group => (group.Key.Bot, group.Key.Action, group.Key.Name, group.Count()))],
            [.. healings.SelectMany(entry => entry.Steps).Select(step => step.Number)]);
    }

    /// <summary>How many looks there have been.</summary>
    public int Looks { get; private set; }

    public Uri Prometheus => _loop.Prometheus!.Address;

    /// <exception cref="Xunit.Sdk.XunitException">It did not come to that.</exception>
    public async Task UntilAsync(Func<bool> condition, string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            var next = Volatile.Read(ref _next).Task;
            try
            {
                await next.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                throw new Xunit.Sdk.XunitException($"Not within {Patience}: {what}. Firing: {string.Join(", ", Firing)}.");
            }
        }
    }

    public IEnumerable<HealingLine> Of(string bot, string action) => Healings.Where(line => line.Bot == bot && line.Action == action);

    public async Task<JsonNode> AskAsync(string pathAndQuery) =>
        JsonNode.Parse(await _http.GetStringAsync(new Uri(Prometheus, pathAndQuery)))!["data"]!;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _http.Dispose();
    }

    private async Task LookAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Interval);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            Healings = Healings.AddRange(_journal.Read().Select(HealingLine.Of));
            try
            {
                await LookAtPrometheusAsync();
                await LookAtAlertmanagerAsync();
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                // The test has just killed it.
            }

            Looks++;
            Interlocked.Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        }
    }

    private async Task LookAtPrometheusAsync()
    {
        Statuses = [.. (await LabelsAsync("tradingbot_check_status == 1")).Select(
            labels => ((string)labels["bot"]!, (string)labels["check"]!, (string)labels["status"]!))];
        WatchdogHeard = (await LabelsAsync("tradingbot_watchdog_last_received_timestamp_seconds > 0")).Any();
        Seen = [.. (await LabelsAsync($"max_over_time(tradingbot_check_status[{Memory}]) == 1")).Select(
            labels => ((string)labels["bot"]!, (string)labels["check"]!, (string)labels["status"]!))];
        Attempts = [.. (await SeriesAsync("tradingbot_healing_attempts_total > 0")).Select(series => (
            (string)series["metric"]!["bot"]!,
            (string)series["metric"]!["action"]!,
            (string)series["metric"]!["outcome"]!,
            int.Parse((string)series["value"]![1]!, CultureInfo.InvariantCulture)))];
        Firing = await AlertsAsync("ALERTS{alertstate=\"firing\"}");
        Fired = await AlertsAsync($"max_over_time(ALERTS{{alertstate=\"firing\"}}[{Memory}])");
    }

    private async Task LookAtAlertmanagerAsync()
    {
        var alerts = JsonNode.Parse(await _http.GetStringAsync(new Uri(_loop.Alertmanager!.Address, "api/v2/alerts")))!.AsArray();
        Reached = Reached.Union(alerts.Select(alert => ((string)alert!["labels"]!["alertname"]!, (string?)alert["labels"]!["bot"] ?? "")));
    }

    private async Task<ImmutableHashSet<(string Alert, string Bot)>> AlertsAsync(string query) =>
        [.. (await LabelsAsync(query)).Select(labels => ((string)labels["alertname"]!, (string?)labels["bot"] ?? ""))];

    private async Task<IEnumerable<JsonNode>> LabelsAsync(string query) => (await SeriesAsync(query)).Select(series => series["metric"]!);

    private async Task<IEnumerable<JsonNode>> SeriesAsync(string query) =>
        (await AskAsync($"api/v1/query?query={Uri.EscapeDataString(query)}"))["result"]!.AsArray().OfType<JsonNode>();
}
