using System.Text.Json.Nodes;
using Exporter.Tests.Bots;

namespace Exporter.EndToEnd;

/// <summary>Two exporters on one bot's directory, as after a move to another host that nobody finished.</summary>
public sealed class TwoHealersTests : IDisposable
{
    private readonly FeatureStoreFixture _bot = FeatureStoreFixture.With();

    public void Dispose() => _bot.Dispose();

    [Fact]
    public async Task Only_one_of_them_heals_and_the_other_says_who_does()
    {
        var config = Path.Combine(_bot.Root, "configs", "trading_config.json");
        await using var first = await PublishedExporter.StartAsync("--bot", $"alpha={_bot.Root}", "--heal");
        await using var second = await PublishedExporter.StartAsync("--bot", $"alpha={_bot.Root}", "--heal");
        await first.Http.GetStringAsync("metrics");
        await second.Http.GetStringAsync("metrics");
        var whole = await File.ReadAllTextAsync(config);
        await File.WriteAllTextAsync(config, whole[..(whole.Length / 2)]);

        var refused = await HealAsync(second);

        Assert.Equal("other_healer", (string?)refused["guard"]);
        Assert.Contains($"process {first.Program.Id}", (string?)refused["reason"], StringComparison.Ordinal);
        Assert.Equal(whole[..(whole.Length / 2)], await File.ReadAllTextAsync(config));
        Assert.Contains("Another exporter", await second.Http.GetStringAsync("api/v1/status"), StringComparison.Ordinal);
        Assert.DoesNotContain("Another exporter", await first.Http.GetStringAsync("api/v1/status"), StringComparison.Ordinal);
        Assert.DoesNotContain("other_healer", (string?)(await HealAsync(first, "--dry-run"))["reason"], StringComparison.Ordinal);
        Assert.Contains("other_healer", (string?)(await HealAsync(second, "--dry-run"))["reason"], StringComparison.Ordinal);
    }

    private static async Task<JsonNode> HealAsync(PublishedExporter exporter, params string[] more)
    {
        var (_, said) = await PublishedExporter.RunAsync(
            ["heal", "restore_config", "--bot", "alpha", "--target", "configs/trading_config.json", "--json", "--url", exporter.Address.ToString(), .. more]);
        return JsonNode.Parse(said)!;
    }
}
