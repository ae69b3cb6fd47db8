using System.Collections.Immutable;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Demo.Bot;
using Demo.Faults;
using Demo.Loop;

namespace Exporter.EndToEnd.Loop;

/// <summary>
/// One loop whose troubles are the exporter's own, or take an hour in earnest: 240 times faster than that, and what rules look back over
/// 60 times shorter. Troubles that bother nobody else run side by side; the others follow each other, the exporter's death last.
/// </summary>
public sealed class TroubledLoop : IAsyncLifetime
{
    // Each bot has the name of its trouble. All of them together are the storm.
    private const string Certificate = "certificate";
    private const string Circuit = "circuit";
    private const string Disk = "disk";
    private const string Flapping = "flapping";
    private const string Stuck = "stuck";
    private const string Freqtrade = "freqtrade";
    private const string NoBot = "";

    // Three in an hour are the alert; on a busy machine the first may be forgotten before the third.
    private const int MostTimes = 12;

    private readonly TemporaryDirectory _directory = new();
    private readonly Dictionary<string, Task> _courses = [];
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private PageSink _pages = null!;
    private DemoLoop? _loop;
    private SmallDisk? _disk;

    /// <summary>The alerts that are fired here.</summary>
    internal static ImmutableArray<string> Alerts { get; } =
    [
        "TradingBotExporterReloadFailed",
        "TradingBotHealingPaused",
        "TradingBotUnreachable",
        "TradingBotFailurePoint",
        "TradingBotFailurePointWarning",
        "TradingBotLosing",
        "TradingBotStopped",
        "TradingBotCertificateExpiring",
        "TradingBotDiskFillingUp",
        "TradingBotRecordsNotWritten",
        "TradingBotHealingStorm",
        "TradingBotHealingFlapping",
        "TradingBotHealingStuck",
        "TradingBotHealingCircuitOpen",
        "TradingBotWebhookRejected",
        "TradingBotAlertingPathSilent",
        "TradingBotHealingLedgerUnwritable",
        "TradingBotExporterDown",
    ];

    internal LoopWatch Watch { get; private set; } = null!;

    /// <summary>Null when Prometheus or Alertmanager is not installed: the tests are skipped.</summary>
    internal string? WhyNot { get; private set; }

    /// <summary>Why no disk could be filled; null when one could.</summary>
    internal string? WhyNoDisk { get; private set; }

    public async Task InitializeAsync()
    {
        if (Programs.Prometheus is null || Programs.Alertmanager is null)
        {
            WhyNot = "prometheus or prometheus-alertmanager is not installed; ./test.sh installs them";
            return;
        }

        _pages = await PageSink.StartAsync();
        (_disk, WhyNoDisk) = SmallDisk.Mount(_directory[$"bots/{Disk}"]);
        _loop = await DemoLoop.StartAsync(
            new LoopOptions(_directory.Path, new LoopPace(240, 60), new Random(1))
            {
                Bots = [Certificate, Circuit, Disk, Flapping, Stuck, Freqtrade],
                IsFreqtrade = bot => bot == Freqtrade,
                Pages = _pages.Address,
                Tune = Tune,
                // Nothing heals on its own here, also while Alertmanager's webhooks are refused.
                WatchdogSilence = TimeSpan.FromHours(240),
            },
            CancellationToken.None);
        Watch = new LoopWatch(_loop);
        Begin();
    }

    public async Task DisposeAsync()
    {
        if (WhyNot is null)
        {
            await AllAsync(_courses.Values);
            await Watch.DisposeAsync();
            await _loop!.DisposeAsync();
            await _pages.DisposeAsync();
        }

        _disk?.Dispose();
        _http.Dispose();
        _directory.Dispose();
    }

    internal Task FollowAsync(string alert) => _courses[alert];

    private static void Tune(string bot, JsonObject checks)
    {
        if (bot == Circuit)
        {
            // Both staleness checks read one timestamp; here refresh_coinglass alone is asked for.
            checks["IntelligenceFreshness"] = new JsonObject { ["MaxAge"] = "1h" };
        }
    }

    private void Begin()
    {
        var start = Watch.UntilAsync(() => Watch.WatchdogHeard, "Alertmanager is heard");
        // A reload closes circuits, so it comes before them.
        var reloaded = CourseAsync("TradingBotExporterReloadFailed", NoBot, start, BreakConfigurationAsync, MendConfigurationAsync);
        var pauses = new Uri("/api/v1/pauses", UriKind.Relative);
        var paused = CourseAsync(
            "TradingBotHealingPaused",
            NoBot,
            start,
            async () => pauses = (await SendAsync(HttpMethod.Post, pauses, new JsonObject { ["reason"] = "Maintenance.", ["bots"] = new JsonArray(Certificate) }))!,
            () => SendAsync(HttpMethod.Delete, pauses));
        var certified = CourseAsync(
            "TradingBotCertificateExpiring",
            Certificate,
            start,
            () => Of(Certificate).Exchange.ShowCertificateAsync(TimeSpan.FromDays(3), CancellationToken.None),
            () => Of(Certificate).Exchange.ShowCertificateAsync(null, CancellationToken.None));
        var freed = WhyNoDisk is null ? CourseAsync("TradingBotDiskFillingUp", Disk, start, FillDiskAsync, FreeDiskAsync) : Task.CompletedTask;
        _courses["TradingBotDiskFillingUp"] = freed;
        var points = Befalls("TradingBotFailurePoint", "freqtrade-stuck-exit", start);
        var parts = Befalls("TradingBotFailurePointWarning", "freqtrade-strategy-one", points);
        var lost = Befalls("TradingBotLosing", "freqtrade-loss", parts);
        var started = Befalls("TradingBotStopped", "freqtrade-stopped-itself", lost);
        var reached = Befalls("TradingBotUnreachable", "freqtrade-unreachable", started);
        var recorded = CourseAsync("TradingBotRecordsNotWritten", NoBot, start, BlockSummaryAsync, UnblockSummaryAsync);
        var calmed = CourseAsync("TradingBotHealingStorm", NoBot, start, () => Storm(inject: true), () => Storm(inject: false), pages: true);

        var flapped = new TaskCompletionSource();
        var flapping = CourseAsync("TradingBotHealingFlapping", Flapping, reloaded, FlapAsync, () => Done(flapped.SetResult));
        var unstuck = CourseAsync(
            "TradingBotHealingStuck",
            Stuck,
            reloaded,
            () => ChangeAsync(Stuck, RefreshAnswer.Hangs, IntelligenceFeed.Empty),
            () => ChangeAsync(Stuck, RefreshAnswer.Obeys, IntelligenceFeed.Fresh));
        var closed = CourseAsync(
            "TradingBotHealingCircuitOpen",
            NoBot,
            reloaded,
            () => ChangeAsync(Circuit, RefreshAnswer.Refuses, IntelligenceFeed.Stopped),
            () => ChangeAsync(Circuit, RefreshAnswer.Obeys, IntelligenceFeed.Fresh));

        // From here on nobody can be healed: first all healings, then the token, then the ledger, which the pause needs too.
        var healed = AllAsync([unstuck, closed, Task.WhenAny(flapping, flapped.Task)]);
        var refused = CourseAsync(
            ["TradingBotWebhookRejected", "TradingBotAlertingPathSilent"], NoBot, healed, () => GiveTokenAsync("wrong"), () => GiveTokenAsync(_loop!.Token));
        LedgerLock? ledger = null;
        var written = CourseAsync(
            "TradingBotHealingLedgerUnwritable",
            NoBot,
            AllAsync([refused, paused]),
            () => Done(() => ledger = new LedgerLock(Path.Combine(_loop!.Storage, "healing.db"))),
            () => Done(() => ledger!.Dispose()),
            pages: true);
        CourseAsync(
            "TradingBotExporterDown",
            NoBot,
            AllAsync([certified, reached, freed, recorded, calmed, flapping, written]),
            _loop!.Exporter.KillAsync,
            () => _loop.Exporter.StartAsync(CancellationToken.None),
            pages: true);
    }

    private Task Befalls(string alert, string fault, Task after) => CourseAsync(alert, Freqtrade, after, () => TurnAsync(fault, true), () => TurnAsync(fault, false));

    private Task TurnAsync(string fault, bool on) =>
        on ? Of(Freqtrade).Faults.InjectAsync(FaultCatalogue.Find(fault)!, CancellationToken.None) : Of(Freqtrade).Faults.ClearAsync(FaultCatalogue.Find(fault)!, CancellationToken.None);

    private Task CourseAsync(string alert, string bot, Task after, Func<Task> trouble, Func<Task> mend, bool pages = false) =>
        CourseAsync([alert], bot, after, trouble, mend, pages);

    /// <summary>One trouble from its beginning to its end, with all alerts that it is followed to.</summary>
    private Task CourseAsync(ImmutableArray<string> alerts, string bot, Task after, Func<Task> trouble, Func<Task> mend, bool pages = false)
    {
        var course = FollowAsync();
        foreach (var alert in alerts)
        {
            _courses[alert] = course;
        }

        return course;

        async Task FollowAsync()
        {
            // Whether it went well is said by its own test.
            await AllAsync([after]);
            await trouble();
            foreach (var alert in alerts)
            {
                await Watch.UntilAsync(() => Watch.Fired.Contains((alert, bot)), $"{alert} fires");
                await Watch.UntilAsync(() => Watch.Reached.Contains((alert, bot)), $"{alert} reaches Alertmanager");
                await Watch.UntilAsync(() => !pages || _pages.Has(alert, bot, "firing"), $"a person is called by {alert}");
            }

            await mend();
            foreach (var alert in alerts)
            {
                await Watch.UntilAsync(() => !Watch.Firing.Contains((alert, bot)), $"{alert} is resolved");
                await Watch.UntilAsync(() => !pages || _pages.Has(alert, bot, "resolved"), $"the person is told that {alert} is over");
            }
        }
    }

    private Simulation Of(string bot) => _loop!.Simulations.Single(simulation => simulation.Bot.Name == bot);

    private Task ChangeAsync(string bot, RefreshAnswer answer, IntelligenceFeed feed) => Of(bot).Bot.ChangeAsync(
        state =>
        {
            state.Refresh = answer;
            state.Feed = feed;
        },
        CancellationToken.None);

    /// <summary>The same fault comes back as soon as it is healed, until somebody notices. A fault that comes back too fast exhausts its healing instead.</summary>
    private async Task FlapAsync()
    {
        var fault = FaultCatalogue.Find("kill-switch-overdue")!;
        var faults = Of(Flapping).Faults;
        for (var times = 0; times < MostTimes && !HasFired(); times++)
        {
            var before = Ends();
            await faults.InjectAsync(fault, CancellationToken.None);
            await Watch.UntilAsync(() => Ends() > before || HasFired(), "the block is cleared, or its clearing exhausted");
            await faults.ClearAsync(fault, CancellationToken.None);
            await Watch.UntilAsync(
                () => Watch.Statuses.Contains((Flapping, fault.Check, "ok")) && !Watch.Firing.Contains(("TradingBotKillSwitchOverdue", Flapping)),
                "TradingBotKillSwitchOverdue is resolved");
        }

        bool HasFired() => Watch.Fired.Contains(("TradingBotHealingFlapping", Flapping));
        int Ends() => Watch.Of(Flapping, "verify_kill_switch").Count(line => line.Outcome == "healed" || line.Step == "exhausted");
    }

    private Task Storm(bool inject) => Task.WhenAll(_loop!.Simulations.Select(simulation =>
    {
        var fault = FaultCatalogue.Find("symbol-on-probation")!;
        return inject ? simulation.Faults.InjectAsync(fault, CancellationToken.None) : simulation.Faults.ClearAsync(fault, CancellationToken.None);
    }));

    private Task FillDiskAsync() => _disk!.FillMostAsync();

    private Task FreeDiskAsync() => Done(_disk!.Free);

    private string Summary => Path.Combine(_loop!.Storage, "logs", "failure_point_monitor_summary.json");

    /// <summary>A directory where the summary belongs: not even root can write over that.</summary>
    private Task BlockSummaryAsync() => Eventually.TrueAsync(
        () =>
        {
            // The exporter may put a new one in place in between; then the directory cannot be made, and it is tried again.
            File.Delete(Summary);
            Directory.CreateDirectory(Summary);
            return Task.FromResult(true);
        },
        TimeSpan.FromMinutes(1),
        "a directory stands in the summary's place");

    private Task UnblockSummaryAsync() => Done(() => Directory.Delete(Summary));

    private string Configuration => _directory["exporter.json"];

    private string _configuration = "";

    private async Task BreakConfigurationAsync()
    {
        _configuration = await File.ReadAllTextAsync(Configuration);
        await File.WriteAllTextAsync(Configuration, _configuration[..(_configuration.Length / 2)]);
        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(HttpMethod.Post, Reload));
    }

    private async Task MendConfigurationAsync()
    {
        await File.WriteAllTextAsync(Configuration, _configuration);
        await SendAsync(HttpMethod.Post, Reload);
    }

    private static Uri Reload { get; } = new("/-/reload", UriKind.Relative);

    /// <summary>Alertmanager reads another file with its token.</summary>
    private async Task GiveTokenAsync(string token)
    {
        var file = _directory[$"token-of-alertmanager-{token.Length}"];
        await File.WriteAllTextAsync(file, token);
        var configuration = _directory["alertmanager/alertmanager.yml"];
        var lines = await File.ReadAllLinesAsync(configuration);
        var line = Array.FindIndex(lines, text => text.TrimStart().StartsWith("credentials_file:", StringComparison.Ordinal));
        lines[line] = $"{lines[line][..lines[line].IndexOf(':')]}: {file}";
        await File.WriteAllLinesAsync(configuration, lines);
        using var answer = await _http.PostAsync(new Uri(_loop!.Alertmanager!.Address, Reload), null);
        answer.EnsureSuccessStatusCode();
    }

    /// <returns>Where what was made is to be found.</returns>
    private async Task<Uri?> SendAsync(HttpMethod method, Uri path, JsonObject? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(_loop!.Exporter.Address, path));
        request.Headers.Authorization = new("Bearer", _loop.Token);
        request.Content = body is null ? null : JsonContent.Create(body);
        using var answer = await _http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return answer.Headers.Location;
    }

    private static Task Done(Action act)
    {
        act();
        return Task.CompletedTask;
    }

    private static async Task AllAsync(IEnumerable<Task> tasks) => await Task.WhenAll(tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
