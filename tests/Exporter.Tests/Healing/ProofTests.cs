using Exporter.Checks;
using Exporter.Healing;

namespace Exporter.Tests.Healing;

/// <summary>What counts as a recovery, and what an action's failure does.</summary>
public sealed class ProofTests
{
    [Fact]
    public async Task Data_from_before_the_action_proves_nothing()
    {
        await using var world = Refreshing(world => world.Time.GetUtcNow().AddSeconds(-30));

        await world.ReceiveAsync(world.Firing());

        var failed = Assert.IsType<Verdict.Failed>((await world.VerdictsAsync())[0]);
        Assert.Contains("data from before the action", failed.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_newer_than_the_action_proves_it_also_when_the_bot_stamps_whole_seconds()
    {
        await using var world = Refreshing(world => DateTimeOffset.FromUnixTimeSeconds(world.Time.GetUtcNow().ToUnixTimeSeconds()));
        world.Time.Advance(TimeSpan.FromMilliseconds(300));

        await world.ReceiveAsync(world.Firing());

        Assert.IsType<Verdict.Healed>((await world.VerdictsAsync())[0]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task One_heartbeat_of_a_bot_that_dies_at_once_proves_nothing(int beats)
    {
        await using var world = new HealingWorld(HealingWorld.Enabled());
        world.Health.IsProvenTwice = true;
        world.Health.Break("alpha");
        var beaten = 0;
        world.Health.OnVerify = (bot, check) =>
        {
            if (world.Action.Runs > 0 && beaten < beats)
            {
                beaten++;
                world.Health.Set(bot, check, CheckResult.Ok("It beats.") with { DataTimestamp = world.Time.GetUtcNow() });
            }

            return Task.CompletedTask;
        };
        world.Start();

        await world.ReceiveAsync(world.Firing());

        var verdict = (await world.VerdictsAsync())[0];
        if (beats == 2) Assert.IsType<Verdict.Healed>(verdict);
        else Assert.Contains("one sign of health", Assert.IsType<Verdict.Failed>(verdict).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lucky_moment_is_no_recovery()
    {
        var options = HealingWorld.Enabled();
        options.HealthyFor = TimeSpan.FromSeconds(10);
        await using var world = new HealingWorld(options);
        world.Health.Break("alpha");
        var looks = 0;
        world.Health.OnVerify = (bot, _) =>
        {
            // Healthy at each second look only.
            if (world.Action.Runs > 0 && ++looks % 2 == 1)
                world.Health.Mend(bot);
            else
                world.Health.Break(bot);
            return Task.CompletedTask;
        };
        world.Start();

        await world.ReceiveAsync(world.Firing());

        var failed = Assert.IsType<Verdict.Failed>((await world.VerdictsAsync())[0]);
        Assert.Contains("healthy for a moment", failed.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recovery_is_looked_at_again_after_HealthyFor()
    {
        var options = HealingWorld.Enabled();
        options.HealthyFor = TimeSpan.FromSeconds(10);
        await using var world = new HealingWorld(options);
        world.Health.Break("alpha");
        var mendedAt = default(DateTimeOffset);
        world.Action.OnRun = (target, _) =>
        {
            world.Health.Mend(target.Bot);
            mendedAt = world.Time.GetUtcNow();
            return ValueTask.FromResult<ActionResult>(new ActionResult.Done { Reason = "Mended." });
        };
        world.Start();

        await world.ReceiveAsync(world.Firing());

        Assert.IsType<Verdict.Healed>((await world.VerdictsAsync())[0]);
        Assert.True((await world.HealingsAsync())[0].EndedAt() - mendedAt >= TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_recovery_may_take_its_time_up_to_VerifyTimeout()
    {
        await using var world = new HealingWorld();
        world.Options.VerifyTimeout = TimeSpan.FromSeconds(90);
        world.Health.Break("alpha");
        DateTimeOffset? firstLook = null;
        world.Health.OnVerify = (bot, _) =>
        {
            if (world.Action.Runs > 0)
                firstLook ??= world.Time.GetUtcNow();
            if (world.Time.GetUtcNow() - firstLook > TimeSpan.FromSeconds(60))
                world.Health.Mend(bot);
            return Task.CompletedTask;
        };
        world.Start();

        await world.ReceiveAsync(world.Firing());

        Assert.IsType<Verdict.Healed>((await world.VerdictsAsync())[0]);
        Assert.Equal(1, world.Action.Runs);
    }

    [Theory]
    [InlineData("suggested")]
    [InlineData("refused")]
    [InlineData("failed")]
    [InlineData("cancelled")]
    public async Task What_an_action_answers_is_the_verdict_with_its_reason(string answer)
    {
        await using var world = new HealingWorld();
        world.Health.Break("alpha");
        world.Action.OnRun = (_, _) => ValueTask.FromResult<ActionResult>(answer switch
        {
            "suggested" => new ActionResult.Suggested { Reason = "Do it yourself." },
            "refused" => new ActionResult.Refused { Reason = "Do it yourself." },
            "cancelled" => new ActionResult.Cancelled { Reason = "Do it yourself." },
            _ => new ActionResult.Failed { Reason = "Do it yourself." },
        });
        world.Start();

        await world.ReceiveAsync(world.Firing());

        var verdict = (await world.VerdictsAsync())[0];
        Assert.Equal((answer, "Do it yourself."), (verdict.Outcome, verdict.Reason));
        // Words are no attempt; only what was tried and failed counts.
        Assert.Equal(answer == "failed" ? 1 : 0, Assert.Single(await world.EpisodesAsync()).Attempts);
    }

    [Fact]
    public async Task What_an_action_throws_is_tried_again_within_the_attempt()
    {
        await using var world = new HealingWorld();
        world.Health.Break("alpha");
        world.Action.OnRun = (target, _) =>
        {
            if (world.Action.Runs < 3)
                throw new IOException("Torn.");
            world.Health.Mend(target.Bot);
            return ValueTask.FromResult<ActionResult>(new ActionResult.Done { Reason = "Mended." });
        };
        world.Start();

        await world.ReceiveAsync(world.Firing());

        Assert.IsType<Verdict.Healed>(Assert.Single(await world.VerdictsAsync()));
        Assert.Equal(3, world.Action.Runs);
        Assert.Equal(1, Assert.Single(await world.EpisodesAsync()).Attempts);
    }

    [Fact]
    public async Task An_action_that_hangs_is_stopped_and_has_failed()
    {
        await using var world = new HealingWorld();
        world.Options.Actions["mend"] = new ActionOptions { AttemptTimeout = TimeSpan.FromSeconds(5), Retries = 0 };
        world.Health.Break("alpha");
        world.Action.OnRun = async (_, cancellation) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            throw new System.Diagnostics.UnreachableException();
        };
        world.Start();

        await world.ReceiveAsync(world.Firing());

        Assert.Equal("mend took longer than 5 s and was stopped.", Assert.IsType<Verdict.Failed>((await world.VerdictsAsync())[0]).Reason);
    }

    [Fact]
    public async Task After_repeated_failures_the_circuit_opens_visibly_and_closes_again()
    {
        await using var world = new HealingWorld();
        world.Options.MaxAttempts = 20;
        world.Options.Actions["mend"] = new ActionOptions
        {
            Retries = 1,
            CircuitMinimumTries = 2,
            CircuitBreak = TimeSpan.FromMinutes(20),
            CircuitSampling = TimeSpan.FromMinutes(30),
        };
        world.Health.Break("alpha");
        var down = true;
        world.Action.OnRun = (target, _) =>
        {
            if (down)
                throw new IOException("Connection refused.");
            world.Health.Mend(target.Bot);
            return ValueTask.FromResult<ActionResult>(new ActionResult.Done { Reason = "Mended." });
        };
        world.Start();

        await world.ReceiveAsync(world.Firing());
        var verdicts = await world.VerdictsAsync(2);

        Assert.Equal("mend could not do its work: Connection refused.", Assert.IsType<Verdict.Failed>(verdicts[0]).Reason);
        var refused = Assert.IsType<Verdict.Refused>(verdicts[1]);
        Assert.Equal("precondition", refused.Rail);
        Assert.StartsWith("The circuit of mend is open", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(1, world.Metric("tradingbot_healing_circuit_state", ("action", "mend"), ("state", "open")));

        down = false;
        await world.UntilAsync(async () => (await world.HealingsAsync())[^1].State is HealingState.Ended { Verdict: Verdict.Healed });
        Assert.Equal(1, world.Metric("tradingbot_healing_circuit_state", ("action", "mend"), ("state", "closed")));
    }

    [Fact]
    public async Task A_circuit_whose_pause_has_passed_is_no_longer_shown_as_open_though_nobody_tries()
    {
        await using var world = new HealingWorld();
        world.Options.MaxAttempts = 1;
        world.Options.Actions["mend"] = new ActionOptions { Retries = 1, CircuitMinimumTries = 2 };
        world.Health.Break("alpha");
        world.Action.OnRun = (_, _) => throw new IOException("Connection refused.");
        world.Start();

        await world.ReceiveAsync(world.Firing());
        await world.VerdictsAsync();
        await world.UntilAsync(() => Task.FromResult(world.Metric("tradingbot_healing_circuit_state", ("action", "mend"), ("state", "open")) == 0));

        Assert.Equal(1, world.Metric("tradingbot_healing_circuit_state", ("action", "mend"), ("state", "half_open")));
    }

    [Fact]
    public async Task A_check_that_throws_ends_the_healing_with_a_verdict()
    {
        await using var world = new HealingWorld();
        world.Health.OnVerify = (_, _) => throw new KeyNotFoundException("No such check.");
        world.Start();

        await world.ReceiveAsync(world.Firing());

        Assert.Contains("No such check", Assert.IsType<Verdict.Failed>((await world.VerdictsAsync())[0]).Reason, StringComparison.Ordinal);
    }

    /// <summary>An action whose data is stamped as the test says.</summary>
    private static HealingWorld Refreshing(Func<HealingWorld, DateTimeOffset> stamp)
    {
        var world = new HealingWorld();
        world.Action.Spec = world.Action.Spec with { NeedsNewerData = true };
        world.Health.Break("alpha");
        world.Action.OnRun = (target, _) =>
        {
            world.Health.Set(target.Bot, "config_integrity", CheckResult.Ok("Fresh.") with { DataTimestamp = stamp(world) });
            return ValueTask.FromResult<ActionResult>(new ActionResult.Done { Reason = "Refreshed." });
        };
        return world.Start();
    }
}
