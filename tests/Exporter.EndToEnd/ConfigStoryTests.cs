using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Xunit.Abstractions;

namespace Exporter.EndToEnd;

/// <summary>
/// The two minutes of an owner who edits his bot's configuration while the exporter may heal it: what is torn comes back, and what is his,
/// live, or merely written as Python writes it is never touched. After each step the bot's whole tree is compared byte by byte.
/// </summary>
public sealed class ConfigStoryTests(ITestOutputHelper output) : IDisposable
{
    private const string Config = "bot/configs/trading_config.json";
    private const string Paper = "{\n  \"mode\": \"paper\",\n  \"thresholds\": {\"paper\": {\"ULTRA\": 0.15}},\n  \"max_open_positions\": 10\n}\n";
    private const string Live = "{\n  \"mode\": \"live\",\n  \"thresholds\": {\"paper\": {\"ULTRA\": 0.15}},\n  \"max_open_positions\": 10\n}\n";

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [SkippableFact]
    public async Task What_is_torn_comes_back_and_what_is_an_owner_s_stays_as_he_wrote_it()
    {
        Skip.IfNot(File.Exists(PublishedExporter.Binary), $"{PublishedExporter.Binary} is not there; build or publish the exporter first.");
        _directory.Write(Config, Paper);
        _directory.Write("bot/feature_store/golden_hour_config.json", """{ "restrict_to_golden_hour": false }""");
        _directory.Write("bot/logs/positions_futures.json", """{ "open_positions": [], "closed_positions": [] }""");
        _directory.Write("config.json", """
            {
              "Healing": { "Enabled": true, "Trigger": "alertmanager", "Cooldown": "1s", "MaxCooldown": "1s", "MaxAttempts": 100, "HealthyFor": "200ms", "VerifyInterval": "100ms", "VerifyTimeout": "5s", "MaxPerActionPerHour": 1000, "MaxPerHour": 1000, "Remedies": { "SettleTime": "10s" } },
              "Checks": {
                "ExchangeApi": { "Exchange": "custom", "Custom": { "Url": "http://127.0.0.1:1/time" } },
                "Network": { "Endpoints": [ "http://127.0.0.1:1" ] }
              }
            }
            """);
        await using var exporter = await PublishedExporter.StartAsync(
            "--config.file", _directory["config.json"], "--bot", $"alpha={_directory["bot"]}", "--storage.path", _directory["state"]);
        await StatusAsync(exporter);

        // Torn in the middle, though it is known to have been paper: it comes back, byte by byte.
        await Becomes(exporter, Paper[..40], status: "critical", Paper, outcome: "healed");
        // Emptied: nothing is there that is not the beginning of the copy.
        await Becomes(exporter, "", status: "critical", Paper, outcome: "healed");
        // The owner goes live: valid, and left alone.
        await Becomes(exporter, Live, status: "ok", Live, outcome: "cancelled");
        // Torn while live: a person decides.
        await Becomes(exporter, Live[..40], status: "critical", Live[..40], outcome: "suggested");
        await Becomes(exporter, Live[..14], status: "critical", Live[..14], outcome: "suggested");
        // Back to paper, with a literal that only Python writes: read well by the bot, never broken.
        var literal = Paper.Replace("0.15", "NaN", StringComparison.Ordinal);
        await Becomes(exporter, literal, status: "ok", literal, outcome: "cancelled");
        // A byte order mark is refused by the bot, but the bytes behind it are an owner's own.
        var marked = "\uFEFF" + Live;
        await Becomes(exporter, marked, status: "critical", marked, outcome: "suggested");
        // And the tear of what was last valid is mended with that, not with what was before.
        await Becomes(exporter, literal[..30], status: "critical", literal, outcome: "healed");
    }

    private async Task Becomes(PublishedExporter exporter, string written, string status, string after, string outcome)
    {
        var others = Tree();
        File.WriteAllText(_directory[Config], written);
        Assert.Equal(status, await StatusAsync(exporter));

        // A second after the last one a healing may begin again.
        var verdict = await Eventually.GetAsync(
            async () =>
            {
                var (code, said) = await PublishedExporter.RunAsync(
                    ["heal", "restore_config", "--bot", "alpha", "--target", "configs/trading_config.json", "--json", "--url", exporter.Address.ToString()]);
                output.WriteLine($"exit {code}: {said}");
                return JsonNode.Parse(said) is var answer && (string?)answer!["guard"] == "cooldown" ? null : answer;
            },
            TimeSpan.FromSeconds(60), "a healing after the cooldown");
        Assert.Equal(outcome, (string?)verdict!["outcome"]);
        Assert.Equal(after, File.ReadAllText(_directory[Config], new System.Text.UTF8Encoding(false, true)) is var text && written.StartsWith('\uFEFF') ? "\uFEFF" + text.TrimStart('\uFEFF') : text);
        Assert.Equal(others, Tree());
    }

    private static async Task<string> StatusAsync(PublishedExporter exporter)
    {
        await exporter.Http.GetStringAsync("metrics");
        var status = JsonNode.Parse(await exporter.Http.GetStringAsync("api/v1/status"))!;
        return (string)status["bots"]![0]!["checks"]!.AsArray().Single(check => (string?)check!["check"] == "config_integrity")!["status"]!;
    }

    /// <summary>Everything below the bot but the file that the story is about, and the lock of who heals it.</summary>
    private string Tree() => string.Join('\n', Directory.EnumerateFileSystemEntries(_directory["bot"], "*", SearchOption.AllDirectories)
        .Where(entry => entry != _directory[Config] && Path.GetFileName(entry) != ".tradingbot_exporter.lock")
        .Order(StringComparer.Ordinal)
        .Select(entry => Directory.Exists(entry) ? entry : $"{entry} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(entry)))}"));
}
