using System.Collections.Immutable;
using System.Text.Json;

namespace Exporter.Bots;

/// <summary>What the bot's own loader takes for JSON. UTF-8 without a byte-order mark in every case.</summary>
public enum ConfigSyntax
{
    /// <summary>Everything that follows: for a bot whose loader nobody has named, so that nothing it may read is called broken.</summary>
    Any,

    /// <summary>RFC 8259 and nothing else.</summary>
    Json,

    /// <summary>With comments and trailing commas.</summary>
    JsonWithComments,

    /// <summary>Python's own: <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c> are numbers.</summary>
    PythonJson,
}

/// <summary>Whether real money is at stake with a configuration. Unknown counts as yes wherever something would be written.</summary>
public enum LiveMoney
{
    No,
    Unknown,
    Yes,
}

/// <summary>A value in a configuration; <paramref name="Text"/> is a text's content, a number or word as written, and empty for the rest.</summary>
[System.Text.Json.Serialization.JsonConverter(typeof(ConfigValueConverter))]
public sealed record ConfigValue(JsonValueKind Kind, string Text);

/// <summary>What a field says to the bot.</summary>
/// <param name="Live">Null: the field says nothing of money.</param>
/// <param name="Fault">Completes "FILE …": why the bot cannot work with it.</param>
/// <param name="Doubt">Completes "FILE …": why it hardly says what its owner meant.</param>
public sealed record ConfigMeaning(LiveMoney? Live = null, string? Fault = null, string? Doubt = null);

/// <summary>A field that the rule looks at.</summary>
/// <param name="At">Where it stands (RFC 6901).</param>
/// <param name="Required">It must be there, with a value other than null.</param>
/// <param name="Means">What its value means, or its lack (null).</param>
public sealed record ConfigField(string At, bool Required, Func<ConfigValue?, ConfigMeaning>? Means = null)
{
    internal ImmutableArray<string> Path { get; } =
        [.. At.Split('/').Skip(1).Select(part => part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];

    /// <summary>For people: <c>mode</c>, <c>exchange.name</c>.</summary>
    internal string Name => string.Join('.', Path);
}

/// <summary>
/// The one rule for the bytes of one configuration file, given by whoever knows the bot. The check, healing and the keeper of good
/// copies all ask it, so they never disagree.
/// </summary>
public sealed record ConfigRule(ConfigSyntax Syntax, ImmutableArray<ConfigField> Fields)
{
    /// <summary>A larger file is no configuration.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    public ConfigVerdict Judge(ReadOnlySpan<byte> content)
    {
        var scan = new ConfigScan(this);
        if (scan.Read(content) is { } broken)
        {
            return new ConfigVerdict.Broken(broken) { Live = Worst(field => scan.LiveBeforeTheTear(field)), Values = scan.Values };
        }

        var meanings = Fields.Select(field => field.Means?.Invoke(scan.Values.GetValueOrDefault(field.At))).OfType<ConfigMeaning>().ToList();
        var live = meanings.Max(meaning => meaning.Live) ?? LiveMoney.No;
        if (scan.NoObject is { } noObject)
        {
            return new ConfigVerdict.Incomplete(noObject, []) { Live = LiveMoney.Unknown, Values = scan.Values };
        }

        ImmutableArray<string> missing =
        [
            .. Fields
                .Where(field => field.Required && scan.Values.GetValueOrDefault(field.At) is null or { Kind: JsonValueKind.Null })
                .Where(field => field.Required)
                .Select(field => field.Name),
        ];
        var fault = !missing.IsEmpty ? Lacks(missing)
            : scan.IsEmptyObject ? "is an empty JSON object"
            : meanings.Select(meaning => meaning.Fault).FirstOrDefault(says => says is not null);
        return fault is not null
            ? new ConfigVerdict.Incomplete(fault, missing) { Live = live, Values = scan.Values }
            : new ConfigVerdict.Valid(meanings.Select(meaning => meaning.Doubt).FirstOrDefault(says => says is not null)) { Live = live, Values = scan.Values };
    }

    private LiveMoney Worst(Func<ConfigField, LiveMoney> live) => Fields
        .Where(field => field.Means?.Invoke(null).Live is not null)
        .Select(live)
        .DefaultIfEmpty(LiveMoney.No)
        .Max();

    private static string Lacks(ImmutableArray<string> keys) =>
        $"lacks the required {(keys.Length == 1 ? "key" : "keys")} {string.Join(", ", keys.Select(key => $"'{key}'"))}";
}

/// <summary>What a configuration's bytes are worth. Sentences name keys and places, never a value.</summary>
public abstract record ConfigVerdict
{
    private ConfigVerdict()
    {
    }

    /// <summary>Of a broken file: what can be read before the tear, and unknown where the tear may hide more.</summary>
    public required LiveMoney Live { get; init; }

    /// <summary>The rule's fields that are there, by pointer.</summary>
    public required ImmutableDictionary<string, ConfigValue> Values { get; init; }

    /// <param name="Doubt">Completes "FILE …"; null when nothing is to be said.</param>
    public sealed record Valid(string? Doubt) : ConfigVerdict;

    /// <summary>The bot's loader reads it, but it is not what the bot needs: somebody's work, which nothing overwrites.</summary>
    /// <param name="What">Completes "FILE …".</param>
    public sealed record Incomplete(string What, ImmutableArray<string> MissingKeys) : ConfigVerdict;

    /// <summary>The bot's loader cannot read it.</summary>
    /// <param name="What">Completes "FILE …".</param>
    public sealed record Broken(string What) : ConfigVerdict;
}
