using Exporter.Healing;
using Exporter.Healing.Ledger;
using Microsoft.Extensions.Time.Testing;

namespace Exporter.Tests.Healing;

/// <summary>What a stop or a crash interrupts is carried on: verified first, run again only if need be.</summary>
public sealed class RestartTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_was_accepted_runs_after_a_restart()
    {
        await using (var before = World())
        {
            before.Health.OnVerify = (_, _) => new TaskCompletionSource().Task;
            before.Start();
            await before.ReceiveAsync(before.Firing());
        }

        await using var world = Mending(World()).Start();

        Assert.IsType<Verdict.Healed>(Assert.Single(await world.VerdictsAsync()));
        Assert.Equal(1, world.Action.Runs);
    }

    [Fact]
    public async Task An_interrupted_action_whose_work_was_done_is_not_run_again()
    {
        await InterruptWhileRunningAsync();

        await using var world = World();
        world.Health.Mend("alpha");
        world.Start();

        var healed = Assert.IsType<Verdict.Healed>(Assert.Single(await world.VerdictsAsync()));
        Assert.Contains("interrupted", healed.Reason, StringComparison.Ordinal);
        Assert.Equal(0, world.Action.Runs);
        await world.UntilAsync(() => Task.FromResult(world.Steps.Exists(step => step.Step == "healed")));
        Assert.Equal(["resumed", "healed"], world.Steps.Select(step => step.Step));
    }

    [Fact]
    public async Task An_interrupted_action_is_verified_first_and_run_again_only_when_the_check_still_fails()
    {
        await InterruptWhileRunningAsync();

        await using var world = Mending(World());
        var verificationsBeforeRun = -1;
        var mend = world.Action.OnRun;
        world.Action.OnRun = (target, cancellation) =>
        {
            verificationsBeforeRun = world.Health.Verifications;
            return mend(target, cancellation);
        };
        world.Start();

        Assert.IsType<Verdict.Healed>(Assert.Single(await world.VerdictsAsync()));
        Assert.True(verificationsBeforeRun > 0);
        Assert.Equal(1, world.Action.Runs);
        Assert.Equal(2, Assert.Single(await world.EpisodesAsync()).Attempts);
    }

    [Fact]
    public async Task An_action_that_takes_the_exporter_down_with_it_is_exhausted_in_the_end()
    {
        for (var crash = 0; crash < 3; crash++)
            await InterruptWhileRunningAsync();

        await using var world = World();
        world.Health.Break("alpha");
        world.Start();

        Assert.Equal("attempts", Assert.IsType<Verdict.Refused>(Assert.Single(await world.VerdictsAsync())).Rail);
        await world.UntilAsync(() => Task.FromResult(world.Escalated.Count == 1));
        Assert.Equal(0, world.Action.Runs);
    }

    [Fact]
    public async Task An_interrupted_verification_goes_on_and_the_action_is_not_run_again()
    {
        await using (var before = World())
        {
            before.Start();
            await before.ReceiveAsync(before.Firing());
            await before.UntilAsync(async () => (await before.HealingsAsync())[0].State is HealingState.Verifying);
        }

        await using var world = World();
        world.Health.Mend("alpha");
        world.Start();

        Assert.IsType<Verdict.Healed>(Assert.Single(await world.VerdictsAsync()));
        Assert.Equal(0, world.Action.Runs);
    }

    [Fact]
    public async Task An_interrupted_verification_that_ran_out_of_time_has_failed_and_the_next_attempt_follows()
    {
        await using (var before = World())
        {
            before.Start();
            await before.ReceiveAsync(before.Firing());
            await before.UntilAsync(async () => (await before.HealingsAsync())[0].State is HealingState.Verifying);
        }

        _time.Advance(TimeSpan.FromHours(2));
        await using var world = Mending(World()).Start();

        var verdicts = await world.VerdictsAsync(2);
        Assert.IsType<Verdict.Failed>(verdicts[0]);
        Assert.IsType<Verdict.Healed>(verdicts[1]);
    }

    [Fact]
    public async Task Steps_that_a_crash_kept_from_the_journal_are_told_after_it()
    {
        await using (var before = Mending(World()).Start())
        {
            await before.ReceiveAsync(before.Firing());
            await before.VerdictsAsync();
        }

        await using (var crashed = new HealingLedger(Path.Combine(_directory.Path, "healing.db"), _time, Microsoft.Extensions.Logging.Abstractions.NullLogger<HealingLedger>.Instance))
            await crashed.WriteAsync(write => write.Execute("UPDATE facts SET value = 2 WHERE name = 'told'"), CancellationToken.None);

        await using var world = World().Start();
        await world.UntilAsync(() => Task.FromResult(world.Steps.Count == 2));

        Assert.Equal([(3L, "verifying"), (4L, "healed")], world.Steps.Select(step => (step.Number, step.Step)));
    }

    [Fact]
    public async Task What_was_only_suggested_is_healed_when_the_owner_switches_healing_on_and_restarts()
    {
        await using (var before = World())
        {
            before.Options.Enabled = false;
            before.Health.Break("alpha");
            before.Start();
            await before.ReceiveAsync(before.Firing());
            await before.VerdictsAsync();
        }

        await using var world = Mending(World()).Start();

        Assert.IsType<Verdict.Healed>((await world.VerdictsAsync(2))[1]);
    }

    [Fact]
    public async Task A_cooldown_that_a_clock_set_back_has_made_endless_holds_nobody_after_a_restart()
    {
        await using (var before = World())
        {
            before.Health.Break("alpha");
            before.Start();
            await before.ReceiveAsync(before.Firing());
            await before.VerdictsAsync();
        }

        // A day back, while nobody watched.
        await using var world = Mending(new HealingWorld(directory: _directory.Path, time: new FakeTimeProvider(_time.GetUtcNow() - TimeSpan.FromDays(1))));
        world.Start();

        Assert.IsType<Verdict.Healed>((await world.VerdictsAsync(2))[^1]);
    }

    private async Task InterruptWhileRunningAsync()
    {
        await using var world = World();
        world.Health.Break("alpha");
        world.Action.OnRun = async (_, cancellation) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            throw new System.Diagnostics.UnreachableException();
        };
        world.Start();
        await world.ReceiveAsync(world.Firing());
        await world.UntilAsync(() => Task.FromResult(world.Action.Runs == 1));
    }

    private HealingWorld World() => new(directory: _directory.Path, time: _time);

    private static HealingWorld Mending(HealingWorld world)
    {
        world.Health.Break("alpha");
        world.Action.OnRun = (target, _) =>
        {
            world.Health.Mend(target.Bot);
            return ValueTask.FromResult<ActionResult>(new ActionResult.Done { Reason = "Mended." });
        };
        return world;
    }
}
