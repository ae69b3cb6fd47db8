using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Demo.Bot;
using Demo.Loop;

namespace Exporter.EndToEnd.Security;

/// <summary>Inside the sandbox of the unit and of the compose file, whatever tries to write elsewhere is refused, and the exporter goes on.</summary>
public sealed class SandboxTests : IDisposable
{
    private readonly QuietBot _bot = new();

    public void Dispose() => _bot.Dispose();

    [Fact]
    public void The_sandboxes_are_those_that_ship()
    {
        var unit = File.ReadAllLines(Path.Combine(Programs.Repository, "src", "Packaging", "systemd", "tradingbot_exporter.service"));
        Assert.Contains("ProtectSystem=strict", unit);
        Assert.Contains("PrivateTmp=yes", unit);
        Assert.Contains("CapabilityBoundingSet=", unit);
        Assert.Contains("NoNewPrivileges=yes", unit);
        Assert.Contains("ProcSubset=pid", unit);
        // Only the installer opens a bot's directory, and only with healing.
        Assert.DoesNotContain(unit, line => line.StartsWith("ReadWritePaths=", StringComparison.Ordinal));

        var compose = File.ReadAllText(Path.Combine(Programs.Repository, "docker-compose.yml"));
        Assert.Contains("read_only: true", compose, StringComparison.Ordinal);
        Assert.Contains("cap_drop: [ALL]", compose, StringComparison.Ordinal);
        Assert.Contains("no-new-privileges:true", compose, StringComparison.Ordinal);
        Assert.Contains("user: '10001:10001'", compose, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("unit")]
    [InlineData("compose")]
    public async Task A_storage_directory_outside_the_allowed_places_is_refused_by_the_kernel(string sandbox)
    {
        Sandbox.SkipIfMissing();
        const string elsewhere = "/var/lib/exporter-sandbox-test";

        await using var program = ChildProgram.Start(
            "bwrap", Sandbox.Of(sandbox).Run([_bot.Root], [_bot.Configure()], ["serve", "--config.file", _bot.Directory["exporter.json"], "--web.listen-address", "127.0.0.1:0", "--storage.path", elsewhere]));

        await program.WaitForLineAsync(line => line.Contains($"The storage directory {elsewhere} cannot be used", StringComparison.Ordinal) ? line : null);
        Assert.False(Directory.Exists(elsewhere));
    }

    [SkippableTheory]
    [InlineData("unit")]
    [InlineData("compose")]
    public async Task A_healing_that_writes_elsewhere_fails_and_the_exporter_goes_on(string sandbox)
    {
        Sandbox.SkipIfMissing();
        var inside = Path.Combine(_bot.Root, "restarted");
        const string outside = "/usr/exporter-sandbox-test";
        Directory.CreateDirectory(_bot.Directory["storage"]);
        _bot.Directory.Write(Path.Combine("bot", BotFiles.Heartbeat), """{"component":"bot_cycle","last_heartbeat_ts":1}""");
        var config = _bot.Configure(new JsonObject
        {
            ["Healing"] = new JsonObject
            {
                ["Enabled"] = true,
                ["HealthyFor"] = "0s",
                ["VerifyTimeout"] = "1s",
                ["Actions"] = new JsonObject { ["write_inside"] = new JsonObject { ["Retries"] = 0 }, ["write_outside"] = new JsonObject { ["Retries"] = 0 } },
                ["CustomActions"] = new JsonArray(Touching("write_inside", inside), Touching("write_outside", outside)),
            },
        });
        await using var program = ChildProgram.Start(
            "bwrap",
            Sandbox.Of(sandbox).Run([_bot.Root, _bot.Directory["storage"]], [config], ["serve", "--config.file", config, "--web.listen-address", "127.0.0.1:0", "--storage.path", _bot.Directory["storage"]]));
        using var http = new HttpClient { BaseAddress = new Uri(await program.WaitForLineAsync(PublishedExporter.ListeningAddress)) };

        http.DefaultRequestHeaders.Authorization = new("Bearer", (await File.ReadAllTextAsync(_bot.Directory["storage/token"])).Trim());
        var refused = await HealAsync(http, "write_outside");
        var allowed = await HealAsync(http, "write_inside");

        Assert.Contains("failed", refused, StringComparison.Ordinal);
        Assert.False(File.Exists(outside));
        Assert.Contains("failed", allowed, StringComparison.Ordinal);
        Assert.True(File.Exists(inside), "What is allowed works: " + allowed);
        Assert.Contains("tradingbot_exporter_build_info", await http.GetStringAsync("metrics"), StringComparison.Ordinal);
        Assert.False(program.HasExited);
    }

    [Theory]
    [InlineData("../outside/refresh")]
    [InlineData("/etc/cron.d/refresh")]
    public async Task A_trigger_file_outside_the_bot_is_refused_by_rule(string path)
    {
        var config = _bot.Configure(new JsonObject
        {
            ["Healing"] = new JsonObject
            {
                ["Remedies"] = new JsonObject
                {
                    ["Triggers"] = new JsonObject { ["refresh_intelligence"] = new JsonObject { ["File"] = new JsonObject { ["Path"] = path } } },
                },
            },
        });

        var (exit, output) = await PublishedExporter.RunAsync(["serve", "--config.file", config, "--storage.path", _bot.Directory["storage"], "--web.listen-address", "127.0.0.1:0"]);

        Assert.Equal(78, exit);
        Assert.Contains("must be a path below the bot's root", output, StringComparison.Ordinal);
    }

    private static JsonObject Touching(string name, string path) => new()
    {
        ["Name"] = name,
        ["Check"] = "bot_heartbeat",
        ["Trigger"] = new JsonObject { ["Command"] = new JsonObject { ["Argv"] = new JsonArray("touch", path) } },
    };

    /// <summary>Asks for an action by hand and returns how it ended, as the API tells it.</summary>
    private static async Task<string> HealAsync(HttpClient http, string action)
    {
        using var accepted = await http.PostAsJsonAsync($"api/v1/heal/{action}", new Dictionary<string, string> { ["bot"] = "alpha" });
        Assert.True(accepted.IsSuccessStatusCode, await accepted.Content.ReadAsStringAsync());
        return await Eventually.GetAsync(
            async () => await http.GetStringAsync($"api/v1/healings?action={action}") is var found && (found.Contains("\"failed\"", StringComparison.Ordinal) || found.Contains("\"healed\"", StringComparison.Ordinal) || found.Contains("\"refused\"", StringComparison.Ordinal))
                ? found
                : null,
            TimeSpan.FromSeconds(60),
            $"{action} ends");
    }
}
