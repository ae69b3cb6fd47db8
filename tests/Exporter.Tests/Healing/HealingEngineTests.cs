using Exporter.Healing;

namespace Exporter.Tests.Healing;

public sealed class HealingEngineTests
{
    [Fact]
    public async Task A_firing_alert_is_healed_when_the_check_says_so()
    {
        await using var world = new HealingWorld();
        world.Health.Break("alpha");
        world.Action.OnRun = (_, _) =>
        {
            world.Health.Mend("alpha");
            return ValueTask.FromResult<ActionResult>(new ActionResult.Done("The bot may need a restart to read it") { Reason = "Mended." });
        };
        world.Start();

        Assert.Equal(Disposition.Accepted, await world.ReceiveAsync(world.Firing()));

        var verdict = Assert.IsType<Verdict.Healed>(Assert.Single(await world.VerdictsAsync()));
        Assert.Equal("config_integrity is healthy again: config_integrity is fine. The bot may need a restart to read it.", verdict.Reason);
        await world.UntilAsync(() => Task.FromResult(world.Steps.Count == 4), () => string.Join(" | ", world.Steps));
        Assert.Equal(["accepted", "running", "verifying", "healed"], world.Steps.Select(step => step.Step));
        Assert.Equal(1, world.Metric("tradingbot_healing_attempts_total", ("bot", "alpha"), ("action", "mend"), ("outcome", "healed")));
    }

    [Fact]
    public async Task An_action_that_says_done_while_the_check_still_fails_has_failed_three_times_and_then_pages()
    {
        await using var world = new HealingWorld();
        world.Health.Break("alpha");
        world.Start();

        await world.ReceiveAsync(world.Firing());

        var verdicts = await world.VerdictsAsync(3);
        Assert.All(verdicts, verdict => Assert.IsType<Verdict.Failed>(verdict));
        await world.UntilAsync(() => Task.FromResult(world.Escalated.Count > 0));
        Assert.Equal(EscalationCause.Exhausted, Assert.Single(world.Escalated).Cause);
        Assert.Equal(1, world.Metric("tradingbot_healing_exhausted", ("bot", "alpha"), ("action", "mend")));
        Assert.Equal(Disposition.Refused, await world.ReceiveAsync(world.Firing()));
        Assert.Equal(3, world.Action.Runs);
    }
}
