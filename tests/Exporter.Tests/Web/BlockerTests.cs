using Exporter.Checks;
using Exporter.Web;

namespace Exporter.Tests.Web;

public sealed class BlockerTests
{
    [Fact]
    public void What_stops_every_entry_comes_first_then_the_worse_then_the_older()
    {
        var bot = Snapshots.Bot(
            "alpha",
            Snapshots.Check("fine", CheckResult.Ok("All is well.")),
            Snapshots.Check("blind", CheckResult.Unknown("timeout", "Cannot see.")),
            Snapshots.Check("stale", CheckResult.Warning("stale", "Old data.")),
            Snapshots.Check("newer", CheckResult.Critical("dns", "No name."), Snapshots.Noon),
            Snapshots.Check("older", CheckResult.Critical("disk", "Full."), Snapshots.Noon.AddHours(-1)),
            Snapshots.Check("slots", CheckResult.Warning("limit", "10 of 10.") with { BlocksEntries = true }));

        var order = Blocker.Of(bot).Select(blocker => blocker.Spec.Name);

        Assert.Equal(["slots", "older", "newer", "blind", "stale"], order);
    }

    [Fact]
    public void A_disabled_check_blocks_nobody()
    {
        var bot = Snapshots.Bot("alpha", Snapshots.Check("optional", CheckResult.Disabled("Give a key file to enable it.")));

        Assert.Empty(Blocker.Of(bot));
    }

    [Fact]
    public void The_query_names_the_bot_as_a_quoted_label_value()
    {
        var bot = Snapshots.Bot("a\"b\\c", Snapshots.Check("disk", CheckResult.Critical("full", "Full.")));

        Assert.Equal("tradingbot_check_status{bot=\"a\\\"b\\\\c\",check=\"disk\"} == 1", Blocker.Of(bot)[0].Query);
    }
}
