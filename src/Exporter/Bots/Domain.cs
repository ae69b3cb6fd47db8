using System.Collections.Immutable;

namespace Exporter.Bots;

/// <summary>The bot's positions.</summary>
/// <param name="Open">Every open position; a field that its writer left out is null, never a default.</param>
/// <param name="NewestOpenedAt">
/// The newest opening among open and closed positions that is not in the future: when the bot last traded. When all are, the first of
/// them; null when none says.
/// </param>
/// <param name="ClosedCount">How many closed positions the bot remembers.</param>
public sealed record PositionBook(ImmutableArray<OpenPosition> Open, DateTimeOffset? NewestOpenedAt, int ClosedCount)
{
    /// <summary>How many positions the bot may hold at once, where it says so.</summary>
    public int? Limit { get; init; }

    /// <summary>
    /// Completes "FILE …": why it cannot be said when the bot last opened a position, or null. Of an open position without a time, or of
    /// closed ones of which none has a time.
    /// </summary>
    public string? Untimed { get; init; }

    /// <summary>True where the bot sets itself no limit.</summary>
    public bool IsUnlimited { get; init; }

    /// <summary>True where a full book is how such a bot works: named, and no warning.</summary>
    public bool FullIsOrdinary { get; init; }

    /// <summary>How many openings are stamped later than when they were read.</summary>
    public int FromTheFuture { get; init; }
}

/// <summary>One open position. <paramref name="Direction"/> is lower case: <c>long</c> or <c>short</c>.</summary>
/// <param name="Size">Notional in quote currency, as the bot writes it.</param>
/// <param name="Margin">Collateral in quote currency.</param>
public sealed record OpenPosition(
    string? Symbol,
    string? Strategy,
    string? Direction,
    double? Size,
    double? Leverage,
    double? EntryPrice,
    double? Margin,
    DateTimeOffset? OpenedAt)
{
    /// <summary>Opened by its owner's own order, which no switch holds back.</summary>
    public bool IsForced { get; init; }
}

/// <summary>A switch by which a bot says that it opens nothing more.</summary>
/// <param name="Active">True when the switch itself says so. A timed switch is judged by <paramref name="BlockedUntil"/> instead.</param>
/// <param name="BlockedUntil">End of a timed block; null when the bot wrote null (no block) or the switch has no timer.</param>
/// <param name="TriggeredAt">When it last tripped, if the bot says.</param>
/// <param name="ClearedAt">When the bot last cleared it, if it says.</param>
/// <param name="Why">The bot's own words, if any.</param>
public sealed record KillSwitch(
    bool Active,
    DateTimeOffset? BlockedUntil,
    DateTimeOffset? TriggeredAt,
    DateTimeOffset? ClearedAt,
    string? Why)
{
    public static KillSwitch Of(bool active) => new(active, null, null, null, null);

    /// <summary>True where no code of the bot ever clears a block that has ended.</summary>
    public bool IsNeverCleared { get; init; }

    /// <summary>Until when something else of the bot overrides it, so that it stops nothing.</summary>
    public DateTimeOffset? LiftedUntil { get; init; }

    /// <summary>A switch that the bot writes anew all the time says nothing of now once it is older than this.</summary>
    public TimeSpan? GoodFor { get; init; }

    /// <summary>So long after it trips an entry may still come through that was on its way.</summary>
    public TimeSpan BreachGrace { get; init; }

    /// <summary>What else its source says that bears on entries, such as "size_throttle 0.25"; no brake.</summary>
    public string? Note { get; init; }
}

/// <summary>Which entries of a bot ask a switch.</summary>
/// <param name="Stops">For people: "new entries of Alpha"; empty when no entry asks it.</param>
public sealed record SwitchReach(string Stops)
{
    public static SwitchReach EveryEntry { get; } = new("every new entry") { StopsAll = true };

    /// <summary>The bot says that it is blocked, and no entry of it asks.</summary>
    public static SwitchReach NoEntry { get; } = new("");

    public bool StopsAll { get; private init; }

    /// <summary>True where it takes one direction of a bot that has two: a warning.</summary>
    public bool IsHalf { get; init; }

    /// <summary>The one direction that it stops, <c>long</c> or <c>short</c>; null: both.</summary>
    public string? Direction { get; init; }

    /// <summary>Beginnings of the names of the strategies that ask it; default: all do, or nobody knows which.</summary>
    public ImmutableArray<string> Strategies { get; init; } = [];

    /// <summary>True when the strategies named are those that do not ask it.</summary>
    public bool AllBut { get; init; }

    /// <summary>Whether a position of this strategy was opened by an entry that the switch should have stopped.</summary>
    public bool Concerns(string? strategy) =>
        Strategies.IsEmpty || Strategies.Any(name => strategy?.StartsWith(name, StringComparison.OrdinalIgnoreCase) == true) != AllBut;
}

/// <summary>A symbol's standing: <c>active</c>, <c>probation</c>, <c>recovering</c>, or a word that the bot made up.</summary>
public sealed record SymbolState(string Symbol, string State, DateTimeOffset? EnteredAt, string? Why);

/// <summary>Market intelligence as one source holds it.</summary>
/// <param name="Timestamp">When the bot stamped it; never null in a reading that was seen.</param>
/// <param name="SignalCount">How many symbols it speaks of.</param>
/// <param name="EmptyCount">How many of these say nothing: neutral default, no funding, no open interest.</param>
public sealed record Intelligence(DateTimeOffset Timestamp, int SignalCount, int EmptyCount)
{
    /// <summary>How old it may be, where that follows from what it is (a candle's length) and not from its owner's choice.</summary>
    public TimeSpan? GoodFor { get; init; }
}

/// <summary>A component's sign of life.</summary>
/// <param name="AvailableMargin">Quote currency, when the component says.</param>
/// <param name="OpenPositions">How many positions it believes to be open, when it says.</param>
public sealed record Heartbeat(DateTimeOffset LastBeat, double? AvailableMargin, int? OpenPositions = null);

/// <summary>A configuration file that is a JSON object.</summary>
/// <param name="MissingKeys">Required keys that it lacks; empty means valid.</param>
/// <param name="Mode">The trading mode, lower case, when this file carries it.</param>
public sealed record BotConfig(ImmutableArray<string> MissingKeys, string? Mode)
{
    /// <summary>Completes "FILE …": why the bot cannot work with what it reads; null when it can.</summary>
    public string? Fault { get; init; }

    /// <summary>Completes "FILE …": why the file hardly says what its owner meant; null when nothing is to be said.</summary>
    public string? Doubt { get; init; }

    public bool IsValid => MissingKeys.IsEmpty && Fault is null;

    /// <summary>The bytes that were judged. Never printed.</summary>
    internal ReadOnlyMemory<byte> Content { get; init; }
}

/// <summary>The hours in which a bot opens positions.</summary>
/// <param name="Hours">Whole hours of the day, UTC, each from its beginning to before its end; one that ends before it begins lies over midnight.</param>
/// <param name="Whom">For people: whose entries are bound to them, such as "EMA-Futures opens nothing, Alpha goes on".</param>
public sealed record EntryWindow(ImmutableArray<(int From, int To)> Hours, string Whom)
{
    public bool IsOpen(DateTimeOffset now) => Hours.Any(span => span.From <= span.To
        ? now.UtcDateTime.Hour >= span.From && now.UtcDateTime.Hour < span.To
        : now.UtcDateTime.Hour >= span.From || now.UtcDateTime.Hour < span.To);
}

/// <summary>Entries that the bot itself refused, by reason, since the exporter began to follow them.</summary>
public sealed record BlockedSignals(ImmutableArray<BlockCount> Counts);

/// <summary>How often one (normalised) reason refused an entry at one of the bot's gates.</summary>
/// <param name="Gate">Where: the log that says so, or the gate that it names; snake_case.</param>
public readonly record struct BlockCount(string Gate, string Reason, long Count);

/// <summary>The file systems under a bot, and the access of the bot's user to its critical files.</summary>
public sealed record FileSystemState(ImmutableArray<Volume> Volumes, ImmutableArray<FileAccess> Files, ImmutableArray<string> Problems)
{
    /// <summary>Why there is none to look at: the exporter was given no directory of this bot. Null: there is.</summary>
    public string? NotKept { get; init; }
}

/// <summary>One mounted file system, by a path on it. Ratios are those that a user without privileges meets (0 to 1).</summary>
public sealed record Volume(string Path, ulong SizeBytes, ulong AvailableBytes, double UsageRatio, double InodeUsageRatio, bool ReadOnly);

/// <summary>What the bot's user may do with one file, and why.</summary>
public sealed record FileAccess(string File, Permission Read, Permission Write, string? Reason);

/// <summary>An answer that may be out of sight.</summary>
public enum Permission
{
    Granted,
    Denied,
    Unknown,
}
