using System.Collections.Immutable;

namespace Exporter.Bots.Kinds.Freqtrade;

/// <summary>All that is known of one bot at one moment, from every source that it has.</summary>
/// <param name="HasApi">Its owner said where its API is.</param>
/// <param name="Api">What the API said last.</param>
/// <param name="Words">What its log said, without what it says of the future.</param>
/// <param name="Book">Its database, as it was just read; null: it has none that can be seen.</param>
internal sealed record Scene(DateTimeOffset Now, bool HasApi, ApiView Api, LogMemory Words, Reading<Book>? Book, FreqtradeOptions Options)
{
    /// <summary>A start takes its time: so long it raises nothing.</summary>
    public static readonly TimeSpan StartGrace = TimeSpan.FromMinutes(5);

    /// <summary>Our own act lately: the bot is starting by our hand.</summary>
    public DateTimeOffset? ActedAt { get; init; }

    /// <summary>The log is a file that the bot's API does not stand for: it speaks also while the bot is down.</summary>
    public bool HasLogFile { get; init; }

    /// <summary>What its configuration files say together; null: none is known.</summary>
    public MergedConfiguration? Files { get; init; }

    /// <summary>What it runs with; by its files where its API has never said.</summary>
    public ShowConfig? Config => Api.Config ?? Files?.Merged;

    /// <summary>Its pairs; by its files where its API has never said.</summary>
    public ImmutableArray<string>? Pairs => Api.Whitelist ?? (Files?.Pairs is { IsEmpty: false } pairs ? pairs : null);

    /// <summary>The open trades by the source that costs the bot least: the database, else the API; null while neither was seen.</summary>
    public ImmutableArray<Trade>? Trades => (Book as Reading<Book>.Seen)?.Value.Open is { } open ? Merged(open) : Api.Trades;

    public DateTimeOffset TradesAt => Book is Reading<Book>.Seen seen ? seen.Evidence.Stamp : Api.TradesAt;

    public ImmutableArray<PairLock>? Locks => Book is Reading<Book>.Seen { Value.Locks: var locks } && (Config is null || Config.IsBefore(2024, 12)) ? locks : Api.Locks ?? (Book as Reading<Book>.Seen)?.Value.Locks;

    public ImmutableArray<PairLock> ActiveLocks => [.. (Locks ?? []).Where(held => held.Until is null || held.Until > Now)];

    /// <summary>The database keeps microseconds, the API tells milliseconds.</summary>
    private static bool IsSameTime(DateTimeOffset? one, DateTimeOffset? other) => (one - other)?.Duration() < TimeSpan.FromSeconds(1);

    /// <summary>What only the API can say of a trade (its rate, its profit) laid over what the database says.</summary>
    private ImmutableArray<Trade> Merged(ImmutableArray<Trade> open)
    {
        if (Api.Trades is not { IsEmpty: false } known) return open;
        return [.. open.Select(trade => known.FirstOrDefault(other => other.Id == trade.Id && IsSameTime(other.OpenedAt, trade.OpenedAt)) is { } same
            ? trade with { CurrentRate = same.CurrentRate, Profit = same.Profit } : trade)];
    }
}

/// <summary>What the bot's database holds.</summary>
/// <param name="Open">Open trades with their orders.</param>
/// <param name="NewestOpenedAt">The newest opening of all trades, open or closed.</param>
internal sealed record Book(ImmutableArray<Trade> Open, ImmutableArray<PairLock> Locks, DateTimeOffset? NewestOpenedAt, ImmutableArray<ExitWait> Exits, ClosedSums Closed);

/// <summary>An open trade that tries to leave.</summary>
internal sealed record ExitWait(long Trade, string Pair, DateTimeOffset Since, int Tries);

/// <summary>Sums over closed trades.</summary>
internal sealed record ClosedSums(long Count, long Won, double Profit, double Drawdown, double Today, double PerDay, TimeSpan? UsualGap, bool Complete);
