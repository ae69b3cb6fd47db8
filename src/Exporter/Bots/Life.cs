using System.Collections.Immutable;

namespace Exporter.Bots;

/// <summary>
/// What became of the bot's process, as its kind resolves it from all that can be seen. Alive is not able: that a loop turns says
/// nothing of whether the bot sees its exchange.
/// </summary>
/// <param name="State">One of <see cref="LifeStates"/>, or a word of the kind's own such as <c>not_freqtrade</c>; snake_case.</param>
/// <param name="Sentence">One plain sentence for the owner: since when, why, and what to do.</param>
/// <param name="Since">Since when, if it is known.</param>
public sealed record BotLife(string State, string Sentence, DateTimeOffset? Since = null);

/// <summary>The states of a bot's life that every kind may use.</summary>
public static class LifeStates
{
    public const string Running = "running";
    public const string Paused = "paused";
    public const string Stopped = "stopped";
    public const string Starting = "starting";
    public const string Unreachable = "unreachable";
    public const string Unauthorized = "unauthorized";
    public const string Unreadable = "unreadable";
}

/// <summary>
/// One named way in which a bot is kept from trading, or its trades from being managed, found by its kind.
/// </summary>
/// <param name="Name">snake_case, stable: routing, runbook and panel go by it.</param>
/// <param name="Level">How bad it is; <see cref="PointLevel.Named"/> is no fault, but an answer to "why am I not trading?".</param>
/// <param name="BlocksEntries">True when it now stops every new entry.</param>
/// <param name="Sentence">One plain sentence with the value, the limit and the next step.</param>
/// <param name="Subject">The pair, symbol or file that it is about; null when it is the whole bot.</param>
public sealed record FailurePoint(
    string Name, PointLevel Level, bool BlocksEntries, string Sentence, string? Subject = null, DateTimeOffset? Since = null)
{
    /// <summary>More exactly what it is, such as <c>ip_ban</c> of an exchange that cannot be reached; its name where nothing more is known.</summary>
    public string Cause { get; init; } = Name;

    /// <summary>True where the bot's life already says it, or it is not sure yet: it bears on its check alone and is listed nowhere.</summary>
    public bool IsAside { get; init; }
}

/// <summary>What is fixed about a failure point of a kind: the catalogue, the documentation and the checks' causes are made from it.</summary>
/// <param name="Check">The check whose verdict it worsens; null: the check <c>failure_points</c>.</param>
/// <param name="Meaning">One sentence: when it is said.</param>
public sealed record PointSpec(string Name, string? Check, string Meaning)
{
    /// <summary>Its causes beside its own name.</summary>
    public ImmutableArray<string> Causes { get; init; } = [];
}

public enum PointLevel
{
    Named,
    Warning,
    Critical,
}

/// <summary>A condition that the owner described and wants to be told of.</summary>
/// <param name="Firing">True while it holds.</param>
/// <param name="Critical">Its owner's severity: critical, or warning.</param>
/// <param name="Why">The bot's own words, masked and bounded, if any.</param>
public sealed record OwnerAlarm(bool Firing, bool Critical, DateTimeOffset? Since, string? Why);

/// <summary>A value of the owner's own that becomes a gauge.</summary>
/// <param name="Labels">Names and values beside <c>bot</c>.</param>
public sealed record OwnGauge(string Help, double Value, ImmutableArray<(string Name, string Value)> Labels);

/// <summary>One open trade's standing.</summary>
/// <param name="Id">The bot's own number of it.</param>
/// <param name="StopDistance">How far the price may still go before the stop, as a share of the price; null: it has none, or nobody knows.</param>
public sealed record OpenTrade(string Id, string Symbol, string Direction, double? Profit, DateTimeOffset? OpenedAt, double? StopDistance);

/// <summary>Money at a glance, in <paramref name="Currency"/>. What is not known is null and makes no series, never 0.</summary>
/// <param name="Mode"><c>live</c> or <c>paper</c>: nothing ever sums over both.</param>
public sealed record Money(string Currency, string Mode)
{
    /// <summary>Sum over closed trades.</summary>
    public double? ClosedProfit { get; init; }

    /// <summary>Sum over open trades.</summary>
    public double? OpenProfit { get; init; }

    /// <summary>Peak to trough of the running sum of closed profits, 0 or more.</summary>
    public double? Drawdown { get; init; }

    /// <summary>Closed profit of the current day, UTC.</summary>
    public double? Today { get; init; }

    public long? ClosedTrades { get; init; }

    public long? WonTrades { get; init; }

    /// <summary>Closed trades a day, over the last 30 days or since the first.</summary>
    public double? TradesPerDay { get; init; }

    /// <summary>Stake or margin bound in open trades.</summary>
    public double? StakeInUse { get; init; }

    /// <summary>What the account is worth, where it costs the bot nothing to know.</summary>
    public double? Equity { get; init; }

    /// <summary>The usual time between two entries: the median over the newest closed trades.</summary>
    public TimeSpan? UsualGap { get; init; }

    /// <summary>The open trades one by one.</summary>
    public ImmutableArray<OpenTrade> Open { get; init; } = [];
}
