using System.Text.Json.Nodes;
using Demo.Bot;

namespace Exporter.EndToEnd.Security;

/// <summary>A bot's directory that nobody writes to, and a configuration whose venues lie on a loopback port that nobody has.</summary>
public sealed class QuietBot : IDisposable
{
    private const string Nowhere = "http://127.0.0.1:1";

    private readonly TemporaryDirectory _directory = new();

    public QuietBot()
    {
        var now = DateTimeOffset.UtcNow;
        Write(BotFiles.TradingConfig, new JsonObject { ["mode"] = "paper" });
        Write(BotFiles.GoldenHour, new JsonObject { ["restrict_to_golden_hour"] = true });
        Write(BotFiles.Positions, new JsonObject { ["open_positions"] = new JsonArray(), ["closed_positions"] = new JsonArray() });
        Write(BotFiles.Heartbeat, new JsonObject { ["component"] = "bot_cycle", ["last_heartbeat_ts"] = now.ToUnixTimeSeconds() });
        Write(BotFiles.Intelligence, new JsonObject { ["ts"] = now.AddHours(-1).ToString("O"), ["signals"] = new JsonObject() });
    }

    /// <summary>Holds the bot's directory <c>bot</c> and everything else that a test needs.</summary>
    public TemporaryDirectory Directory => _directory;

    public string Root => _directory["bot"];

    /// <summary>Writes the exporter's configuration, with further sections, and returns its path.</summary>
    public string Configure(JsonObject? sections = null)
    {
        var root = new JsonObject
        {
            ["Bots"] = new JsonArray(new JsonObject { ["Name"] = "alpha", [nameof(Root)] = Root }),
            ["Checks"] = new JsonObject
            {
                ["ExchangeApi"] = new JsonObject { ["BaseUrl"] = Nowhere },
                ["CoinGlassApi"] = new JsonObject { ["BaseUrl"] = Nowhere },
                ["Network"] = new JsonObject { ["Endpoints"] = new JsonArray(Nowhere) },
            },
        };
        foreach (var (name, section) in sections ?? [])
        {
            root[name] = section?.DeepClone();
        }

        return _directory.Write("exporter.json", root.ToJsonString());
    }

    /// <summary>Serves this bot from the published program.</summary>
    public Task<PublishedExporter> ServeAsync(JsonObject? sections = null, params string[] arguments) =>
        PublishedExporter.StartAsync(["--config.file", Configure(sections), .. arguments]);

    public void Dispose() => _directory.Dispose();

    private void Write(string file, JsonObject content) => _directory.Write(Path.Combine("bot", file), content.ToJsonString());
}
