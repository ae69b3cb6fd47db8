using System.Collections.Immutable;

namespace Exporter.Bots.Kinds.Freqtrade;

/// <summary>How far one gets with the bot's API.</summary>
internal enum Door
{
    Unasked,
    Unreachable,
    NotFreqtrade,
    Unauthorized,
    Unreadable,
    Open,
}

/// <summary>All that the API has said so far, with the time at which it said so. Immutable: replaced answer by answer.</summary>
internal sealed record ApiView
{
    public Door Door { get; init; }

    /// <summary>Since when it is so.</summary>
    public DateTimeOffset DoorSince { get; init; }

    /// <summary>Completes "the bot's API …".</summary>
    public string? DoorWhy { get; init; }

    public DateTimeOffset? AskedAt { get; init; }

    /// <summary>When it last answered as a freqtrade does.</summary>
    public DateTimeOffset? LastAnswered { get; init; }

    public ShowConfig? Config { get; init; }

    public DateTimeOffset ConfigAt { get; init; }

    /// <summary>Since when <see cref="ShowConfig.State"/> is what it is, as we saw it.</summary>
    public DateTimeOffset StateSince { get; init; }

    public Beat? Beat { get; init; }

    public DateTimeOffset BeatAt { get; init; }

    public ImmutableArray<PairLock>? Locks { get; init; }

    public DateTimeOffset LocksAt { get; init; }

    public ImmutableArray<Trade>? Trades { get; init; }

    public DateTimeOffset TradesAt { get; init; }

    /// <summary>Why the open trades were not asked for in the last round; null: they were.</summary>
    public string? TradesHeld { get; init; }

    public int TradesMissed { get; init; }

    public ImmutableArray<string>? Whitelist { get; init; }

    public DateTimeOffset WhitelistAt { get; init; }

    /// <summary>In how many looks in a row the whitelist held pairs.</summary>
    public int WhitelistLooks { get; init; }

    public ImmutableDictionary<string, Candle> Candles { get; init; } = ImmutableDictionary<string, Candle>.Empty;

    /// <summary>The process starts that were seen, by the API going from refused to answering or by a start line.</summary>
    public ImmutableArray<DateTimeOffset> Returns { get; init; } = [];

    /// <summary>Closed trades of which the API alone tells.</summary>
    public long? ClosedTrades { get; init; }

    public double? ClosedProfit { get; init; }

    public bool IsBlind => Door is not Door.Open;

    public bool IsWebServer => Config?.RunMode == "webserver";
}
