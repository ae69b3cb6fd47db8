using System.Globalization;
using System.Text.Json.Nodes;
using Exporter.EndToEnd.StatusPage;

namespace Exporter.EndToEnd;

/// <summary>What the exporter still knows after it was killed.</summary>
public sealed class SinceTests
{
    [Fact]
    public async Task Since_when_a_bot_is_blocked_outlives_a_kill()
    {
        await using var host = await SimulatedHost.StartAsync();
        await host.AddAsync("alpha", TimeSpan.FromSeconds(1));
        await host["alpha"].ChangeAsync(state => state.TradingFrozen = true, CancellationToken.None);
        await host.StartExporterAsync();
        var before = await StandingAsync(host);

        await host.KillExporterAsync();
        await host.StartExporterAsync();

        Assert.Equal(before, await StandingAsync(host));
    }

    /// <summary>The bot's state and that of the check that made it, each with its "since".</summary>
    private static Task<string> StandingAsync(SimulatedHost host) => Eventually.GetAsync(
        async () =>
        {
            if (!(await host.BlockersAsync()).Contains("alpha kill_switch critical"))
            {
                return null;
            }

            var status = JsonNode.Parse(await host.Exporter.Http.GetStringAsync("api/v1/status"))!;
            var bot = status["bots"]![0]!;
            var check = bot["checks"]!.AsArray().Single(check => (string?)check!["check"] == "kill_switch")!;
            return $"{bot["health"]} since {Moment(bot["since"]!)}, {check["status"]} since {Moment(check["since"]!)}";
        },
        TimeSpan.FromSeconds(60),
        "the kill switch is seen");

    /// <summary>To the millisecond, as records keep it.</summary>
    private static string Moment(JsonNode time) => time.GetValue<DateTimeOffset>().ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
}
