using System.Collections.Immutable;

namespace Exporter.Bots;

/// <summary>The bot's positions.</summary>
/// <param name="Open">Every open position; a field that its writer left out is null, never a default.</param>
/// <param name="NewestOpenedAt">The newest opening among open and closed positions: when the bot last traded. Null when none says.</param>
/// <param name="ClosedCount">How many closed positions the bot remembers.</param>
public sealed record PositionBook(ImmutableArray<OpenPosition> Open, DateTimeOffset? NewestOpenedAt, int ClosedCount)
{
    /// <summary>How many positions the bot may hold at once, where it says so.</summary>
    public int? Limit { get; init; }
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
    DateTimeOffset? OpenedAt);

/// <summary>A switch that stops every new entry.</summary>
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
    string? Why);

/// <summary>A symbol's standing: <c>active</c>, <c>probation</c>, <c>recovering</c>, or a word that the bot made up.</summary>
public sealed record SymbolState(string Symbol, string State, DateTimeOffset? EnteredAt, string? Why);

/// <summary>Market intelligence as one source holds it.</summary>
/// <param name="Timestamp">When the bot stamped it; never null in a reading that was seen.</param>
/// <param name="SignalCount">How many symbols it speaks of.</param>
/// <param name="EmptyCount">How many of these say nothing: neutral default, no funding, no open interest.</param>
public sealed record Intelligence(DateTimeOffset Timestamp, int SignalCount, int EmptyCount);

/// <summary>A component's sign of life.</summary>
/// <param name="AvailableMargin">Quote currency, when the component says.</param>
public sealed record Heartbeat(DateTimeOffset LastBeat, double? AvailableMargin);

/// <summary>A configuration file that is a JSON object.</summary>
/// <param name="MissingKeys">Required keys that it lacks; empty means valid.</param>
/// <param name="Mode">The trading mode, lower case, when this file carries it.</param>
/// <param name="WindowRestricted">Whether trading is restricted to the golden hour, when this file says.</param>
public sealed record BotConfig(ImmutableArray<string> MissingKeys, string? Mode, bool? WindowRestricted)
{
    /// <summary>Completes "FILE …": why the bot cannot work with what it reads; null when it can.</summary>
    public string? Fault { get; init; }

    /// <summary>Completes "FILE …": why the file hardly says what its owner meant; null when nothing is to be said.</summary>
    public string? Doubt { get; init; }

    public bool IsValid => MissingKeys.IsEmpty && Fault is null;

    /// <summary>The bytes that were judged. Never printed.</summary>
    internal ReadOnlyMemory<byte> Content { get; init; }
}

/// <summary>Entries that the bot itself refused, by reason, since the exporter began to follow them.</summary>
public sealed record BlockedSignals(ImmutableArray<BlockCount> Counts);

/// <summary>How often one (normalised) reason blocked an entry.</summary>
public readonly record struct BlockCount(string Reason, long Count);

/// <summary>The file systems under a bot, and the access of the bot's user to its critical files.</summary>
public sealed record FileSystemState(ImmutableArray<Volume> Volumes, ImmutableArray<FileAccess> Files, ImmutableArray<string> Problems);

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
