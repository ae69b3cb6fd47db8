using Demo.Faults;
using Demo.Loop;

namespace Exporter.EndToEnd.Loop;

/// <summary>Each of the three programs dies in the middle of a healing and comes back.</summary>
public sealed class RestartTests
{
    private const string Bot = "alpha";
    private static readonly Fault Torn = FaultCatalogue.Find("config-torn")!;
    private static readonly Fault Stale = FaultCatalogue.Find("intelligence-stale")!;

    [SkippableFact]
    public async Task A_healing_survives_the_death_of_every_program_in_turn()
    {
        using var directory = new TemporaryDirectory();
        await using var loop = await StartAsync(directory);
        await using var watch = new LoopWatch(loop);
        await watch.UntilAsync(() => watch.Statuses.Contains((Bot, Torn.Check, "ok")), "the config is valid at first");

        await loop.Simulations[0].Faults.InjectAsync(Torn, CancellationToken.None);
        await watch.UntilAsync(() => watch.Seen.Contains((Bot, Torn.Check, "critical")), "the fault is found");
        await KillAndRestartAsync(loop.Prometheus!);
        await watch.UntilAsync(() => watch.Of(Bot, "restore_config").Any(line => line.Step == "accepted"), "the healing is accepted");
        await KillAndRestartAsync(loop.Exporter);
        await KillAndRestartAsync(loop.Alertmanager!);
        await watch.UntilAsync(() => watch.Of(Bot, "restore_config").Any(line => line.Outcome == "healed"), "the config is restored");
        await watch.UntilAsync(() => watch.Statuses.Contains((Bot, Torn.Check, "ok")), "the gauge is ok again");
        await watch.UntilAsync(() => !watch.Firing.Contains(("TradingBotConfigInvalid", Bot)), "the alert is resolved");

        // The journal may tell a step twice around a crash, with the same number.
        Assert.Single(watch.Of(Bot, "restore_config").Where(line => line.Outcome == "healed").DistinctBy(line => line.Number));
    }

    [SkippableFact]
    public async Task Without_Alertmanager_the_exporter_heals_on_its_own()
    {
        using var directory = new TemporaryDirectory();
        await using var loop = await StartAsync(directory);
        await using var watch = new LoopWatch(loop);
        await watch.UntilAsync(
            () => watch.WatchdogHeard && watch.Statuses.Contains((Bot, Stale.Check, "ok")), "Alertmanager is heard, and the intelligence is fresh at first");
        await loop.Alertmanager!.KillAsync();

        await loop.Simulations[0].Faults.InjectAsync(Stale, CancellationToken.None);
        await watch.UntilAsync(() => watch.Of(Bot, "refresh_intelligence").Any(line => line.Outcome == "healed"), "the exporter has healed");

        Assert.Equal("autonomous", watch.Of(Bot, "refresh_intelligence").First().Trigger);
    }

    private static Task<DemoLoop> StartAsync(TemporaryDirectory directory)
    {
        Skip.If(Programs.Prometheus is null || Programs.Alertmanager is null, "prometheus or prometheus-alertmanager is not installed; ./test.sh installs them");
        return DemoLoop.StartAsync(
            new LoopOptions(directory.Path, LoopPace.Demo, new Random(1))
            {
                // Both staleness checks read one timestamp, and whichever action comes first heals both: let it be one.
                Tune = (_, checks) => checks["CoinGlassApi"]!["MaxAge"] = "1h",
            },
            CancellationToken.None);
    }

    private static async Task KillAndRestartAsync(ChildProcess program)
    {
        await program.KillAsync();
        await program.StartAsync(CancellationToken.None);
    }
}
