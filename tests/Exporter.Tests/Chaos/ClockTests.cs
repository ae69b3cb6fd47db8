using Exporter.Checks;
using Exporter.Evaluation;
using Exporter.Healing;
using Exporter.Healing.Engine;
using Exporter.Healing.Files;
using Exporter.Tests.Evaluation;
using Exporter.Tests.Healing;
using Exporter.Tests.Web;
using Exporter.Web;
using Exporter.Web.StatusPage;
using Microsoft.AspNetCore.Http;
using Xunit.Abstractions;

namespace Exporter.Tests.Chaos;

/// <summary>The clock jumps back and forth, by seconds and by days, and nothing sticks, throws or runs twice.</summary>
public sealed class ClockTests(ITestOutputHelper output)
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly JumpingClock _clock = new(Start);

    [Fact]
    public async Task A_check_keeps_its_pace_whatever_the_clock_says()
    {
        var dice = Dice();
        var always = new ScriptedCheck("always", CheckResult.Ok("Fine."));
        var paced = new ScriptedCheck("paced", CheckResult.Ok("Fine.")) { MinInterval = Interval };
        var evaluator = new Evaluator([NamedBot.With("alpha", always, paced)], _clock);
        await evaluator.EvaluateAsync(Deadline, default);

        for (var round = 1; round <= 300; round++)
        {
            _clock.Jump(Jump(dice));
            var within = await evaluator.EvaluateAsync(Deadline, default);
            Assert.Equal(round, paced.Runs);

            _clock.Advance(Interval);
            var after = await evaluator.EvaluateAsync(Deadline, default);
            Assert.Equal(round + 1, paced.Runs);
            Assert.Equal((2 * round) + 1, always.Runs);
            Assert.Equal(within.Number + 1, after.Number);
            Assert.Equal(_clock.GetUtcNow(), after.Bots[0].Find("paced")!.EvaluatedAt);
        }
    }

    [Fact]
    public void The_history_shows_the_present_minute_and_nothing_of_the_future()
    {
        var dice = Dice();
        var history = new StatusHistory();
        for (var round = 0; round < 2_000; round++)
        {
            _clock.Jump(Jump(dice));
            history.Record(new Snapshot(round, _clock.GetUtcNow(), [Snapshots.Bot("alpha", Snapshots.Check("disk", CheckResult.Ok("Fine.")))]));

            var shown = history.Of("alpha", "disk", _clock.GetUtcNow());

            Assert.Equal(StatusHistory.Minutes, shown.Length);
            Assert.NotNull(shown[^1]);
        }
    }

    [Fact]
    public async Task Each_alert_is_healed_once_when_the_clock_jumps_ahead()
    {
        var dice = Dice();
        await using var world = new HealingWorld(time: _clock);

        await HealTwelveTimesAsync(
            world,
            during: () => Jump(dice).Duration(),
            between: () =>
            {
                _clock.Jump(TimeSpan.FromHours(2) + Jump(dice).Duration());
                return Task.CompletedTask;
            });
    }

    [Fact]
    public async Task Each_alert_is_healed_once_when_the_clock_jumps_back_and_forth()
    {
        var dice = Dice();
        var options = HealingWorld.Enabled();
        // By the wall clock all of it may happen within an hour, or before it began.
        options.MaxAttempts = 100;
        await using var world = new HealingWorld(options, time: _clock);

        await HealTwelveTimesAsync(
            world,
            during: () => Jump(dice),
            between: () =>
            {
                _clock.Jump(Jump(dice));
                return world.PassAsync(options.Cooldown + TimeSpan.FromSeconds(5));
            });
    }

    [Fact]
    public async Task What_fails_again_after_the_clock_was_set_back_is_healed_again()
    {
        await using var world = new HealingWorld(time: _clock);
        world.Action.OnRun = Mends(world);
        world.Start();
        world.Health.Break("alpha");
        await world.ReceiveAsync(world.Firing());
        await world.VerdictsAsync();

        _clock.Jump(-TimeSpan.FromDays(1));
        world.Health.Break("alpha");
        world.Publish();
        await world.PassAsync(world.Options.Cooldown + world.Options.FailingFor + TimeSpan.FromSeconds(5));

        Assert.Equal(2, (await world.VerdictsAsync(2)).Count(verdict => verdict is Verdict.Healed));
    }

    [Fact]
    public async Task The_limits_per_hour_follow_a_clock_that_was_set_back()
    {
        var options = HealingWorld.Enabled();
        options.MaxPerHour = 1;
        await using var world = new HealingWorld(options, time: _clock, bots: ["alpha", "beta"]);
        world.Action.OnRun = Mends(world);
        world.Start();
        world.Health.Break("alpha");
        world.Health.Break("beta");
        await world.ReceiveAsync(world.Firing());
        await world.VerdictsAsync();

        _clock.Jump(-TimeSpan.FromDays(1));
        await world.PassAsync(TimeSpan.FromMinutes(30));
        await world.ReceiveAsync(world.Firing("beta"));
        Assert.Equal("rate_limit", Assert.IsType<Verdict.Refused>((await world.VerdictsAsync(2))[^1]).Rail);

        await world.PassAsync(TimeSpan.FromMinutes(32));
        Assert.IsType<Verdict.Healed>((await world.VerdictsAsync(3))[^1]);
    }

    [Fact]
    public async Task A_silent_Alertmanager_is_noticed_whatever_the_clock_says()
    {
        await using var world = new HealingWorld(time: _clock);
        world.Start();
        world.Engine.AlertingPath.HeardWatchdog();
        Assert.False(world.Engine.AlertingPath.IsSilent);

        _clock.Jump(TimeSpan.FromDays(1));
        Assert.False(world.Engine.AlertingPath.IsSilent);

        _clock.Jump(-TimeSpan.FromDays(3));
        _clock.Advance(world.Options.WatchdogSilence);
        Assert.True(world.Engine.AlertingPath.IsSilent);
    }

    [Fact]
    public async Task Nothing_stands_since_a_time_that_is_yet_to_come()
    {
        var evaluator = new Evaluator([NamedBot.With("alpha", new ScriptedCheck("disk", CheckResult.Critical("full", "Full.")))], _clock);
        await evaluator.EvaluateAsync(Deadline, default);

        _clock.Jump(-TimeSpan.FromDays(1));
        var bot = (await evaluator.EvaluateAsync(Deadline, default)).Bots[0];

        Assert.Equal((_clock.GetUtcNow(), _clock.GetUtcNow()), (bot.Since, bot.Find("disk")!.Since));
        _clock.Advance(Interval);
        Assert.Equal(_clock.GetUtcNow() - Interval, (await evaluator.EvaluateAsync(Deadline, default)).Bots[0].Find("disk")!.Since);
    }

    [Fact]
    public async Task A_proof_that_does_not_come_ends_though_the_clock_was_set_back()
    {
        await using var world = new HealingWorld(time: _clock);
        world.Action.OnRun = (_, _) =>
        {
            _clock.Jump(-TimeSpan.FromDays(1));
            return ValueTask.FromResult<ActionResult>(new ActionResult.Done { Reason = "Tried." });
        };
        world.Health.Break("alpha");
        world.Health.OnVerify = (_, _) =>
        {
            _clock.Jump(-TimeSpan.FromHours(1));
            return Task.CompletedTask;
        };
        world.Start();
        await world.ReceiveAsync(world.Firing());

        Assert.IsType<Verdict.Failed>((await world.VerdictsAsync())[0]);
    }

    [Fact]
    public async Task A_circuit_closes_again_though_the_clock_was_set_back()
    {
        var options = HealingWorld.Enabled();
        options.Actions["mend"] = new ActionOptions { Retries = 0, CircuitMinimumTries = 2 };
        await using var world = new HealingWorld(options, time: _clock, bots: ["alpha", "beta", "gamma"]);
        world.Action.OnRun = (target, _) => target.Bot == "gamma"
            ? ValueTask.FromResult<ActionResult>(new ActionResult.Done { Reason = "Mended." })
            : throw new IOException("No.");
        foreach (var bot in world.Bots)
            world.Health.Break(bot);
        world.Start();
        await world.ReceiveAsync(world.Firing("alpha"));
        await world.ReceiveAsync(world.Firing("beta"));
        await world.VerdictsAsync(2);
        await world.ReceiveAsync(world.Firing("gamma"));
        Assert.Equal("precondition", (await world.VerdictsAsync(3)).OfType<Verdict.Refused>().First().Rail);

        _clock.Jump(-TimeSpan.FromDays(1));
        world.Health.Mend("alpha");
        world.Health.Mend("beta");

        await world.UntilAsync(() => Task.FromResult(world.Action.Runs > 2));
    }

    [Fact]
    public async Task A_storm_passes_though_the_clock_was_set_back()
    {
        await using var world = new HealingWorld(time: _clock, bots: ["a", "b", "c", "d"]);
        world.Action.OnRun = Mends(world);
        world.Start();
        foreach (var bot in world.Bots)
            world.Health.Break(bot);
        world.Publish();
        await world.ReceiveAsync(world.Firing("a"));
        Assert.Equal("storm", Assert.IsType<Verdict.Refused>(Assert.Single(await world.VerdictsAsync())).Rail);
        foreach (var bot in world.Bots.Skip(1))
            world.Health.Mend(bot);
        world.Publish();
        await world.PassAsync(TimeSpan.FromSeconds(5));

        _clock.Jump(-TimeSpan.FromDays(1));
        await world.PassAsync(world.Options.StormCooldown + world.Options.ReconsiderAfter);

        Assert.IsType<Verdict.Healed>((await world.VerdictsAsync(2))[^1]);
    }

    [Fact]
    public async Task A_page_that_could_not_be_told_is_told_though_the_clock_was_set_back()
    {
        await using var world = new HealingWorld(time: _clock);
        world.Health.Break("alpha");
        world.Start();
        var tries = 0;
        world.Engine.Escalate = (_, _) => ++tries == 1 ? Task.FromException(new IOException("Nobody answers.")) : Task.CompletedTask;
        await world.ReceiveAsync(world.Firing());
        await world.UntilAsync(async () => await world.Ledger.WriteAsync(read => read.Number("SELECT 1 FROM escalations WHERE tries = 1"), default) is not null);

        _clock.Jump(-TimeSpan.FromDays(1));

        await world.UntilAsync(() => Task.FromResult(tries == 2));
    }

    [Fact]
    public async Task A_file_counts_as_still_whatever_the_clock_says()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.Write("config.json", "torn");
        var still = new StillFiles(_clock);
        still.Look(path);
        _clock.Jump(TimeSpan.FromDays(1));
        var hasty = still.WaitAsync(path, Interval, default);
        Assert.False(hasty.IsCompleted, "A clock set ahead made it look still.");

        _clock.Jump(-TimeSpan.FromDays(3));
        _clock.Advance(TimeSpan.FromSeconds(5));
        _clock.Advance(Interval);

        Assert.True((await hasty.WaitAsync(TimeSpan.FromMinutes(1))).Still);
    }

    [Fact]
    public async Task Nobody_is_shown_a_snapshot_of_the_future_as_fresh()
    {
        var evaluator = new Evaluator([NamedBot.With("alpha", new ScriptedCheck("disk", CheckResult.Ok("Fine.")))], _clock);
        var latest = new Latest(evaluator, _clock);
        var asked = new DefaultHttpContext();
        var first = await latest.GetAsync(asked);
        Assert.Same(first, await latest.GetAsync(asked));

        _clock.Jump(-TimeSpan.FromDays(1));

        Assert.NotSame(first, await latest.GetAsync(asked));
    }

    private async Task HealTwelveTimesAsync(HealingWorld world, Func<TimeSpan> during, Func<Task> between)
    {
        world.Action.OnRun = (_, _) =>
        {
            _clock.Jump(during());
            world.Health.Mend("alpha");
            return ValueTask.FromResult<ActionResult>(new ActionResult.Done { Reason = "Mended." });
        };
        world.Start();

        for (var round = 1; round <= 12; round++)
        {
            world.Health.Break("alpha");
            world.Health.Publish();
            Assert.Equal(Disposition.Accepted, await world.ReceiveAsync(world.Firing()));
            Assert.IsType<Verdict.Healed>((await world.VerdictsAsync(round))[^1]);

            await world.ReceiveAsync(world.Resolved());
            await between();
        }

        Assert.Equal(12, world.Action.Runs);
    }

    private static Func<HealingTarget, CancellationToken, ValueTask<ActionResult>> Mends(HealingWorld world) => (target, _) =>
    {
        world.Health.Mend(target.Bot);
        return ValueTask.FromResult<ActionResult>(new ActionResult.Done { Reason = "Mended." });
    };

    private Random Dice()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"Seed {seed}.");
        return new Random(seed);
    }

    // Days enough for every cooldown, and few enough that the ledger's retention forgets nothing within a test.
    private static TimeSpan Jump(Random dice) => dice.Next(4) switch
    {
        0 => TimeSpan.FromSeconds(dice.Next(-120, 120)),
        1 => TimeSpan.FromMinutes(dice.Next(-120, 120)),
        2 => TimeSpan.FromDays(dice.Next(-3, 4)),
        _ => TimeSpan.Zero,
    };
}
