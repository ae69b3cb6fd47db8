using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Demo.Faults;
using Demo.Loop;

namespace Exporter.EndToEnd.Loop;

/// <summary>
/// One loop with a bot for each fault: all faults befall at once, each its own bot, and every course is followed round the loop at the
/// same time. So the whole takes as long as the slowest.
/// </summary>
public sealed class FaultyBots : IAsyncLifetime
{
    private const string Patient = "1h";

    /// <summary>The one fault that stands before anybody looks, and so before Alertmanager is heard for the first time.</summary>
    internal const string BeforeTheStart = "coinglass-rejects";

    private readonly TemporaryDirectory _directory = new();
    private readonly TaskCompletionSource<IReadOnlyList<DashboardAnswer>> _dashboards = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<string, Task> _courses = [];
    private ImmutableList<HealingLine>? _before;
    private PageSink _pages = null!;
    private DemoLoop? _loop;

    internal LoopWatch Watch { get; private set; } = null!;

    /// <summary>What was healed since Alertmanager was heard for the first time, of the faults that came after that.</summary>
    internal IEnumerable<HealingLine> Healings => Watch.Healings.Skip(_before?.Count ?? 0).Where(line => line.Bot != BeforeTheStart);

    /// <summary>What every query of every dashboard answers when all faults stand and all healings have come to their verdicts.</summary>
    internal Task<IReadOnlyList<DashboardAnswer>> Dashboards => _dashboards.Task;

    /// <summary>Null when Prometheus or Alertmanager is not installed: the tests are skipped.</summary>
    internal string? WhyNot { get; private set; }

    public async Task InitializeAsync()
    {
        if (Programs.Prometheus is null || Programs.Alertmanager is null)
        {
            WhyNot = "prometheus or prometheus-alertmanager is not installed; ./test.sh installs them";
            return;
        }

        _pages = await PageSink.StartAsync();
        _loop = await DemoLoop.StartAsync(
            new LoopOptions(_directory.Path, LoopPace.Demo, new Random(1))
            {
                Bots = [.. Course.All.Select(course => course.Fault), Freqtrade],
                IsFreqtrade = bot => bot == Freqtrade,
                Pages = _pages.Address,
                Tune = Tune,
                // Thirty bots on a busy machine: a Watchdog that comes late must not look like a dead Alertmanager.
                WatchdogSilence = TimeSpan.FromHours(1),
                // CoinGlass is asked at the start and then not for five minutes.
                Prepare = async loop =>
                {
                    await Simulation(loop, BeforeTheStart).Faults.InjectAsync(Fault(BeforeTheStart), CancellationToken.None);
                    // A point that is named and alarms nobody, so that the panels of such a bot have something to show.
                    await Simulation(loop, Freqtrade).Faults.InjectAsync(Fault("freqtrade-all-open"), CancellationToken.None);
                },
            },
            CancellationToken.None);
        Watch = new LoopWatch(_loop);
        var toVerdict = Course.All.ToDictionary(course => course.Fault, ToVerdictAsync);
        _ = LookAtDashboardsAsync(toVerdict.Values);
        foreach (var course in Course.All)
        {
            _courses[course.Fault] = ToTheEndAsync(course, toVerdict[course.Fault]);
        }
    }

    public async Task DisposeAsync()
    {
        if (WhyNot is null)
        {
            await Task.WhenAll(_courses.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Watch.DisposeAsync();
            await _loop!.DisposeAsync();
            await _pages.DisposeAsync();
        }

        _directory.Dispose();
    }

    internal Task FollowAsync(string fault) => _courses[fault];

    internal ImmutableList<PageSink.Page> Pages => _pages.Pages;

    private const int MostLooks = 20;

    /// <summary>A bot of another kind among them, to which nothing happens.</summary>
    private const string Freqtrade = "freqtrade";

    // Informs about the bot from its first evaluation on; blocked_signals has nothing to say before the first block.
    private const string WellWatched = "config_integrity";

    private static Fault Fault(string name) => FaultCatalogue.Find(name)!;

    private static Simulation Simulation(DemoLoop loop, string bot) => loop.Simulations.Single(simulation => simulation.Bot.Name == bot);

    private static void Tune(string bot, JsonObject checks)
    {
        // Both staleness checks read one timestamp: only where one of them is patient is the other's action alone.
        switch (bot)
        {
            case "coinglass-data-stale":
                checks["IntelligenceFreshness"] = new JsonObject { ["MaxAge"] = Patient };
                break;
            case "intelligence-stale" or "refresh-ignored":
                checks["CoinGlassApi"]!["MaxAge"] = Patient;
                break;
        }
    }

    private async Task ToVerdictAsync(Course course)
    {
        var fault = Fault(course.Fault);
        var bot = course.Fault;
        var faults = Simulation(_loop!, bot).Faults;
        if (!faults.Active.Contains(bot))
        {
            await Watch.UntilAsync(
                () => Watch.WatchdogHeard && Watch.Statuses.Contains((bot, WellWatched, "ok")), $"{bot}: Alertmanager is heard, and {WellWatched} is ok at first");
            _before ??= Watch.Healings;
            await faults.InjectAsync(fault, CancellationToken.None);
        }

        await Watch.UntilAsync(() => Watch.Seen.Contains((bot, fault.Check, fault.Status)), $"{bot}: the gauge shows {fault.Check} {fault.Status}");
        await Watch.UntilAsync(() => Watch.Fired.Contains((course.Alert, bot)), $"{bot}: {course.Alert} fires");
        if (course.Action is { } action)
        {
            await Watch.UntilAsync(
                () => Watch.Of(bot, action).Any(line => line.Step == "accepted" && (line.Trigger == "alertmanager" || bot == BeforeTheStart)),
                $"{bot}: {action} is asked for by Alertmanager");
            if (course.Fault == "network-down")
            {
                // The network comes back by itself, as networks do; the action is there to notice.
                await Watch.UntilAsync(() => Watch.Of(bot, action).Any(line => line.Step == "running"), $"{bot}: {action} runs");
                await faults.ClearAsync(fault, CancellationToken.None);
            }

            await Watch.UntilAsync(() => Watch.Of(bot, action).Any(line => line.Outcome == course.Outcome), $"{bot}: {action} ends {course.Outcome}");
        }

        if (!course.Healed)
        {
            await Watch.UntilAsync(() => Watch.Reached.Contains((course.Alert, bot)), $"{bot}: {course.Alert} reaches Alertmanager");
        }

        if (course.Page is { } page)
        {
            await Watch.UntilAsync(() => _pages.Has(page, bot, "firing"), $"{bot}: a person is called by {page}");
        }
    }

    private async Task ToTheEndAsync(Course course, Task toVerdict)
    {
        await toVerdict;
        await Dashboards;
        var fault = Fault(course.Fault);
        var bot = course.Fault;
        if (!course.Healed)
        {
            await Simulation(_loop!, bot).Faults.ClearAsync(fault, CancellationToken.None);
        }

        if (bot == BeforeTheStart)
        {
            // Asked again only after five minutes: the fault is cleared, the finding outlasts the test.
            return;
        }

        await Watch.UntilAsync(() => Watch.Statuses.Contains((bot, fault.Check, "ok")), $"{bot}: {fault.Check} is ok again");
        await Watch.UntilAsync(() => !Watch.Firing.Contains((course.Alert, bot)), $"{bot}: {course.Alert} is resolved");
        if (course.Page is { } page)
        {
            await Watch.UntilAsync(() => _pages.Has(page, bot, "resolved"), $"{bot}: the person is told that {page} is over");
        }
        else
        {
            Assert.DoesNotContain(_pages.Pages, called => called.Bot == bot && called.Alert == course.Alert);
        }
    }

    private async Task LookAtDashboardsAsync(IEnumerable<Task> courses)
    {
        // Also when one has failed: the others must come to their end, and the failure shows in its own test.
        await Task.WhenAll(courses).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            var answers = await DashboardAnswer.AskAllAsync(Watch);
            for (var again = 0; again < MostLooks && answers.Any(answer => !answer.HasValues); again++)
            {
                // One missed scrape on a busy machine leaves every panel empty for a second.
                var seen = Watch.Looks;
                await Watch.UntilAsync(() => Watch.Looks > seen, "another look at Prometheus");
                answers = await DashboardAnswer.AskAllAsync(Watch);
            }

            _dashboards.SetResult(answers);
        }
        catch (Exception e) when (e is HttpRequestException or Xunit.Sdk.XunitException)
        {
            _dashboards.SetException(e);
        }
    }
}
