using System.Collections.Immutable;
using System.Text.Json;
using Exporter.Bots.Files;

namespace Exporter.Bots.Kinds.FeatureStore;

/// <summary>A configuration file: a JSON object that is not empty and holds its required keys.</summary>
internal static class ConfigFile
{
    public static JsonParser<BotConfig> Parser(ImmutableArray<string> requiredKeys) =>
        (ref JsonStream json) => Parse(ref json, requiredKeys);

    private static Parsed<BotConfig> Parse(ref JsonStream json, ImmutableArray<string> requiredKeys)
    {
        if (json.EnterRootObject() is { } noObject)
        {
            return Parsed<BotConfig>.Lacks(noObject);
        }

        var missing = new HashSet<string>(requiredKeys, StringComparer.Ordinal);
        var isEmpty = true;
        string? mode = null;
        bool? restricted = null;
        while (json.NextName())
        {
            isEmpty = false;
            var key = json.Text();
            json.ToValue();

            // A key with null says as little as no key. Of a key that comes twice the last counts.
            if (json.Token == JsonTokenType.Null && requiredKeys.Contains(key))
            {
                missing.Add(key);
            }
            else
            {
                missing.Remove(key);
            }

            switch (key)
            {
                case "mode":
                    mode = json.Word()?.Trim().ToLowerInvariant();
                    break;
                case "restrict_to_golden_hour":
                    restricted = json.Flag();
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        return isEmpty && requiredKeys.IsEmpty
            ? Parsed<BotConfig>.Lacks("is an empty object")
            : Parsed<BotConfig>.Of(new BotConfig([.. requiredKeys.Where(missing.Contains)], mode, restricted));
    }
}
