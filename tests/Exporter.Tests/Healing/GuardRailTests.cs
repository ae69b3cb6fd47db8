using System.Collections.Immutable;
using Exporter.Checks;
using Exporter.Healing;
using Exporter.Healing.Guards;
using Exporter.Tests.Chaos;
using Microsoft.Extensions.Time.Testing;

namespace Exporter.Tests.Healing;

/// <summary>Each guard rail: what it stops, and what it lets pass.</summary>
public sealed class GuardRailTests
{
    [Fact]
    public async Task A_pause_stops_and_when_it_is_lifted_the_healing_comes_by_itself()
    {
        await using var world = Healable().Start();
        var pause = await world.Engine.Pauses.AddAsync("maintenance", [], [], null, CancellationToken.None);

        await world.ReceiveAsync(world.Firing());

        var refused = Assert.IsType<Verdict.Refused>(Assert.Single(await world.VerdictsAsync()));
        Assert.Equal(("paused", "Healing is paused: maintenance."), (refused.Rail, refused.Reason));
        Assert.Equal(1, world.Metric("tradingbot_healing_paused"));
        Assert.Equal(0, world.Action.Runs);

        Assert.True(await world.Engine.Pauses.LiftAsync(pause.Id, CancellationToken.None));

        Assert.IsType<Verdict.Healed>((await world.VerdictsAsync(2))[1]);
    }

    [Fact]
    public async Task All_pauses_must_be_gone()
    {
        await using var world = Healable().Start();
        var first = await world.Engine.Pauses.AddAsync("one", [], [], null, CancellationToken.None);
        await world.Engine.Pauses.AddAsync("two", [], [], world.Time.GetUtcNow().AddMinutes(10), CancellationToken.None);
        await world.Engine.Pauses.LiftAsync(first.Id, CancellationToken.None);

        await world.ReceiveAsync(world.Firing());

        Assert.Contains("two", Assert.Single(await world.VerdictsAsync()).Reason, StringComparison.Ordinal);
        await world.PassAsync(TimeSpan.FromMinutes(12));
        Assert.IsType<Verdict.Healed>((await world.VerdictsAsync(2))[1]);
    }

    [Fact]
    public async Task A_pause_of_another_bot_or_action_lets_pass()
    {
        await using var world = Healable().Start();
        await world.Engine.Pauses.AddAsync("beta only", ["beta"], [], null, CancellationToken.None);
        await world.Engine.Pauses.AddAsync("restart only", [], ["restart_bot"], null, CancellationToken.None);

        await world.ReceiveAsync(world.Firing());

        Assert.IsType<Verdict.Healed>(Assert.Single(await world.VerdictsAsync()));
    }

    [Fact]
    public async Task The_pause_file_stops_and_its_first_line_is_the_reason()
    {
        await using var world = Healable().Start();
        await File.WriteAllTextAsync(world.PauseFile, "moving house\nsecond line");

        await world.ReceiveAsync(world.Firing());

        Assert.Equal("Healing is paused: moving house.", Assert.Single(await world.VerdictsAsync()).Reason);
        File.Delete(world.PauseFile);
        Assert.IsType<Verdict.Healed>((await world.VerdictsAsync(2))[1]);
    }

    [Fact]
    public async Task A_standing_guard_rail_is_recorded_once_and_not_each_minute()
    {
        await using var world = Healable().Start();
        await world.Engine.Pauses.AddAsync("maintenance", [], [], null, CancellationToken.None);
        await world.ReceiveAsync(world.Firing());
        await world.VerdictsAsync();

        await world.PassAsync(TimeSpan.FromMinutes(5));

        Assert.Single(await world.HealingsAsync());
    }

    [Fact]
    public async Task A_pause_survives_a_restart()
    {
        using var directory = new TemporaryDirectory();
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using (var before = Healable(directory: directory.Path, time: time).Start())
            await before.Engine.Pauses.AddAsync("maintenance", ["alpha"], ["mend"], time.GetUtcNow().AddHours(1), CancellationToken.None);

        await using var world = Healable(directory: directory.Path, time: time).Start();

        var pause = Assert.Single(await world.Engine.Pauses.HoldingAsync(CancellationToken.None));
        Assert.Equal(("maintenance", "alpha", "mend"), (pause.Reason, pause.Bots.Single(), pause.Actions.Single()));
        Assert.Equal(time.GetUtcNow().AddHours(1), pause.Until);
    }

    [Theory]
    [InlineData("alpha", "", false)]
    [InlineData("", "mend", false)]
    [InlineData("beta", "other", true)]
    public async Task A_disabled_bot_or_action_is_refused_and_others_pass(string bot, string action, bool passes)
    {
        var options = HealingWorld.Enabled();
        options.DisabledBots = [bot];
        options.DisabledActions = [action];
        await using var world = Healable(options).Start();

        await world.ReceiveAsync(world.Firing());

        var verdict = Assert.Single(await world.VerdictsAsync());
        Assert.Equal(passes, verdict is Verdict.Healed);
        if (!passes)
            Assert.Equal("disabled", Assert.IsType<Verdict.Refused>(verdict).Rail);
    }

    [Fact]
    public async Task Without_heal_it_only_says_what_it_would_do_and_how_to_switch_it_on()
    {
        var options = HealingWorld.Enabled();
        options.Enabled = false;
        await using var world = Healable(options).Start();

        await world.ReceiveAsync(world.Firing());

        var suggested = Assert.IsType<Verdict.Suggested>(Assert.Single(await world.VerdictsAsync()));
        Assert.Equal("It would mend alpha. Healing is switched off: start the exporter with --heal (Healing:Enabled) to let it act.", suggested.Reason);
        Assert.Equal(0, world.Action.Runs);
    }

    [Fact]
    public async Task Without_heal_an_action_that_changes_nothing_runs_all_the_same()
    {
        var options = HealingWorld.Enabled();
        options.Enabled = false;
        await using var world = Healable(options);
        world.Action.Spec = world.Action.Spec with { ChangesTheBot = false };
        world.Start();

        await world.ReceiveAsync(world.Firing());

        Assert.IsType<Verdict.Healed>(Assert.Single(await world.VerdictsAsync()));
    }

    [Fact]
    public async Task A_dry_run_names_the_plan_and_the_guard_rail_that_would_stop_it()
    {
        await using var world = Healable();
        world.Action.Precondition = "The venue is down.";
        world.Start();

        await world.Engine.AskAsync(Manual() with { DryRun = true }, CancellationToken.None);

        Assert.Equal(
            "It would mend alpha. The guard rail 'precondition' would stop it now: The venue is down.",
            Assert.IsType<Verdict.Suggested>(Assert.Single(await world.VerdictsAsync())).Reason);
        Assert.Equal(0, world.Action.Runs);
    }

    [Fact]
    public async Task A_dry_run_says_when_nothing_would_stop_it_and_counts_as_no_attempt()
    {
        await using var world = Healable().Start();

        await world.Engine.AskAsync(Manual() with { DryRun = true }, CancellationToken.None);

        Assert.Equal("It would mend alpha. No guard rail would stop it.", Assert.Single(await world.VerdictsAsync()).Reason);
        Assert.Equal(0, Assert.Single(await world.EpisodesAsync()).Attempts);
    }

    [Fact]
    public async Task What_is_healthy_already_is_left_alone()
    {
        await using var world = Healable();
        world.Health.Mend("alpha");
        world.Start();

        await world.ReceiveAsync(world.Firing());

        var verdict = Assert.IsType<Verdict.Cancelled>(Assert.Single(await world.VerdictsAsync()));
        Assert.StartsWith("Already healthy", verdict.Reason, StringComparison.Ordinal);
        Assert.Equal(0, world.Action.Runs);
        Assert.Equal(Disposition.Duplicate, await world.ReceiveAsync(world.Firing()));
    }

    [Fact]
    public async Task A_check_that_cannot_see_is_not_healthy()
    {
        await using var world = Healable();
        world.Health.Set("alpha", "config_integrity", CheckResult.Unknown("unreadable", "Cannot read it."));
        world.Start();

        await world.ReceiveAsync(world.Firing());

        Assert.IsType<Verdict.Healed>(Assert.Single(await world.VerdictsAsync()));
        Assert.Equal(1, world.Action.Runs);
    }

    [Fact]
    public async Task A_precondition_refuses_and_when_it_holds_again_the_healing_comes_by_itself()
    {
        await using var world = Healable();
        world.Action.Precondition = "The venue is down; wait for it.";
        world.Start();
        await world.ReceiveAsync(world.Firing());
        var refused = Assert.IsType<Verdict.Refused>(Assert.Single(await world.VerdictsAsync()));
        Assert.Equal(("precondition", "The venue is down; wait for it."), (refused.Rail, refused.Reason));

        world.Action.Precondition = null;

        Assert.IsType<Verdict.Healed>((await world.VerdictsAsync(2))[1]);
    }

    [Fact]
    public async Task The_cooldown_stops_a_person_too_unless_confirmed()
    {
        await using var world = Failing().Start();
        await world.Engine.AskAsync(Manual(), CancellationToken.None);
        Assert.IsType<Verdict.Failed>((await world.VerdictsAsync(1))[0]);

        await world.Engine.AskAsync(Manual(), CancellationToken.None);
        var refused = Assert.IsType<Verdict.Refused>((await world.VerdictsAsync(2))[1]);
        Assert.Equal("cooldown", refused.Rail);

        await world.Engine.AskAsync(Manual() with { Confirmed = ["cooldown"] }, CancellationToken.None);
        Assert.IsType<Verdict.Failed>((await world.VerdictsAsync(3))[2]);
        Assert.Equal(2, world.Action.Runs);
    }

    [Fact]
    public async Task The_cooldown_doubles_after_each_failure_and_survives_a_restart()
    {
        using var directory = new TemporaryDirectory();
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
        var options = HealingWorld.Enabled();
        options.MaxAttempts = 10;
        await using (var before = Failing(options, directory.Path, time).Start())
        {
            await before.ReceiveAsync(before.Firing());
            await before.VerdictsAsync(2);
            var episode = Assert.Single(await before.EpisodesAsync());
            Assert.Equal(2, episode.Attempts);
            Assert.Equal(options.Cooldown * 2, episode.CoolUntil - (await before.HealingsAsync())[1].EndedAt());
        }

        await using var world = Failing(options, directory.Path, time).Start();

        Assert.Equal(Disposition.Cooldown, await world.ReceiveAsync(world.Firing()));
        Assert.Equal(0, world.Action.Runs);
        await world.VerdictsAsync(3);
        Assert.Equal(3, Assert.Single(await world.EpisodesAsync()).Attempts);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_lengthens_no_cooldown()
    {
        var options = HealingWorld.Enabled();
        options.MaxAttempts = 10;
        var time = new JumpingClock(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
        await using var world = Failing(options, time: time).Start();
        await world.ReceiveAsync(world.Firing());
        await world.VerdictsAsync(1);

        time.Jump(-TimeSpan.FromMinutes(30));
        await world.PassAsync(options.Cooldown - TimeSpan.FromSeconds(30));
        Assert.Equal(1, world.Action.Runs);
        await world.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(2, world.Action.Runs);
    }

    [Fact]
    public async Task Attempts_survive_a_restart_and_the_exhausted_gauge_with_them()
    {
        using var directory = new TemporaryDirectory();
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
        await using (var before = Failing(directory: directory.Path, time: time).Start())
        {
            await before.ReceiveAsync(before.Firing());
            await before.UntilAsync(() => Task.FromResult(before.Escalated.Count == 1));
        }

        await using var world = Failing(directory: directory.Path, time: time).Start();

        Assert.Equal(Disposition.Refused, await world.ReceiveAsync(world.Firing()));
        await world.UntilAsync(() => Task.FromResult(world.Metric("tradingbot_healing_exhausted", ("bot", "alpha"), ("action", "mend")) == 1));
        await world.PassAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(0, world.Action.Runs);
        Assert.Empty(world.Escalated);
    }

    [Fact]
    public async Task Flapping_exhausts_too()
    {
        await using var world = Healable().Start();
        for (var round = 1; round <= 3; round++)
        {
            world.Health.Break("alpha");
            await world.ReceiveAsync(world.Firing());
            Assert.IsType<Verdict.Healed>((await world.VerdictsAsync(round))[round - 1]);
            await world.ReceiveAsync(world.Resolved());
            await world.PassAsync(TimeSpan.FromMinutes(3));
        }

        world.Health.Break("alpha");
        await world.ReceiveAsync(world.Firing());

        var refused = Assert.IsType<Verdict.Refused>((await world.VerdictsAsync(4))[3]);
        Assert.Equal("attempts", refused.Rail);
        await world.UntilAsync(() => Task.FromResult(world.Escalated.Count == 1));
        Assert.Equal(3, world.Action.Runs);
    }

    [Fact]
    public async Task An_hour_after_the_end_the_attempts_are_forgotten()
    {
        await using var world = Failing().Start();
        await world.ReceiveAsync(world.Firing());
        await world.VerdictsAsync(3);
        await world.ReceiveAsync(world.Resolved());
        world.Time.Advance(TimeSpan.FromMinutes(61));

        Assert.Equal(Disposition.Accepted, await world.ReceiveAsync(world.Firing()));

        Assert.IsType<Verdict.Failed>((await world.VerdictsAsync(4))[3]);
        Assert.Equal(1, (await world.EpisodesAsync())[1].Attempts);
    }

    [Fact]
    public async Task The_rate_limit_of_an_action_counts_every_bot_and_ends_with_the_hour()
    {
        var options = HealingWorld.Enabled();
        options.MaxPerActionPerHour = 2;
        await using var world = Healable(options, bots: ["alpha", "beta", "gamma"]).Start();
        await world.ReceiveAsync(world.Firing("alpha"));
        await world.ReceiveAsync(world.Firing("beta"));
        await world.VerdictsAsync(2);

        await world.ReceiveAsync(world.Firing("gamma"));

        Assert.Equal("rate_limit", Assert.IsType<Verdict.Refused>((await world.VerdictsAsync(3))[2]).Rail);
        world.Time.Advance(TimeSpan.FromHours(1));
        Assert.IsType<Verdict.Healed>((await world.VerdictsAsync(4))[3]);
    }

    [Fact]
    public async Task The_total_rate_limit_counts_every_action()
    {
        var options = HealingWorld.Enabled();
        options.MaxPerHour = 1;
        await using var world = Healable(options);
        world.Actions.Add(new FakeAction("other", "bot_heartbeat"));
        world.Start();
        await world.ReceiveAsync(world.Firing());
        await world.VerdictsAsync();

        await world.ReceiveAsync(world.Firing(action: "other", fingerprint: "f2"));

        Assert.Equal("rate_limit", Assert.IsType<Verdict.Refused>((await world.VerdictsAsync(2))[1]).Rail);
    }

    [Fact]
    public async Task Two_actions_of_one_bot_never_run_at_the_same_time_and_two_bots_may()
    {
        await using var world = Healable(bots: ["alpha", "beta"]);
        var other = new FakeAction("other", "bot_heartbeat");
        world.Actions.Add(other);
        var finish = new TaskCompletionSource();
        var (running, most) = (0, 0);
        foreach (var action in world.Actions)
        {
            action.OnRun = async (target, _) =>
            {
                if (target.Bot == "alpha")
                    most = Math.Max(most, Interlocked.Increment(ref running));
                await finish.Task;
                if (target.Bot == "alpha")
                    Interlocked.Decrement(ref running);
                world.Health.Mend(target.Bot, action.Spec.Check);
                return new ActionResult.Done { Reason = "Done." };
            };
        }

        world.Start();
        await world.ReceiveAsync(world.Firing());
        await world.ReceiveAsync(world.Firing(action: "other", fingerprint: "f2"));
        await world.ReceiveAsync(world.Firing("beta"));
        await world.UntilAsync(() => Task.FromResult(world.Actions.Sum(action => action.Runs) == 2));

        finish.SetResult();

        Assert.All(await world.VerdictsAsync(3), verdict => Assert.IsType<Verdict.Healed>(verdict));
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task Never_more_healings_at_once_than_the_options_allow()
    {
        var options = HealingWorld.Enabled();
        options.MaxConcurrency = 2;
        await using var world = Healable(options, bots: ["a", "b", "c", "d", "e"]);
        var (running, most) = (0, 0);
        var heal = world.Action.OnRun;
        world.Action.OnRun = async (target, cancellation) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await Task.Yield();
            Interlocked.Decrement(ref running);
            return await heal(target, cancellation);
        };
        world.Start();

        foreach (var bot in world.Bots)
            await world.ReceiveAsync(world.Firing(bot));

        await world.VerdictsAsync(5);
        Assert.InRange(most, 1, 2);
    }

    [Fact]
    public async Task A_storm_refuses_pages_once_and_stays_so_for_a_cooldown()
    {
        await using var world = Healable(bots: ["a", "b", "c", "d"]).Start();
        foreach (var bot in (string[])["a", "b", "c"])
            world.Health.Break(bot);
        world.Health.Mend("d");
        world.Publish();

        await world.ReceiveAsync(world.Firing("a"));
        await world.ReceiveAsync(world.Firing("b"));

        Assert.All(await world.VerdictsAsync(2), verdict => Assert.Equal("storm", Assert.IsType<Verdict.Refused>(verdict).Rail));
        await world.UntilAsync(() => Task.FromResult(world.Escalated.Count > 0));
        Assert.Equal(1, world.Metric("tradingbot_healing_storm", ("check", "config_integrity")));

        world.Health.Mend("b");
        world.Health.Mend("c");
        world.Publish();
        await world.PassAsync(TimeSpan.FromMinutes(4));
        Assert.Equal(0, world.Action.Runs);

        await world.PassAsync(TimeSpan.FromMinutes(3));
        Assert.Contains(await world.VerdictsAsync(3), verdict => verdict is Verdict.Healed);
        Assert.Equal(EscalationCause.Storm, Assert.Single(world.Escalated).Cause);
    }

    [Fact]
    public async Task Half_of_the_bots_or_fewer_than_four_are_no_storm()
    {
        await using var world = Healable(bots: ["a", "b", "c", "d"]).Start();
        world.Health.Break("a");
        world.Health.Break("b");
        world.Health.Mend("c");
        world.Health.Mend("d");
        world.Publish();
        await using var small = Healable(bots: ["a", "b", "c"]).Start();
        foreach (var bot in small.Bots)
            small.Health.Break(bot);
        small.Publish();

        await world.ReceiveAsync(world.Firing("a"));
        await small.ReceiveAsync(small.Firing("a"));

        Assert.IsType<Verdict.Healed>(Assert.Single(await world.VerdictsAsync()));
        Assert.IsType<Verdict.Healed>(Assert.Single(await small.VerdictsAsync()));
    }

    [Fact]
    public async Task A_storm_is_remembered_across_a_restart()
    {
        using var directory = new TemporaryDirectory();
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
        string[] bots = ["a", "b", "c", "d"];
        await using (var before = Healable(directory: directory.Path, time: time, bots: bots).Start())
        {
            foreach (var bot in bots)
                before.Health.Break(bot);
            before.Publish();
            await before.UntilAsync(() => before.Ledger.WriteAsync(read => read.Number("SELECT 1 FROM storms") is not null, CancellationToken.None));
        }

        await using var world = Healable(directory: directory.Path, time: time, bots: bots).Start();
        await world.PassAsync(TimeSpan.FromSeconds(2));
        await world.ReceiveAsync(world.Firing("a"));

        Assert.Equal("storm", Assert.IsType<Verdict.Refused>(Assert.Single(await world.VerdictsAsync())).Rail);
    }

    [Fact]
    public async Task The_guard_rails_are_asked_in_their_order()
    {
        var options = HealingWorld.Enabled();
        options.DisabledBots = ["alpha"];
        await using var world = Healable(options);
        world.Action.Precondition = "No.";
        world.Health.Mend("alpha");
        world.Start();
        await world.Engine.Pauses.AddAsync("first", [], [], null, CancellationToken.None);

        await world.ReceiveAsync(world.Firing());
        Assert.Equal("paused", Assert.IsType<Verdict.Refused>((await world.VerdictsAsync(1))[0]).Rail);
        await world.Engine.Pauses.LiftAsync(1, CancellationToken.None);
        Assert.Equal("disabled", Assert.IsType<Verdict.Refused>((await world.VerdictsAsync(2))[1]).Rail);
    }

    private static ManualRequest Manual() => new("mend", "alpha", "", DryRun: false, ImmutableHashSet<string>.Empty);

    /// <summary>Broken bots, and an action that mends them.</summary>
    private static HealingWorld Healable(HealingOptions? options = null, string? directory = null, FakeTimeProvider? time = null, params string[] bots)
    {
        var world = new HealingWorld(options, directory, time, bots);
        foreach (var bot in world.Bots)
            world.Health.Break(bot);
        world.Action.OnRun = (target, _) =>
        {
            world.Health.Mend(target.Bot);
            return ValueTask.FromResult<ActionResult>(new ActionResult.Done { Reason = "Mended." });
        };
        return world;
    }

    /// <summary>Broken bots, and an action that says it mends them.</summary>
    private static HealingWorld Failing(HealingOptions? options = null, string? directory = null, FakeTimeProvider? time = null)
    {
        var world = new HealingWorld(options, directory, time);
        world.Health.Break("alpha");
        return world;
    }
}

internal static class HealingRecords
{
    public static DateTimeOffset EndedAt(this HealingRecord healing) => ((HealingState.Ended)healing.State).At;
}
