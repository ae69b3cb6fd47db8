using System.Text;
using System.Text.Json.Nodes;
using Demo.Bot;

namespace Demo.Loop;

/// <summary>The configuration file of the demo's exporter: its owner's alone, with triggers that knock at the simulated bot's door.</summary>
internal sealed class ExporterConfiguration(string directory, LoopPace pace)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public string Path { get; } = System.IO.Path.Combine(directory, "exporter.json");

    public string TokenFile { get; } = System.IO.Path.Combine(directory, "heal_token");

    /// <summary>The content of <see cref="TokenFile"/>.</summary>
    public string Token { get; } = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(24));

    public string Storage { get; } = System.IO.Path.Combine(directory, "storage");

    public void WriteSecrets(BotDoor door, string coinGlassKey)
    {
        WritePrivate(TokenFile, Token);
        WritePrivate(BotKeyFile, door.Key);
        WritePrivate(CoinGlassKeyFile, coinGlassKey);
    }

    /// <param name="diskLimit">From which usage ratio on the disk counts as full; null: the exporter's default.</param>
    public void Write(SimulatedBot bot, BotDoor door, Uri exchange, Uri coinGlass, double? diskLimit)
    {
        var root = new JsonObject
        {
            ["Bots"] = new JsonArray(new JsonObject
            {
                ["Name"] = bot.Name,
                ["Root"] = bot.Root,
            }),
            ["Checks"] = new JsonObject
            {
                ["IntelligenceFreshness"] = new JsonObject { ["MaxAge"] = pace.Text(TimeSpan.FromSeconds(120)) },
            },
        };
        WritePrivate(Path, root.ToJsonString());
    }

    private string BotKeyFile => System.IO.Path.Combine(directory, "bot_key");

    private string CoinGlassKeyFile => System.IO.Path.Combine(directory, "coinglass_key");

    private static void WritePrivate(string path, string content)
    {
        using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerOnly });
        file.Write(Encoding.UTF8.GetBytes(content));
    }
}
