using System.Collections.Immutable;
using Exporter.Bots;
using Exporter.Checks;
using Exporter.Evaluation;
using Exporter.Healing;
using Exporter.Healing.Engine;
using Exporter.Healing.Ledger;
using Exporter.Healing.Triggers;
using Exporter.Tests.Bots;
using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;

namespace Exporter.Tests.Healing.Actions;

/// <summary>Real actions on a real directory, judged by the real checks, driven by the real engine and its ledger.</summary>
public sealed class ActionsInEngineTests : IAsyncLifetime, IDisposable
{
    private readonly HealedBot _bot = new(FeatureStoreFixture.With(intelligenceAge: TimeSpan.FromMinutes(10)));
    private readonly TemporaryDirectory _directory = new();
    private readonly List<EscalationNotice> _escalated = [];
    private readonly Evaluator _evaluator;
    private readonly HealingLedger _ledger;
    private HealingEngine? _engine;

    public ActionsInEngineTests()
    {
        _evaluator = new Evaluator(
            [new MonitoredBot(_bot.Bot, [new ConfigIntegrity(_bot.Bot), new KillSwitchCheck(_bot.Bot, new()), new IntelligenceFreshness(_bot.Bot, new()), new PositionLimits(_bot.Bot, new())])],
            _bot.Time);
        _evaluator.Published += _bot.Watch.Observe;
        _ledger = new HealingLedger(_directory["healing.db"], _bot.Time, NullLogger<HealingLedger>.Instance);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_engine is not null)
            await _engine.DisposeAsync();
        await _ledger.DisposeAsync();
    }

    public void Dispose()
    {
        _bot.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_torn_configuration_is_healed_although_it_must_be_still_for_longer_than_a_try_may_take()
    {
        await EvaluateAsync();
        await Eventually.Holds(() => Directory.EnumerateFiles(_bot.Backups, "*.good", SearchOption.AllDirectories).Count() == 2);
        var good = File.ReadAllText(_bot.Files[FeatureStoreFixture.TradingConfig]);
        File.WriteAllText(_bot.Files[FeatureStoreFixture.TradingConfig], good[..^4]);
        Start(new HealingOptions { Enabled = true });

        var verdict = await HealAsync("restore_config");

        Assert.IsType<Verdict.Healed>(verdict);
        Assert.Equal(good, File.ReadAllText(_bot.Files[FeatureStoreFixture.TradingConfig]));
    }

    [Fact]
    public async Task An_overdue_block_is_healed_where_its_owner_allows_it()
    {
        _bot.Options.ClearExpired = true;
        _bot.Files.Block(_bot.Files.Now.AddHours(-6), TimeSpan.FromHours(30));
        Start(new HealingOptions { Enabled = true });

        var verdict = await HealAsync("verify_kill_switch");

        Assert.IsType<Verdict.Healed>(verdict);
    }

    [Fact]
    public async Task A_trigger_that_fires_while_the_data_stays_stale_fails_three_times_and_pages()
    {
        _bot.Options.Triggers["refresh_intelligence"] = new TriggerOptions { File = new FileTriggerOptions { Path = "state/refresh" } };
        Start(new HealingOptions { Enabled = true });

        await HealAsync("refresh_intelligence");
        await PumpAsync(() => Task.FromResult(_escalated.Count > 0));

        Assert.Equal(EscalationCause.Exhausted, Assert.Single(_escalated).Cause);
        var healings = await HealingsAsync();
        Assert.Equal(3, healings.Count);
        Assert.All(healings, healing => Assert.IsType<Verdict.Failed>(Assert.IsType<HealingState.Ended>(healing.State).Verdict));
    }

    [Fact]
    public async Task Without_being_switched_on_not_one_byte_of_the_bots_directory_changes()
    {
        _bot.Options.ClearExpired = true;
        _bot.Options.Triggers["refresh_intelligence"] = new TriggerOptions { File = new FileTriggerOptions { Path = "state/refresh" } };
        _bot.Options.Triggers["refresh_coinglass"] = new TriggerOptions { File = new FileTriggerOptions { Path = "state/refresh" } };
        _bot.Custom.Add(new() { Name = "restart_bot", Check = "config_integrity", Trigger = new TriggerOptions { File = new FileTriggerOptions { Path = "restart" } } });
        _bot.Files.Block(_bot.Files.Now.AddHours(-6), TimeSpan.FromHours(30));
        File.WriteAllText(_bot.Files[FeatureStoreFixture.TradingConfig], "");
        File.Delete(_bot.Files[FeatureStoreFixture.GoldenHourConfig]);
        var before = _bot.Tree();
        Start(new HealingOptions());

        foreach (var action in new[] { "refresh_intelligence", "verify_kill_switch", "restore_config", "restart_bot" })
        {
            var verdict = Assert.IsType<Verdict.Suggested>(await HealAsync(action));
            Assert.Contains("would", verdict.Reason, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Equal(before, _bot.Tree());
    }

    private void Start(HealingOptions options)
    {
        options.Trigger = TriggerMode.Alertmanager;
        _bot.Real = new EvaluatedHealth(_evaluator);
        var setup = new HealingSetup(options, _bot.Actions(), [HealedBot.Name]);
        _engine = new HealingEngine(
            setup, _ledger, _bot.Real, _directory["pause"], Prometheus.Metrics.WithCustomRegistry(Prometheus.Metrics.NewCustomRegistry()), _bot.Time, new Random(1), NullLoggerFactory.Instance)
        {
            Escalate = (notice, _) =>
            {
                _escalated.Add(notice);
                return Task.CompletedTask;
            },
        };
        _engine.Start();
    }

    private async Task<Verdict> HealAsync(string action)
    {
        await EvaluateAsync();
        var receipt = await _engine!.ReceiveAsync([new ReceivedAlert(action, HealedBot.Name, action, Firing: true, _bot.Time.GetUtcNow(), null)], default);
        Assert.Equal(Disposition.Accepted, Assert.Single(receipt.Dispositions));
        Verdict? verdict = null;
        await PumpAsync(async () => (verdict = (await HealingsAsync()).Where(healing => healing.Action == action)
            .Select(healing => healing.State).OfType<HealingState.Ended>().LastOrDefault()?.Verdict) is not null);
        return verdict!;
    }

    /// <summary>Lets the engine act and moves its time, until the condition holds; bounded by work.</summary>
    private async Task PumpAsync(Func<Task<bool>> condition)
    {
        for (var round = 0; round < 5_000; round++)
        {
            if (await condition())
                return;
            _bot.Time.Advance(TimeSpan.FromMilliseconds(500));
            await _ledger.WriteAsync(_ => true, default);
        }

        Assert.Fail("It never came to that.");
    }

    private Task<List<HealingRecord>> HealingsAsync() =>
        _ledger.WriteAsync(read => read.Rows("SELECT * FROM healings ORDER BY id", HealingTable.Read), default);

    private Task<Snapshot> EvaluateAsync() => _evaluator.EvaluateAsync(TimeSpan.FromSeconds(5), default);
}
