using System.Net;
using System.Net.Http.Headers;
using Exporter.Tests.Bots;

namespace Exporter.EndToEnd;

/// <summary>How the program starts, reloads and stops.</summary>
public sealed class LifecycleTests : IDisposable
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(5);

    private readonly TemporaryDirectory _directory = new();
    private readonly FeatureStoreFixture _bot = FeatureStoreFixture.With();

    public void Dispose()
    {
        _bot.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task It_stops_cleanly_on_sigterm_also_while_a_client_keeps_its_connection()
    {
        await using var exporter = await StartAsync();
        await exporter.Http.GetStringAsync("metrics");

        var asked = TimeProvider.System.GetTimestamp();
        var code = await exporter.Program.StopAsync();

        Assert.Equal(0, code);
        Assert.InRange(TimeProvider.System.GetElapsedTime(asked), TimeSpan.Zero, Promised);
        Assert.Contains("event=Stopped", exporter.Program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sighup_reads_the_configuration_again_and_a_wrong_one_changes_nothing()
    {
        await using var exporter = await StartAsync();

        Configure(Offline.Configuration.Replace("\"Checks\": {", "\"Checks\": { \"PositionLimits\": { \"MaxOpen\": 7 },", StringComparison.Ordinal));
        exporter.Program.Signal("HUP");
        await exporter.Program.WaitForLineAsync(line => line.Contains("event=ConfigurationReloaded", StringComparison.Ordinal) ? line : null);
        Assert.Contains("tradingbot_positions_max{bot=\"alpha\"} 7\n", await exporter.Http.GetStringAsync("metrics"), StringComparison.Ordinal);

        Configure("{ \"Cheks\": {} }");
        exporter.Program.Signal("HUP");
        await exporter.Program.WaitForLineAsync(line => line.Contains("Did you mean Checks?", StringComparison.Ordinal) ? line : null);
        var metrics = await exporter.Http.GetStringAsync("metrics");
        Assert.Contains("tradingbot_positions_max{bot=\"alpha\"} 7\n", metrics, StringComparison.Ordinal);
        Assert.Contains("tradingbot_exporter_config_last_reload_successful 0\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_exporter_on_the_same_storage_is_told_who_holds_it()
    {
        await using var first = await StartAsync();

        var (code, output) = await PublishedExporter.RunAsync(
            ["serve", "--bot", _bot.Root, "--storage.path", first.Storage, "--web.listen-address", "127.0.0.1:0"]);

        Assert.Equal(1, code);
        Assert.Contains($"process {first.Program.Id}", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_in_use_is_named()
    {
        await using var first = await StartAsync();

        var (code, output) = await PublishedExporter.RunAsync(
            ["serve", "--bot", _bot.Root, "--storage.path", _directory["other"], "--web.listen-address", first.Target]);

        Assert.Equal(1, code);
        Assert.Contains(first.Target, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_configuration_ends_with_78_before_anything_is_written()
    {
        Configure("{ \"Web\": { \"ListenAddresses\": [ \":0\" ] } }");

        var (code, output) = await PublishedExporter.RunAsync(
            ["serve", "--config.file", _directory["config.json"], "--bot", _bot.Root, "--storage.path", _directory["state"]]);

        Assert.Equal(78, code);
        Assert.Contains("--web.token-file", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_directory["state"]));
    }

    [Fact]
    public async Task A_rotated_token_holds_at_once()
    {
        var file = _directory.Write("token", "the-first-token-of-two\n");
        await using var exporter = await StartAsync("--web.token-file", file);
        Assert.Equal(HttpStatusCode.OK, await ReloadAsync(exporter, "the-first-token-of-two"));

        File.WriteAllText(file, "the-second-token-of-the-two\n");

        Assert.Equal(HttpStatusCode.OK, await ReloadAsync(exporter, "the-second-token-of-the-two"));
        Assert.Equal(HttpStatusCode.Unauthorized, await ReloadAsync(exporter, "the-first-token-of-two"));
        Assert.DoesNotContain("token-of", exporter.Program.Output, StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> ReloadAsync(PublishedExporter exporter, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "-/reload");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await exporter.Http.SendAsync(request);
        return answer.StatusCode;
    }

    private Task<PublishedExporter> StartAsync(params string[] more)
    {
        Configure(Offline.Configuration);
        return PublishedExporter.StartAsync(["--config.file", _directory["config.json"], "--bot", $"alpha={_bot.Root}", .. more]);
    }

    private void Configure(string json) => _directory.Write("config.json", json);
}
