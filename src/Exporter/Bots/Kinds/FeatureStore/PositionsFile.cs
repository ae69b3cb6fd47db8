using System.Collections.Immutable;
using System.Text.Json;
using Exporter.Bots.Files;

namespace Exporter.Bots.Kinds.FeatureStore;

/// <summary>
/// <c>open_positions[]</c> and <c>closed_positions[]</c>. The closed ones grow without bound, so only their newest opening is kept.
/// Of a name that comes twice the last counts, as for the bot's own JSON reader.
/// </summary>
internal static class PositionsFile
{
    /// <summary>So many slots the reference bot has; its code says it, no file of it does.</summary>
    private const int MaxOpen = 10;

    public static Parsed<PositionBook> Parse(ref JsonStream json)
    {
        if (json.EnterRootObject() is { } noObject)
        {
            return Parsed<PositionBook>.Lacks(noObject);
        }

        ImmutableArray<OpenPosition>? open = null;
        string? lack = "has no open_positions";
        (int Count, DateTimeOffset? Newest)? closed = (0, null);
        while (json.NextName())
        {
            if (json.Is("open_positions"u8))
            {
                (open, lack) = ReadOpen(ref json);
            }
            else if (json.Is("closed_positions"u8))
            {
                closed = ReadClosed(ref json);
            }
            else
            {
                json.Skip();
            }
        }

        if (open is not { } positions)
        {
            return Parsed<PositionBook>.Lacks(lack!);
        }

        if (closed is not { } past)
        {
            return Parsed<PositionBook>.Lacks("has closed_positions that are no list");
        }

        var newest = past.Newest;
        foreach (var position in positions)
        {
            newest = Later(newest, position.OpenedAt);
        }

        return Parsed<PositionBook>.Of(new PositionBook(positions, newest, past.Count) { Limit = MaxOpen });
    }

    private static (ImmutableArray<OpenPosition>? Open, string? Lack) ReadOpen(ref JsonStream json)
    {
        json.ToValue();
        if (json.Token != JsonTokenType.StartArray)
        {
            json.Skip();
            return (null, "has open_positions that are no list");
        }

        var open = ImmutableArray.CreateBuilder<OpenPosition>();
        string? lack = null;
        for (json.Next(); json.Token != JsonTokenType.EndArray; json.Next())
        {
            if (json.Token == JsonTokenType.StartObject)
            {
                open.Add(ReadPosition(ref json));
                OversizeException.ThrowIfMore(open.Count, FeatureStoreBot.MaxEntries, "open positions");
            }
            else
            {
                lack = $"has an entry in open_positions, number {open.Count + 1}, that is no position";
                json.Skip();
            }
        }

        return lack is null ? (open.DrainToImmutable(), null) : (null, lack);
    }

    private static OpenPosition ReadPosition(ref JsonStream json)
    {
        string? symbol = null, strategy = null, direction = null, side = null;
        double? size = null, leverage = null, entryPrice = null, margin = null;
        DateTimeOffset? openedAt = null;
        var hasDirection = false;
        while (json.NextName())
        {
            if (json.Is("symbol"u8))
            {
                symbol = NotEmpty(json.Word());
            }
            else if (json.Is("strategy"u8))
            {
                strategy = NotEmpty(json.Word());
            }
            else if (json.Is("direction"u8))
            {
                hasDirection = true;
                direction = Direction(json.Word());
            }
            else if (json.Is("side"u8))
            {
                side = Direction(json.Word());
            }
            else if (json.Is("size"u8))
            {
                size = json.Number();
            }
            else if (json.Is("leverage"u8))
            {
                leverage = json.Number();
            }
            else if (json.Is("entry_price"u8))
            {
                entryPrice = json.Number();
            }
            else if (json.Is("margin_collateral"u8))
            {
                margin = json.Number();
            }
            else if (json.Is("opened_at"u8))
            {
                openedAt = json.Time();
            }
            else
            {
                json.Skip();
            }
        }

        // A direction that is there but makes no sense is not guessed from elsewhere.
        return new OpenPosition(symbol, strategy, hasDirection ? direction : side, size, leverage, entryPrice, margin, openedAt);
    }

    private static (int Count, DateTimeOffset? Newest)? ReadClosed(ref JsonStream json)
    {
        json.ToValue();
        if (json.Token == JsonTokenType.Null)
        {
            return (0, null);
        }

        if (json.Token != JsonTokenType.StartArray)
        {
            json.Skip();
            return null;
        }

        var count = 0;
        DateTimeOffset? newest = null;
        for (json.Next(); json.Token != JsonTokenType.EndArray; json.Next())
        {
            count++;
            if (json.Token != JsonTokenType.StartObject)
            {
                json.Skip();
                continue;
            }

            DateTimeOffset? openedAt = null;
            while (json.NextName())
            {
                if (json.Is("opened_at"u8))
                {
                    openedAt = json.Time();
                }
                else
                {
                    json.Skip();
                }
            }

            newest = Later(newest, openedAt);
        }

        return (count, newest);
    }

    private static string? Direction(string? word) =>
        "long".Equals(word, StringComparison.OrdinalIgnoreCase) ? "long"
        : "short".Equals(word, StringComparison.OrdinalIgnoreCase) ? "short"
        : null;

    private static string? NotEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null || other > one ? other : one;
}
