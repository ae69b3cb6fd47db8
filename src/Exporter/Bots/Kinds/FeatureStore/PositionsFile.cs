using System.Collections.Immutable;
using System.Text.Json;
using Exporter.Bots.Files;
using Exporter.Words;

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
        string? lack = "has no open_positions", untimed = null;
        (int Count, Openings Openings)? closed = (0, default);
        while (json.NextName())
        {
            if (json.Is("open_positions"u8))
            {
                (open, lack, untimed) = ReadOpen(ref json);
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

        var openings = past.Openings;
        var onlyUntimed = past.Count > 0 && openings.IsEmpty;
        foreach (var position in positions)
        {
            openings = openings.With(position.OpenedAt, json.Now);
        }

        return Parsed<PositionBook>.Of(new PositionBook(positions, openings.Newest ?? openings.FirstFuture, past.Count)
        {
            Limit = MaxOpen,
            FromTheFuture = openings.Future,
            Untimed = untimed ?? (onlyUntimed ? $"has no closed position with an opened_at that is a time; {Timestamps.Right}" : null),
        });
    }

    private static (ImmutableArray<OpenPosition>? Open, string? Lack, string? Untimed) ReadOpen(ref JsonStream json)
    {
        json.ToValue();
        if (json.Token != JsonTokenType.StartArray)
        {
            json.Skip();
            return (null, "has open_positions that are no list", null);
        }

        var open = ImmutableArray.CreateBuilder<OpenPosition>();
        string? lack = null, untimed = null;
        for (json.Next(); json.Token != JsonTokenType.EndArray; json.Next())
        {
            if (json.Token == JsonTokenType.StartObject)
            {
                open.Add(ReadPosition(ref json, out var wrong));
                untimed ??= open[^1].OpenedAt is null ? Untimed(open[^1], wrong) : null;
                OversizeException.ThrowIfMore(open.Count, FeatureStoreBot.MaxEntries, "open positions");
            }
            else
            {
                lack = $"has an entry in open_positions, number {open.Count + 1}, that is no position";
                json.Skip();
            }
        }

        return lack is null ? (open.DrainToImmutable(), null, untimed) : (null, lack, null);
    }

    private static string Untimed(OpenPosition position, string? wrong) =>
        $"has an open position{(position.Symbol is { } symbol ? $" in {Phrase.Word(symbol)}" : "")} " +
        $"{(wrong is null ? "without opened_at" : $"with the opened_at {wrong}, which is no time")}; {Timestamps.Right}";

    private static OpenPosition ReadPosition(ref JsonStream json, out string? wrong)
    {
        wrong = null;
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
                openedAt = json.Time(out wrong);
            }
            else
            {
                json.Skip();
            }
        }

        // A direction that is there but makes no sense is not guessed from elsewhere.
        return new OpenPosition(symbol, strategy, hasDirection ? direction : side, size, leverage, entryPrice, margin, openedAt);
    }

    private static (int Count, Openings Openings)? ReadClosed(ref JsonStream json)
    {
        json.ToValue();
        if (json.Token == JsonTokenType.Null)
        {
            return (0, default);
        }

        if (json.Token != JsonTokenType.StartArray)
        {
            json.Skip();
            return null;
        }

        var count = 0;
        var openings = default(Openings);
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

            openings = openings.With(openedAt, json.Now);
        }

        return (count, openings);
    }

    private static string? Direction(string? word) =>
        "long".Equals(word?.Trim(), StringComparison.OrdinalIgnoreCase) ? "long"
        : "short".Equals(word?.Trim(), StringComparison.OrdinalIgnoreCase) ? "short"
        : null;

    private static string? NotEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    /// <summary>The newest opening that is not in the future, and how many are: one that is hides no real one.</summary>
    private readonly record struct Openings(DateTimeOffset? Newest, DateTimeOffset? FirstFuture, int Future)
    {
        public bool IsEmpty => Newest is null && FirstFuture is null;

        public Openings With(DateTimeOffset? opened, DateTimeOffset now) => opened switch
        {
            null => this,
            { } ahead when ahead > now && ahead - now > Tolerance => this with
            {
                FirstFuture = FirstFuture is { } first && first <= ahead ? first : ahead,
                Future = Future + 1,
            },
            { } time => Newest is { } newest && newest >= time ? this : this with { Newest = time },
        };

        /// <summary>Two clocks differ a little.</summary>
        private static TimeSpan Tolerance { get; } = TimeSpan.FromSeconds(5);
    }
}
