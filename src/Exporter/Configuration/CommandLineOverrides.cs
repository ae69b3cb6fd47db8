using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Exporter.Checks;

namespace Exporter.Configuration;

/// <summary>What the command line says, laid over file and environment. Null or empty: it says nothing.</summary>
public sealed record CommandLineOverrides
{
    internal const string BotFlag = "--bot";

    public string? ConfigFile { get; init; }

    /// <summary><c>DIR</c> or <c>NAME=DIR</c> each; together they are the bots that are watched.</summary>
    public ImmutableArray<string> Bots { get; init; } = [];

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

    /// <summary>The name of the bot that <c>DIR</c> or <c>NAME=DIR</c> stands for.</summary>
    internal static string NameOf(string argument) => Split(argument).Name;

    private static (string Name, string Root) Split(string argument)
    {
        var equals = argument.IndexOf('=', StringComparison.Ordinal);
        // A directory may hold '=' too: only what stands before it and is no path is a name.
        var named = equals > 0 && !argument.AsSpan(0, equals).Contains('/');
        var root = System.IO.Path.GetFullPath(named ? argument[(equals + 1)..] : argument);
        return (named ? argument[..equals] : BotNames.Of(root), root);
    }

    /// <summary>A bot that the file knows by the same name keeps its settings; only its directory is replaced.</summary>
    private static JsonObject BotOf(string argument, JsonArray? configured)
    {
        var (name, root) = Split(argument);
        var bot = configured?.OfType<JsonObject>().FirstOrDefault(candidate => BotNames.Of(candidate) == name)?.DeepClone().AsObject()
            ?? new JsonObject(OptionsTree.NodeOptions);
        bot["Name"] = name;
        bot["Root"] = root;
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
