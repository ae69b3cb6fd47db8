using System.Net;
using Exporter.Tests.Bots;

namespace Exporter.EndToEnd;

/// <summary>A first start where nothing can be kept, as on a full or read-only disk: the failure that the exporter is there to tell of.</summary>
public sealed class NoStorageTests : IDisposable
{
    private readonly FeatureStoreFixture _bot = FeatureStoreFixture.With();
    private readonly TemporaryDirectory _directory = new();

    public void Dispose()
    {
        _bot.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task It_monitors_says_so_everywhere_changes_nothing_and_takes_the_storage_as_soon_as_it_can()
    {
        var taken = _directory.Write("taken", "a file where the directory should be");
        await using var exporter = await PublishedExporter.StartAsync("--bot", $"alpha={_bot.Root}", "--heal", "--storage.path", Path.Combine(taken, "state"));

        var metrics = await exporter.Http.GetStringAsync("metrics");
        Assert.Contains("tradingbot_storage_usable 0", metrics, StringComparison.Ordinal);
        Assert.Contains("tradingbot_check_status{bot=\"alpha\",check=\"config_integrity\",category=\"configuration\",status=\"ok\"} 1", metrics, StringComparison.Ordinal);
        Assert.Contains("nothing is recorded and nothing is healed", await exporter.Http.GetStringAsync(""), StringComparison.Ordinal);
        var (_, why) = await PublishedExporter.RunAsync(["why", "--url", exporter.Address.ToString()]);
        Assert.Contains("nothing is recorded and nothing is healed", why.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains("no token is configured, and none could be made", why.ReplaceLineEndings(" "), StringComparison.Ordinal);
        using var empty = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
        Assert.Equal(HttpStatusCode.Forbidden, (await exporter.Http.PostAsync("heal", empty)).StatusCode);

        File.Delete(taken);
        await Eventually.GetAsync(
            async () => (await exporter.Http.GetStringAsync("metrics")).Contains("tradingbot_storage_usable 1", StringComparison.Ordinal) ? "usable" : null,
            TimeSpan.FromSeconds(30), "a storage that is taken once it can be");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(taken, "state")));
    }
}
