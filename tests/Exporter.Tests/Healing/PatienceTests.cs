using Exporter.Healing;

namespace Exporter.Tests.Healing;

public sealed class PatienceTests
{
    [Theory]
    [InlineData(0, "took longer than")]
    [InlineData(5, "Mended after all.")]
    public async Task What_an_action_may_wait_comes_on_top_of_its_time_outs(int patienceMinutes, string expected)
    {
        await using var world = new HealingWorld();
        world.Health.Break("alpha");
        world.Action.Spec = world.Action.Spec with { Patience = TimeSpan.FromMinutes(patienceMinutes) };
        world.Action.OnRun = async (_, cancellation) =>
        {
            await Task.Delay(TimeSpan.FromMinutes(4), world.Time, cancellation);
            return new ActionResult.Suggested { Reason = "Mended after all." };
        };
        world.Start();

        await world.ReceiveAsync(world.Firing());

        var verdict = (await world.VerdictsAsync())[0];
        Assert.Contains(expected, verdict.Reason, StringComparison.Ordinal);
    }
}
