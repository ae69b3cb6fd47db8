using Exporter.Bots;
using Exporter.Checks;
using Exporter.Commands;
using Exporter.Evaluation;
using Exporter.Server;
using Exporter.Storage;
using Exporter.Tests.Bots;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Tests.Commands;

public sealed class SeenSourcesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FeatureStoreFixture _bot = FeatureStoreFixture.With(blockedUntil: DateTimeOffset.UtcNow.AddHours(1));
    private readonly StorageDirectory _storage;

    public SeenSourcesTests() => _storage = StorageDirectory.Open(_directory["state"]);

    public void Dispose()
    {
        _storage.Dispose();
        _bot.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_kill_switch_that_was_lost_while_the_exporter_was_down_is_unknown_and_not_never_triggered()
    {
        await RunOnceAsync();
        File.Delete(_bot[FeatureStoreFixture.KillSwitch]);

        var result = await RunOnceAsync();

        Assert.Equal(CheckStatus.Unknown, result.Status);
        Assert.Equal("lost", result.Cause);
    }

    [Fact]
    public async Task A_broken_memory_is_said_and_stops_nothing()
    {
        File.WriteAllText(Path.Combine(_storage.Path, "seen_sources.json"), "[1, 2");

        var result = await RunOnceAsync();

        Assert.Equal(CheckStatus.Critical, result.Status);
    }

    /// <summary>One life of an exporter: restore, look once at the kill switch, stop.</summary>
    private async Task<CheckResult> RunOnceAsync()
    {
        var bot = _bot.Read();
        var evaluator = new Evaluator([new MonitoredBot(bot, [new KillSwitchCheck(bot, new KillSwitchOptions())])], TimeProvider.System);
        var seen = new SeenSources(
            evaluator,
            _storage,
            new WriteFailures(Prometheus.Metrics.WithCustomRegistry(Prometheus.Metrics.NewCustomRegistry()), NullLogger<WriteFailures>.Instance, TimeProvider.System),
            NullLogger<SeenSources>.Instance);
        seen.Restore();
        await seen.StartAsync(CancellationToken.None);
        var snapshot = await evaluator.EvaluateAsync(TimeSpan.FromSeconds(30), CancellationToken.None);
        await seen.StopAsync(CancellationToken.None);
        return snapshot.Find("alpha")!.Find("kill_switch")!.Result;
    }
}
