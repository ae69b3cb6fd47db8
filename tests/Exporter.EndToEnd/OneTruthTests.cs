using System.Text.Json.Nodes;
using Exporter.Tests.Bots;
using Xunit.Abstractions;

namespace Exporter.EndToEnd;

/// <summary>Whoever is asked, and whenever in the bot's own writing: one answer.</summary>
public sealed class OneTruthTests(ITestOutputHelper output) : IDisposable
{
    private readonly FeatureStoreFixture _bot = FeatureStoreFixture.With();

    public void Dispose() => _bot.Dispose();

    /// <summary>A switch's file that was seen and is gone, which is the bot's own reset, is cleared for both.</summary>
    [Fact]
    public async Task Serve_and_check_on_one_storage_agree_on_a_switch_whose_file_was_deleted()
    {
        _bot.Block(DateTimeOffset.UtcNow.AddHours(1));
        await using var exporter = await PublishedExporter.StartAsync("--bot", $"alpha={_bot.Root}");
        Assert.Equal("critical", (await ServedAsync(exporter)).Status);
        _bot.Delete(FeatureStoreFixture.KillSwitch);

        var served = await ServedAsync(exporter);
        var (_, said) = await PublishedExporter.RunAsync(["check", "--bot", $"alpha={_bot.Root}", "--storage.path", exporter.Storage, "--json"]);

        output.WriteLine(served.Reason);
        Assert.Equal("ok", served.Status);
        Assert.Equal("ok", KillSwitch(said).Status);
        Assert.Contains("last", served.Reason, StringComparison.Ordinal);
    }

    /// <summary>The bot empties its file and writes it 400 ms later, once a second: the last good reading stands that long.</summary>
    [Fact]
    public async Task A_bot_that_takes_its_time_to_write_is_not_unknown_meanwhile()
    {
        await using var exporter = await PublishedExporter.StartAsync("--bot", $"alpha={_bot.Root}");
        var whole = await File.ReadAllTextAsync(_bot[FeatureStoreFixture.Positions]);
        Assert.Equal("ok", (await ServedAsync(exporter, "position_limits")).Status);
        using var over = new CancellationTokenSource(TimeSpan.FromSeconds(12));
        var writes = Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                await File.WriteAllTextAsync(_bot[FeatureStoreFixture.Positions], "");
                await Task.Delay(TimeSpan.FromMilliseconds(400), CancellationToken.None);
                await File.WriteAllTextAsync(_bot[FeatureStoreFixture.Positions], whole);
                await Task.Delay(TimeSpan.FromMilliseconds(600), CancellationToken.None);
            }
        });

        var looks = 0;
        while (!over.IsCancellationRequested)
        {
            var (status, reason) = await ServedAsync(exporter, "position_limits");
            Assert.True(status == "ok", $"look {looks}: {reason}");
            looks++;
        }

        await writes;
        output.WriteLine($"{looks} looks");
        Assert.True(looks > 10);
    }

    private static async Task<(string Status, string Reason)> ServedAsync(PublishedExporter exporter, string check = "kill_switch")
    {
        await exporter.Http.GetStringAsync("metrics");
        return Find(await exporter.Http.GetStringAsync("api/v1/status"), check);
    }

    private static (string Status, string Reason) KillSwitch(string json) => Find(json, "kill_switch");

    private static (string Status, string Reason) Find(string json, string name)
    {
        var check = JsonNode.Parse(json)!["bots"]![0]!["checks"]!.AsArray().Single(check => (string?)check!["check"] == name)!;
        return ((string)check["status"]!, (string)check["reason"]!);
    }
}
