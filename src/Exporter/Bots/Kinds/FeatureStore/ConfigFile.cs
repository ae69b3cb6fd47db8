using System.Text.Json;
using Exporter.Bots.Files;

namespace Exporter.Bots.Kinds.FeatureStore;

/// <summary>A configuration file as its rule judges it.</summary>
internal static class ConfigFile
{
    public static JsonParser<BotConfig> Parser(ConfigRule rule) => (ref JsonStream json) => Judge(json.Whole(), rule);

    private static Parsed<BotConfig> Judge(byte[] content, ConfigRule rule)
    {
        var verdict = rule.Judge(content);
        var config = new BotConfig([], ModeOf(verdict, rule)) { Content = content };
        return verdict switch
        {
            ConfigVerdict.Broken { What: var what } => throw new MalformedJsonException(what),
            ConfigVerdict.Incomplete { MissingKeys: { IsEmpty: false } keys } => Parsed<BotConfig>.Of(config with { MissingKeys = keys }),
            ConfigVerdict.Incomplete { What: var what } when verdict.Values.IsEmpty => Parsed<BotConfig>.Lacks(what),
            ConfigVerdict.Incomplete { What: var what } => Parsed<BotConfig>.Of(config with { Fault = what }),
            ConfigVerdict.Valid { Doubt: var doubt } => Parsed<BotConfig>.Of(config with { Doubt = doubt }),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>The file's own word; where an owner has described values of another type, what they mean.</summary>
    private static string? ModeOf(ConfigVerdict verdict, ConfigRule rule)
    {
        var field = rule.Fields.FirstOrDefault(field => field.Means?.Invoke(null).Live is not null);
        return field is null || verdict.Values.GetValueOrDefault(field.At) is not { } value ? null
            : value.Kind == JsonValueKind.String ? value.Text.ToLowerInvariant()
            : field.Means!(value).Live switch
            {
                LiveMoney.Yes => "live",
                LiveMoney.No => "paper",
                _ => null,
            };
    }
}
