using System.Collections.Immutable;

namespace Exporter.Bots.Kinds.Freqtrade;

/// <summary>
/// What a bot's log said of late, oldest first: at most <see cref="Longest"/> and a bounded number. Immutable. An outage writes eight records
/// a second: what floods is thinned out by the second, so that it never drives out the words of the bot's life.
/// </summary>
internal sealed record LogMemory(ImmutableArray<LogEntry> All)
{
    private const int Most = 4000;
    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);
    private static readonly TimeSpan LongestFlood = TimeSpan.FromMinutes(15);

    public static LogMemory Empty { get; } = new(ImmutableArray<LogEntry>.Empty);

    /// <summary>Where the words come from, for people; null: from nowhere yet.</summary>
    public string? Source { get; init; }

    /// <summary>When the source was last read.</summary>
    public DateTimeOffset? ReadAt { get; init; }

    /// <summary>When the oldest record that is known was written: what is older may have been forgotten.</summary>
    public DateTimeOffset? KnownSince { get; init; }

    /// <summary>The newest record of all, also of what is no word.</summary>
    public DateTimeOffset? NewestRecord { get; init; }

    /// <summary>When this instance began, by its own words.</summary>
    public DateTimeOffset? LastStart => Newest(LogWord.ApiStart)?.At;

    public LogEntry? Newest(LogWord word)
    {
        for (var i = All.Length - 1; i >= 0; i--)
        {
            if (All[i].Word == word) return All[i];
        }

        return null;
    }

    /// <summary>Those of the last <paramref name="span"/>, oldest first.</summary>
    public IEnumerable<LogEntry> Last(TimeSpan span, DateTimeOffset now, params LogWord[] words) =>
        All.Where(entry => now - entry.At <= span && entry.Word is { } word && words.Contains(word));

    /// <summary>How often each entry was refused since the log is followed, by gate and reason.</summary>
    public ImmutableArray<BlockCount> Blocked { get; init; } = [];

    public LogMemory With(IReadOnlyCollection<LogEntry> more, DateTimeOffset now) => this with
    {
        Blocked = KnownSince is null ? Blocked : Counted(more),
        All = Bounded([.. All.Concat(more).Where(entry => now - entry.At <= (IsFlood(entry) ? LongestFlood : Longest))]),
    };

    /// <summary>What was written by then: a bot's clock may run ahead, and what it says of the future is not taken.</summary>
    public LogMemory Until(DateTimeOffset limit) => All.IsEmpty || All[^1].At <= limit ? this : this with { All = [.. All.Where(entry => entry.At <= limit)] };

    /// <summary>What stood in the log before it was followed is the past.</summary>
    private ImmutableArray<BlockCount> Counted(IReadOnlyCollection<LogEntry> more)
    {
        var refused = more.Select(entry => ReasonOf(entry.Word)).OfType<string>().CountBy(reason => reason).ToList();
        if (refused.Count == 0) return Blocked;
        var counts = Blocked.ToDictionary(count => count.Reason);
        foreach (var (reason, times) in refused) counts[reason] = new BlockCount("log", reason, counts.GetValueOrDefault(reason).Count + times);
        return [.. counts.Values];
    }

    private static string? ReasonOf(LogWord? word) => word switch
    {
        LogWord.PairLock => "pair_lock",
        LogWord.GlobalLock => "global_lock",
        LogWord.Denied => "denied",
        LogWord.Depth => "depth",
        LogWord.EntryRefused => "entry_refused",
        LogWord.StakeIgnored => "stake_below_minimum",
        LogWord.LowBalance or LogWord.LowBalanceMinimum => "wallet",
        _ => null,
    };

    private static ImmutableArray<LogEntry> Bounded(ImmutableArray<LogEntry> entries)
    {
        if (entries.Length <= Most) return entries;
        var thin = entries.Where((entry, i) => !IsFlood(entry) || i == 0 || entries[i - 1].Word != entry.Word || (entry.At - entries[i - 1].At).TotalSeconds >= 1 || i > entries.Length - 200)
            .ToImmutableArray();
        return thin.Length <= Most ? thin : thin[^Most..];
    }

    private static bool IsFlood(LogEntry entry) => entry.Word is null or LogWord.ExchangeCall or LogWord.ExchangeRetry or LogWord.ExitExchange or LogWord.ExitAny or LogWord.Access
        && entry.Until is null;
}
