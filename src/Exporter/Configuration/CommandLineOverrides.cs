using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Exporter.Bots;
using Exporter.Checks;

namespace Exporter.Configuration;

/// <summary>What the command line says, laid over file and environment. Null or empty: it says nothing.</summary>
public sealed record CommandLineOverrides
{
    internal const string BotFlag = "--bot";

    public string? ConfigFile { get; init; }

    /// <summary>Together they are the bots that are watched.</summary>
    public ImmutableArray<BotArgument> Bots { get; init; } = [];

    public string? Exchange { get; init; }

    public bool Heal { get; init; }

    public ImmutableArray<string> ListenAddresses { get; init; } = [];

    public ImmutableArray<string> TokenFiles { get; init; } = [];

    public string? StoragePath { get; init; }

    public string? LogLevel { get; init; }

    public string? LogFormat { get; init; }

    internal void Apply(JsonObject tree, Origins origins)
    {
        if (!Bots.IsEmpty)
        {
            var configured = tree[nameof(ExporterOptions.Bots)] as JsonArray;
            tree[nameof(ExporterOptions.Bots)] = new JsonArray([.. Bots.Select(bot => BotOf(bot, configured))]);
            origins.Say(nameof(ExporterOptions.Bots), BotFlag);
        }

        if (Exchange is not null && tree[nameof(ExporterOptions.Bots)] is JsonArray bots)
        {
            for (var i = 0; i < bots.Count; i++)
            {
                if (bots[i] is JsonObject bot)
                {
                    Section(Section(bot, nameof(WatchedBotOptions.Checks)), nameof(CheckOptions.ExchangeApi))[nameof(ExchangeApiOptions.Exchange)] = Exchange;
                    origins.Say($"Bots:{i}:Checks:ExchangeApi:Exchange", "--exchange");
                }
            }
        }

        Set(tree, origins, "Web", "ListenAddresses", List(ListenAddresses), "--web.listen-address");
        Set(tree, origins, "Web", "TokenFiles", List(TokenFiles), "--web.token-file");
        Set(tree, origins, "Storage", "Path", Value(StoragePath), "--storage.path");
        Set(tree, origins, "Log", "Level", Value(LogLevel), "--log.level");
        Set(tree, origins, "Log", "Format", Value(LogFormat), "--log.format");
        Set(tree, origins, "Healing", "Enabled", Heal ? JsonValue.Create(true) : null, "--heal");
    }

    /// <summary>A bot that the file knows by the same name keeps its settings; only its place is replaced.</summary>
    private static JsonObject BotOf(BotArgument argument, JsonArray? configured)
    {
        var (name, place) = argument.Split();
        var bot = configured?.OfType<JsonObject>().FirstOrDefault(candidate => BotNames.Of(candidate) == name)?.DeepClone().AsObject()
            ?? new JsonObject(OptionsTree.NodeOptions);
        bot["Name"] = name;
        bot[argument.IsAddress ? nameof(BotOptions.Url) : nameof(BotOptions.Root)] = place;
        foreach (var (key, value) in new[] { (nameof(BotOptions.User), argument.User), (nameof(BotOptions.PasswordFile), argument.PasswordFile) })
        {
            if (value is not null)
            {
                bot[key] = value;
            }
        }

        return bot;
    }

    private static JsonArray? List(ImmutableArray<string> values) =>
        values.IsEmpty ? null : new JsonArray([.. values.Select(value => (JsonNode)value)]);

    private static JsonValue? Value(string? value) => value is null ? null : JsonValue.Create(value);

    private static void Set(JsonObject tree, Origins origins, string section, string key, JsonNode? value, string flag)
    {
        if (value is null)
        {
            return;
        }

        Section(tree, section)[key] = value;
        origins.Say($"{section}:{key}", flag);
    }

    private static JsonObject Section(JsonObject holder, string key)
    {
        if (holder[key] is not JsonObject section)
        {
            holder[key] = section = new JsonObject(OptionsTree.NodeOptions);
        }

        return section;
    }
}
