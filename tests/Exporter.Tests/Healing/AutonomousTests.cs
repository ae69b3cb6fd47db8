using Exporter.Checks;
using Exporter.Healing;
using Exporter.Healing.Engine;
using Microsoft.Extensions.Time.Testing;

namespace Exporter.Tests.Healing;

/// <summary>Healing without Alertmanager, by the same ledger, and telling people without it.</summary>
public sealed class AutonomousTests
{
    [Theory]
    [InlineData(TriggerMode.Autonomous, true)]
    [InlineData(TriggerMode.Fallback, true)]
    [InlineData(TriggerMode.Alertmanager, false)]
    public async Task A_check_that_fails_long_enough_is_healed_without_an_alert_when_the_trigger_allows(TriggerMode mode, bool heals)
    {
        await using var world = Healable(mode);

        await EvaluateForAsync(world, TimeSpan.FromMinutes(3));
        if (heals)
            await world.UntilAsync(() => Task.FromResult(world.Action.Runs == 1));

        Assert.Equal(heals ? 1 : 0, (await world.HealingsAsync()).Count);
        Assert.Equal(heals ? 1 : 0, world.Action.Runs);
        if (heals)
            Assert.Equal(HealingTrigger.Autonomous, (await world.HealingsAsync())[0].Trigger);
    }

    [Fact]
    public async Task A_short_failure_is_nobodys_business()
    {
        await using var world = Healable(TriggerMode.Autonomous);
        await EvaluateForAsync(world, TimeSpan.FromSeconds(50));
        world.Health.Mend("alpha");
        await EvaluateForAsync(world, TimeSpan.FromSeconds(50));
        world.Health.Break("alpha");
        await EvaluateForAsync(world, TimeSpan.FromSeconds(50));

        Assert.Empty(await world.HealingsAsync());
    }

    [Fact]
    public async Task A_check_that_cannot_see_is_not_healed()
    {
        await using var world = Healable(TriggerMode.Autonomous);
        world.Health.Set("alpha", "config_integrity", CheckResult.Unknown("unreadable", "Cannot read it."));

        await EvaluateForAsync(world, TimeSpan.FromMinutes(3));

        Assert.Empty(await world.HealingsAsync());
    }

    [Fact]
    public async Task While_the_watchdog_is_heard_the_fallback_waits_and_when_it_falls_silent_it_heals()
    {
        await using var world = Healable(TriggerMode.Fallback);
        for (var minute = 0; minute < 10; minute++)
        {
            world.Engine.AlertingPath.HeardWatchdog();
            await EvaluateForAsync(world, TimeSpan.FromMinutes(1));
        }

        Assert.Empty(await world.HealingsAsync());

        await EvaluateForAsync(world, TimeSpan.FromMinutes(4));
        Assert.Empty(await world.HealingsAsync());
        await EvaluateForAsync(world, TimeSpan.FromMinutes(2));
        Assert.Single(await world.HealingsAsync());
    }

    [Fact]
    public async Task A_stack_that_was_heard_before_a_restart_has_its_time_to_be_heard_again()
    {
        using var directory = new TemporaryDirectory();
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
        await using (var before = Healable(TriggerMode.Fallback, directory.Path, time))
        {
            before.Engine.AlertingPath.HeardWatchdog();
            await before.UntilAsync(() => before.Ledger.WriteAsync(read => read.Number("SELECT value FROM facts WHERE name = 'watchdog'") is not null, CancellationToken.None));
        }

        time.Advance(TimeSpan.FromHours(8));
        await using var world = Healable(TriggerMode.Fallback, directory.Path, time);
        await EvaluateForAsync(world, TimeSpan.FromMinutes(4));
        Assert.Empty(await world.HealingsAsync());

        await EvaluateForAsync(world, TimeSpan.FromMinutes(2));
        Assert.Single(await world.HealingsAsync());
    }

    [Fact]
    public async Task A_change_of_trigger_never_heals_twice()
    {
        await using var world = Healable(TriggerMode.Fallback);
        var finish = new TaskCompletionSource();
        var mend = world.Action.OnRun;
        world.Action.OnRun = async (target, cancellation) =>
        {
            await finish.Task;
            return await mend(target, cancellation);
        };
        await EvaluateForAsync(world, TimeSpan.FromMinutes(2));
        Assert.Equal(1, world.Action.Runs);

        world.Engine.AlertingPath.HeardWatchdog();
        Assert.Equal(Disposition.Duplicate, await world.ReceiveAsync(world.Firing()));
        finish.SetResult();
        Assert.IsType<Verdict.Healed>(Assert.Single(await world.VerdictsAsync()));
        world.Publish();
        Assert.Equal(Disposition.Duplicate, await world.ReceiveAsync(world.Firing()));

        Assert.Equal(1, world.Action.Runs);
        Assert.Single(await world.EpisodesAsync());
    }

    [Fact]
    public async Task Its_own_alert_resolves_when_the_check_is_healthy_and_the_next_failure_is_a_new_episode()
    {
        await using var world = Healable(TriggerMode.Autonomous);
        await EvaluateForAsync(world, TimeSpan.FromMinutes(3));
        await world.UntilAsync(async () => (await world.EpisodesAsync())[0].EndedAt is not null);

        world.Health.Break("alpha");
        await EvaluateForAsync(world, TimeSpan.FromMinutes(5));

        Assert.Equal(2, (await world.EpisodesAsync()).Count);
        Assert.Equal(2, world.Action.Runs);
    }

    [Fact]
    public async Task Only_the_first_action_of_a_checks_order_has_its_turn_at_first()
    {
        await using var world = Healable(TriggerMode.Autonomous, configure: world =>
        {
            world.Actions.Add(new FakeAction("restart_bot", "bot_heartbeat"));
            world.Options.Order["config_integrity"] = ["restart_bot", "mend"];
        });

        await EvaluateForAsync(world, TimeSpan.FromMinutes(2));

        Assert.Equal((0, 1), (world.Action.Runs, world.Actions[1].Runs));
    }

    [Fact]
    public async Task A_check_that_is_critical_for_too_long_is_escalated_once_also_across_restarts()
    {
        using var directory = new TemporaryDirectory();
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
        var since = time.GetUtcNow();
        await using (var before = new HealingWorld(directory: directory.Path, time: time).Start())
        {
            before.Health.Break("alpha", "exchange_api");
            await EvaluateForAsync(before, TimeSpan.FromMinutes(14));
            Assert.Empty(before.Escalated);
            await EvaluateForAsync(before, TimeSpan.FromMinutes(3));
            var notice = Assert.Single(before.Escalated);
            Assert.Equal((EscalationCause.Critical, "alpha", "exchange_api"), (notice.Cause, notice.Bot, notice.Check));
            await EvaluateForAsync(before, TimeSpan.FromMinutes(20));
            Assert.Single(before.Escalated);
        }

        await using var world = new HealingWorld(directory: directory.Path, time: time).Start();
        world.Health.Set("alpha", "exchange_api", CheckResult.Critical("timeout", "Still down."), since);
        await EvaluateForAsync(world, TimeSpan.FromMinutes(5));
        Assert.Empty(world.Escalated);
    }

    [Fact]
    public async Task An_escalation_that_did_not_get_through_is_tried_again()
    {
        await using var world = new HealingWorld();
        world.Health.Break("alpha");
        world.Start();
        var tries = 0;
        world.Engine.Escalate = (notice, _) => ++tries < 3 ? throw new HttpRequestException("503") : Task.CompletedTask;

        await world.ReceiveAsync(world.Firing());

        await world.UntilAsync(() => Task.FromResult(tries == 3));
        await world.PassAsync(TimeSpan.FromMinutes(30));
        Assert.Equal(3, tries);
        Assert.Equal(1, world.Metric("tradingbot_healing_escalations_total", ("cause", "exhausted"), ("result", "told")));
        Assert.Equal(2, world.Metric("tradingbot_healing_escalations_total", ("cause", "exhausted"), ("result", "failed")));
    }

    [Fact]
    public async Task A_reload_is_followed_by_what_comes_after_it()
    {
        await using var world = Healable(TriggerMode.Alertmanager, configure: world => world.Options.Enabled = false);
        await world.ReceiveAsync(world.Firing());
        Assert.IsType<Verdict.Suggested>((await world.VerdictsAsync())[0]);

        world.Engine.Apply(new HealingSetup(HealingWorld.Enabled(), [.. world.Actions], world.Bots));

        Assert.IsType<Verdict.Healed>((await world.VerdictsAsync(2))[1]);
    }

    /// <summary>Evaluations as Prometheus asks for them, every ten seconds.</summary>
    private static async Task EvaluateForAsync(HealingWorld world, TimeSpan span)
    {
        for (var left = span; left > TimeSpan.Zero; left -= TimeSpan.FromSeconds(10))
        {
            world.Publish();
            await world.PassAsync(TimeSpan.FromSeconds(10));
        }
    }

    private static HealingWorld Healable(TriggerMode mode, string? directory = null, FakeTimeProvider? time = null, Action<HealingWorld>? configure = null)
    {
        var options = HealingWorld.Enabled();
        options.Trigger = mode;
        var world = new HealingWorld(options, directory, time);
        configure?.Invoke(world);
        world.Health.Break("alpha");
        world.Action.OnRun = (target, _) =>
        {
            world.Health.Mend(target.Bot);
            return ValueTask.FromResult<ActionResult>(new ActionResult.Done { Reason = "Mended." });
        };
        return world.Start();
    }
}
