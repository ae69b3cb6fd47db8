using Exporter.Healing.Triggers;

namespace Exporter.Tests.Healing.Triggers;

[Collection(Alone.Name)]
public sealed class CommandOutputTests
{
    [Fact]
    [Trait("Category", "slow")]
    public async Task A_gigabyte_of_output_takes_bounded_memory()
    {
        var options = new CommandTriggerOptions { Argv = ["head", "-c", "1000000000", "/dev/zero"], Timeout = TimeSpan.FromMinutes(2) };
        var trigger = new CommandTrigger(options, TimeProvider.System, Environment.GetEnvironmentVariable);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        var result = await trigger.FireAsync(new TriggerMessage("bot", "restart_bot", "down", null, DateTimeOffset.UnixEpoch), default);

        Assert.True(result.Fired, result.Reason);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 200_000_000);
    }
}
