using Demo.Freqtrade;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Demo.Bot;

namespace Demo.Loop;

/// <summary>The configuration file of the demo's exporter: its owner's alone, with triggers that knock at the simulated bot's door.</summary>
internal sealed class ExporterConfiguration(string directory, LoopPace pace, TimeSpan watchdogSilence, Action<string, JsonObject>? tune)
{
    private static readonly ImmutableArray<string> Triggered = ["refresh_coinglass", "refresh_intelligence", "verify_kill_switch"];

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public string Path { get; } = System.IO.Path.Combine(directory, "exporter.json");

    /// <summary>Where the exporter looks for the token that it made for itself.</summary>
    public string TokenFile { get; } = System.IO.Path.Combine(directory, "storage", "token");

    /// <summary>The content of <see cref="TokenFile"/>.</summary>
    public string Token { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    public string Storage { get; } = System.IO.Path.Combine(directory, "storage");

    /// <summary>The certificates that the exporter is to trust beside the system's.</summary>
    public string AuthoritiesFile { get; } = System.IO.Path.Combine(directory, "authorities.pem");

    /// <summary>What triggers show at a bot's door.</summary>
    public string BotKey { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    public void WriteSecrets(string coinGlassKey, X509Certificate2 certificate)
    {
        WritePrivate(AuthoritiesFile, certificate.ExportCertificatePem());
        Directory.CreateDirectory(Storage, OwnerOnly | UnixFileMode.UserExecute);
        WritePrivate(TokenFile, Token);
        WritePrivate(BotKeyFile, BotKey);
        WritePrivate(CoinGlassKeyFile, coinGlassKey);
        WritePrivate(PasswordFile, SimulatedFreqtrade.Password);
    }

    public void Write(ImmutableArray<Simulation> simulations)
    {
        var root = new JsonObject
        {
            ["Bots"] = new JsonArray([.. simulations.Select(Bot)]),
            ["Checks"] = Checks(),
            ["Venues"] = new JsonObject { ["ExtraCaFile"] = AuthoritiesFile },
            ["Healing"] = Healing(simulations),
        };
        WritePrivate(Path, root.ToJsonString());
    }

    private JsonObject Bot(Simulation simulation)
    {
        var checks = new JsonObject
        {
            ["ExchangeApi"] = new JsonObject { ["BaseUrl"] = simulation.Exchange.Address.ToString() },
            ["CoinGlassApi"] = new JsonObject { ["BaseUrl"] = simulation.CoinGlass.Address.ToString() },
        };
        if (simulation.DiskLimit is { } ratio)
        {
            checks["FileSystem"] = new JsonObject { ["MaxUsageRatio"] = ratio };
        }

        tune?.Invoke(simulation.Bot.Name, checks);
        if (simulation.Freqtrade is { } freqtrade)
        {
            checks["Disabled"] = new JsonArray("coinglass_api");
            checks["Money"] = new JsonObject { ["MaxDailyLoss"] = 100 };
            return new()
            {
                ["Name"] = simulation.Bot.Name,
                ["Kind"] = "freqtrade",
                ["Freqtrade"] = new JsonObject { ["StartAfter"] = new JsonArray("Informative pairs broke") },
                ["Root"] = freqtrade.UserData,
                ["Url"] = freqtrade.Address.ToString(),
                ["User"] = SimulatedFreqtrade.User,
                [nameof(PasswordFile)] = PasswordFile,
                ["Checks"] = checks,
            };
        }

        return new() { ["Name"] = simulation.Bot.Name, ["Root"] = simulation.Bot.Root, ["Checks"] = checks };
    }

    private JsonObject Checks() => new()
    {
        ["ExchangeApi"] = new JsonObject
        {
            ["Timeout"] = pace.Text(TimeSpan.FromSeconds(10), AtLeast(4)),
            ["MinInterval"] = pace.Text(TimeSpan.FromSeconds(30), AtLeast(5)),
        },
        ["CoinGlassApi"] = new JsonObject
        {
            ["KeyFile"] = CoinGlassKeyFile,
            ["MaxAge"] = pace.Text(TimeSpan.FromSeconds(120), AtLeast(10)),
        },
        ["Network"] = new JsonObject { ["MinInterval"] = pace.Text(TimeSpan.FromSeconds(30), AtLeast(5)) },
        ["IntelligenceFreshness"] = new JsonObject { ["MaxAge"] = pace.Text(TimeSpan.FromSeconds(120), AtLeast(10)) },
        ["BotHeartbeat"] = new JsonObject
        {
            ["MaxAge"] = pace.Text(TimeSpan.FromSeconds(300), AtLeast(10)),
            ["MaxIdle"] = pace.Text(TimeSpan.FromMinutes(10), AtLeast(10)),
        },
    };

    private JsonObject Healing(ImmutableArray<Simulation> simulations)
    {
        var bots = new JsonObject();
        foreach (var simulation in simulations)
        {
            bots[simulation.Bot.Name] = new JsonObject { ["Triggers"] = Triggers(simulation.Door) };
        }

        return new()
        {
            ["WatchdogSilence"] = pace.Text(watchdogSilence, AtLeast(10)),
            ["FailingFor"] = pace.Text(TimeSpan.FromMinutes(1)),
            ["Cooldown"] = pace.Text(TimeSpan.FromMinutes(2), AtLeast(1)),
            ["ReconsiderAfter"] = pace.Text(TimeSpan.FromMinutes(1), AtLeast(1)),
            ["HealthyFor"] = pace.Text(TimeSpan.FromSeconds(10), AtLeast(1)),
            // Enough for a bot that writes on its next cycle.
            ["VerifyTimeout"] = pace.Text(TimeSpan.FromSeconds(90), AtLeast(5)),
            ["VerifyInterval"] = pace.Text(TimeSpan.FromSeconds(2), AtLeast(0.2)),
            // More than anybody needs in earnest: in a demo faults follow each other like rain.
            ["MaxPerActionPerHour"] = 1_000,
            ["MaxPerHour"] = 10_000,
            ["StormCooldown"] = pace.Text(TimeSpan.FromMinutes(5), AtLeast(5)),
            ["Actions"] = new JsonObject([.. Triggered.Select(action => KeyValuePair.Create<string, JsonNode?>(action, Patience()))]),
            ["Remedies"] = new JsonObject
            {
                ["Bots"] = bots,
                ["SettleTime"] = pace.Text(TimeSpan.FromSeconds(60), AtLeast(10)),
                ["ClearExpired"] = true,
                ["NetworkDelay"] = pace.Text(TimeSpan.FromSeconds(2), AtLeast(0.5)),
            },
            ["CustomActions"] = new JsonArray(new JsonObject
            {
                ["Name"] = "restart_bot",
                ["Check"] = "bot_heartbeat",
                ["Does"] = "Restarts the simulated bot.",
            }),
        };
    }

    /// <summary>How an action behaves whose trigger fails.</summary>
    private JsonObject Patience() => new()
    {
        ["RetryDelay"] = pace.Text(TimeSpan.FromSeconds(2), AtLeast(0.5)),
        // Long enough to be seen open by a rule that is evaluated once a second.
        ["CircuitBreak"] = pace.Text(TimeSpan.FromMinutes(5), AtLeast(8)),
    };

    private JsonObject Triggers(BotDoor door) => new()
    {
        ["refresh_coinglass"] = Trigger(door.Refresh),
        ["refresh_intelligence"] = Trigger(door.Refresh),
        ["verify_kill_switch"] = Trigger(door.ClearKillSwitch),
        ["restart_bot"] = Trigger(door.Restart),
    };

    private JsonObject Trigger(Uri url) => new()
    {
        ["Http"] = new JsonObject { ["Url"] = url.ToString(), ["Headers"] = new JsonObject { [BotDoor.KeyHeader] = BotKeyFile } },
    };

    private static TimeSpan AtLeast(double seconds) => TimeSpan.FromSeconds(seconds);

    private string BotKeyFile => System.IO.Path.Combine(directory, "bot_key");

    private string PasswordFile => System.IO.Path.Combine(directory, "freqtrade_password");

    private string CoinGlassKeyFile => System.IO.Path.Combine(directory, "coinglass_key");

    private static void WritePrivate(string path, string content)
    {
        using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerOnly });
        file.Write(Encoding.UTF8.GetBytes(content));
    }
}
