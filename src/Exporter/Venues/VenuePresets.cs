using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Exporter.Venues;

/// <summary>The venues that the exporter knows. Adding one adds one value here.</summary>
public static class VenuePresets
{
    /// <summary>The name of the preset that an owner fills in.</summary>
    public const string CustomName = "custom";

    /// <summary>Weight 1 of 2,400 a minute. Codes: developers.binance.com, USDⓈ-M futures, error codes.</summary>
    public static VenuePreset BinanceUsdM { get; } = new()
    {
        Name = "binance-usdm",
        Title = "Binance USD-M futures",
        BaseUrl = new Uri("https://fapi.binance.com"),
        Path = "/fapi/v1/time",
        SuccessPointer = "/serverTime",
        TimePointer = "/serverTime",
        Codes = new Dictionary<string, string>
        {
            ["-1000"] = ProbeCause.ServerError,
            ["-1001"] = ProbeCause.ServerError,
            ["-1003"] = ProbeCause.RateLimited,
            ["-1007"] = ProbeCause.ServerError,
            ["-1008"] = ProbeCause.ServerError,
            ["-1016"] = ProbeCause.Maintenance,
        }.ToFrozenDictionary(),
    };

    /// <summary>BloFin has no time endpoint: the ticker of its busiest contract is small, public and stamped many times a second.</summary>
    public static VenuePreset BloFin { get; } = new()
    {
        Name = "blofin",
        Title = "BloFin",
        BaseUrl = new Uri("https://openapi.blofin.com"),
        Path = "/api/v1/market/tickers?instId=BTC-USDT",
        SuccessPointer = "/code",
        SuccessValue = "0",
        TimePointer = "/data/0/ts",
        TimeUncertainty = TimeSpan.FromSeconds(1),
        // BloFin repeats HTTP statuses as codes in the body of an HTTP 200.
        Codes = new Dictionary<string, string>
        {
            ["401"] = ProbeCause.Forbidden,
            ["403"] = ProbeCause.Forbidden,
            ["429"] = ProbeCause.RateLimited,
            ["500"] = ProbeCause.ServerError,
            ["503"] = ProbeCause.Maintenance,
            ["103013"] = ProbeCause.ServerError,
        }.ToFrozenDictionary(),
    };

    /// <summary>Not an exchange, but asked by the same rules. Codes: docs.coinglass.com, responses and error codes.</summary>
    public static VenuePreset CoinGlass { get; } = new()
    {
        Name = "coinglass",
        Title = "CoinGlass",
        BaseUrl = new Uri("https://open-api-v4.coinglass.com"),
        Path = "/api/futures/supported-coins",
        SuccessPointer = "/code",
        SuccessValue = "0",
        KeyHeader = "CG-API-KEY",
        Codes = new Dictionary<string, string>
        {
            ["401"] = ProbeCause.Forbidden,
            ["403"] = ProbeCause.Forbidden,
            ["408"] = ProbeCause.ServerError,
            ["429"] = ProbeCause.RateLimited,
            ["500"] = ProbeCause.ServerError,
            ["503"] = ProbeCause.Maintenance,
        }.ToFrozenDictionary(),
    };

    /// <summary>The presets that <c>--exchange</c> takes beside <see cref="CustomName"/>.</summary>
    public static ImmutableArray<VenuePreset> Exchanges { get; } = [BinanceUsdM, BloFin];

    /// <summary>Every name that <c>--exchange</c> takes.</summary>
    public static ImmutableArray<string> ExchangeNames { get; } = [.. Exchanges.Select(preset => preset.Name), CustomName];

    /// <summary>Null for a name that is no preset, and for <see cref="CustomName"/>.</summary>
    public static VenuePreset? FindExchange(string name) => Exchanges.FirstOrDefault(preset => preset.Name == name);
}
