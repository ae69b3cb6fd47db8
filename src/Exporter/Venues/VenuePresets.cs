using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Exporter.Venues;

/// <summary>The venues that the exporter knows, from <c>Venues/Data/presets.json</c>. Adding one adds an entry there.</summary>
public static class VenuePresets
{
    /// <summary>The name of the preset that an owner fills in.</summary>
    public const string CustomName = "custom";

    private static readonly Lazy<ImmutableArray<VenuePreset>> _exchanges = new(() => Read("presets.json", PresetJson.Default.ImmutableArrayVenuePreset));
    private static readonly Lazy<VenueNames> _names = new(() => Read("names.json", PresetJson.Default.VenueNames));

    /// <summary>Not an exchange, but asked by the same rules. Codes: docs.coinglass.com, responses and error codes.</summary>
    public static VenuePreset CoinGlass { get; } = new()
    {
        Name = "coinglass",
        Title = "CoinGlass",
        BaseUrl = new Uri("https://open-api-v4.coinglass.com"),
        Path = "/api/futures/supported-coins",
        Ok = [BodyRule.Text("/code", "0")],
        KeyHeader = "CG-API-KEY",
        Limits =
        [
            OfCode(ProbeCause.Forbidden, "401", "403"),
            OfCode(ProbeCause.ServerError, "408", "500"),
            OfCode(ProbeCause.RateLimited, "429"),
            OfCode(ProbeCause.Maintenance, "503"),
        ],
    };

    /// <summary>The presets that <c>--exchange</c> takes beside <see cref="CustomName"/>.</summary>
    public static ImmutableArray<VenuePreset> Exchanges => _exchanges.Value;

    /// <summary>Every name that <c>--exchange</c> takes.</summary>
    public static ImmutableArray<string> ExchangeNames => [.. Exchanges.Select(preset => preset.Name), CustomName];

    /// <summary>The preset of that name; null for a name that is none, and for <see cref="CustomName"/>.</summary>
    public static VenuePreset? FindExchange(string name) => Exchanges.FirstOrDefault(preset => preset.Name == name);

    /// <summary>
    /// The preset, with its host, that a bot means by a name of its own: those of freqtrade, hummingbot and ccxt, of today and of before.
    /// </summary>
    /// <param name="name">As it stands in the bot's configuration.</param>
    /// <param name="futures">The bot trades derivatives, where the venue has another host for them.</param>
    /// <returns>Null where there is no preset.</returns>
    public static VenuePreset? OfBot(string name, bool futures)
    {
        var key = name.Trim().ToLowerInvariant();
        key = key.EndsWith("_paper_trade", StringComparison.Ordinal) ? key[..^"_paper_trade".Length] : key;
        if (!_names.Value.Presets.TryGetValue(key, out var known))
        {
            return FindExchange(key);
        }

        var preset = FindExchange(futures && known.Futures is { } other ? other : known.Preset);
        var host = known.Host ?? (known.Testnet ? preset?.Testnets.FirstOrDefault() : null);
        return preset is null || host is null ? preset : preset with { BaseUrl = host, MaintenanceOf = null };
    }

    /// <summary>Names of bots' exchanges that have no preset, for tests of completeness.</summary>
    internal static ImmutableArray<string> NamesWithout => _names.Value.Without;

    internal static ImmutableArray<string> NamesWith => [.. _names.Value.Presets.Keys];

    private static RefusalRule OfCode(string cause, params ReadOnlySpan<string> codes)
    {
        var values = ImmutableArray.CreateBuilder<JsonElement>();
        foreach (var code in codes)
        {
            values.Add(JsonElement.Parse(code));
            values.Add(JsonElement.Parse($"\"{code}\""));
        }

        return new RefusalRule(cause, At: "/code", In: values.ToImmutable());
    }

    private static T Read<T>(string name, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        using var stream = typeof(VenuePresets).Assembly.GetManifestResourceStream($"venues/{name}")!;
        return JsonSerializer.Deserialize(stream, type)!;
    }
}

/// <summary>What bots call exchanges.</summary>
/// <param name="Without">Names that have no preset.</param>
internal sealed record VenueNames(Dictionary<string, VenueName> Presets, ImmutableArray<string> Without);

/// <param name="Futures">The preset when the bot trades derivatives.</param>
/// <param name="Host">Where a regional site lives.</param>
internal sealed record VenueName(string Preset, string? Futures = null, Uri? Host = null, bool Testnet = false);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ImmutableArray<VenuePreset>))]
[JsonSerializable(typeof(VenueNames))]
internal sealed partial class PresetJson : JsonSerializerContext;
