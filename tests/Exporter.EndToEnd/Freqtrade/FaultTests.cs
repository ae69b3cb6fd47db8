using System.Text.Json.Nodes;
using Demo.Faults;
using Demo.Freqtrade;

namespace Exporter.EndToEnd.Freqtrade;

/// <summary>One look of the program at each fault of the simulated freqtrade, as a person takes it: <c>check --json</c>.</summary>
public sealed class FaultTests
{
    public static TheoryData<string> Faults { get; } = [.. FreqtradeFaults.All.Select(fault => fault.Name)];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task One_look_finds_it(string name)
    {
        var fault = FaultCatalogue.Find(name)!;
        await using var look = await FreqtradeLook.StartAsync();
        await look.TurnAsync(fault);

        var bot = await look.LookAsync();

        var check = bot["checks"]!.AsArray().Single(check => (string?)check!["check"] == fault.Check)!;
        Assert.True((string?)check["status"] == fault.Status, $"{fault.Check}: {check["status"]}: {check["reason"]}");
    }

    [Fact]
    public async Task A_healthy_bot_trades_and_nothing_is_found()
    {
        await using var look = await FreqtradeLook.StartAsync();

        var bot = await look.LookAsync();

        Assert.Equal(("running", "trading"), ((string?)bot["life"], (string?)bot["trading_state"]));
        Assert.Empty((JsonArray)bot["points"]!);
        Assert.All(bot["checks"]!.AsArray(), check => Assert.Contains((string?)check!["status"], (string[])["ok", "disabled"]));
    }
}
