using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Exporter.Bots;

/// <summary>The rules of the configuration files that are known, and of those that an owner describes.</summary>
internal static class ConfigRules
{
    public const string ModePointer = "/mode";
    public const string RestrictedPointer = "/restrict_to_golden_hour";

    private const string Paper = "paper";
    private const string Live = "live";

    /// <summary>The reference bot's <c>trading_config.json</c>, by running its own functions.</summary>
    public static ConfigRule Trading { get; } = new(ConfigSyntax.PythonJson, [new(ModePointer, true, ReferenceMode)]);

    /// <summary>Its <c>golden_hour_config.json</c>, which says nothing of money.</summary>
    public static ConfigRule GoldenHour { get; } = new(ConfigSyntax.PythonJson, [new(RestrictedPointer, true, Restricted)]);

    public static ConfigRule Of(ConfigFileOptions options)
    {
        var mode = options.Mode ?? ModePointer;
        var isSaid = options.Mode is not null || options.Live is not null;
        ImmutableArray<ConfigValue> live = options.Live is { Count: > 0 } values ? [.. values] : [new(JsonValueKind.String, Live)];
        var required = (options.Required ?? []).Distinct(StringComparer.Ordinal).ToList();
        return new(options.Syntax,
        [
            new ConfigField(mode, required.Contains(mode), value => new(isSaid ? Described(value, live) : Guessed(value))),
            .. required.Where(pointer => pointer != mode).Select(pointer => new ConfigField(pointer, true)),
        ]);
    }

    /// <summary>Python's truth of a value.</summary>
    public static bool IsTrue(ConfigValue value) => value.Kind switch
    {
        JsonValueKind.False or JsonValueKind.Null => false,
        JsonValueKind.String => value.Text.Length > 0,
        JsonValueKind.Number => Number(value) != 0,
        _ => true,
    };

    /// <summary>A text that lower-cased is not <c>paper</c> trades live; without the key the bot trades paper; anything but a text and it does not start.</summary>
    private static ConfigMeaning ReferenceMode(ConfigValue? value) => value switch
    {
        null => new(LiveMoney.No),
        { Kind: not JsonValueKind.String } => new(LiveMoney.Unknown, Fault: "has a mode that is no text, with which the bot does not start; write paper or live"),
        { Text: var text } => text.ToLowerInvariant() switch
        {
            Paper => new(LiveMoney.No),
            Live => new(LiveMoney.Yes),
            _ => new(LiveMoney.Yes, Doubt: "has a mode other than paper, and the bot takes every such word for live; write paper or live"),
        },
    };

    private static ConfigMeaning Restricted(ConfigValue? value) =>
        value is { Kind: JsonValueKind.String, Text: var text } && !(text.Length > 0 && bool.TryParse(text, out var says) && says)
            ? new(Doubt: $"has a restrict_to_golden_hour that is a text, which the bot takes for {(text.Length > 0 ? "true" : "false")}; write true or false without quotes")
            : new();

    /// <summary>What the owner has described: a value of another type than the ones that mean live is not understood.</summary>
    private static LiveMoney Described(ConfigValue? value, ImmutableArray<ConfigValue> live) =>
        value is null ? LiveMoney.Unknown
        : live.Any(one => Same(one, value)) ? LiveMoney.Yes
        : live.Any(one => ClassOf(one.Kind) == ClassOf(value.Kind)) ? LiveMoney.No
        : LiveMoney.Unknown;

    /// <summary>Nobody has said what decides: a file without a mode is no matter of money, and a word that is not known may be.</summary>
    private static LiveMoney Guessed(ConfigValue? value) =>
        value is null or { Kind: JsonValueKind.String, Text: Paper } ? LiveMoney.No
        : value is { Kind: JsonValueKind.String, Text: var text } && text.Trim().Equals(Live, StringComparison.OrdinalIgnoreCase) ? LiveMoney.Yes
        : LiveMoney.Unknown;

    private static bool Same(ConfigValue one, ConfigValue other) => (one.Kind, other.Kind) switch
    {
        (JsonValueKind.String, JsonValueKind.String) => one.Text.Trim().Equals(other.Text.Trim(), StringComparison.OrdinalIgnoreCase),
        (JsonValueKind.Number, JsonValueKind.Number) => one.Text == other.Text || Number(one) == Number(other),
        _ => one.Kind == other.Kind,
    };

    private static JsonValueKind ClassOf(JsonValueKind kind) => kind == JsonValueKind.False ? JsonValueKind.True : kind;

    private static double? Number(ConfigValue value) =>
        double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
