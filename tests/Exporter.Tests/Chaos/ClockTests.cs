using Exporter.Checks;
using Exporter.Evaluation;
using Exporter.Healing;
using Exporter.Tests.Evaluation;
using Exporter.Tests.Healing;
using Exporter.Tests.Web;
using Exporter.Web.StatusPage;
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
        world.Action.OnRun = (_, _) =>
        {
            world.Health.Mend("alpha");
            return ValueTask.FromResult<ActionResult>(new ActionResult.Done { Reason = "Mended." });
        };
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
        world.Action.OnRun = (target, _) =>
        {
            world.Health.Mend(target.Bot);
            return ValueTask.FromResult<ActionResult>(new ActionResult.Done { Reason = "Mended." });
        };
        world.Start();
        world.Health.Break("alpha");
        world.Health.Break("beta");
        await world.ReceiveAsync(world.Firing());
        await world.VerdictsAsync();

        _clock.Jump(-TimeSpan.FromDays(1));
        await world.PassAsync(TimeSpan.FromMinutes(30));
        await world.ReceiveAsync(world.Firing("beta"));
        Assert.Equal(Guard.RateLimit, Assert.IsType<Verdict.Refused>((await world.VerdictsAsync(2))[^1]).Guard);

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
