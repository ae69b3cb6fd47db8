using System.Collections.Immutable;
using Exporter.Words;

namespace Exporter.Bots.Kinds.Freqtrade;

/// <summary>What keeps a bot that lives from deciding: its strategy, its candles, its pair list, its wallet.</summary>
internal static class StrategyPoints
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan OutdatedOffset = TimeSpan.FromMinutes(5);

    public static IEnumerable<FailurePoint> Of(Scene scene, Life life, FirstSeen seen)
    {
        if (!life.IsAtWork) yield break;
        var raising = Raising(scene);
        if (raising.Count > 0)
        {
            var all = IsHalf(scene, raising.Count);
            yield return new FailurePoint(
                PointNames.StrategyError, all ? PointLevel.Critical : PointLevel.Warning, all,
                $"The strategy raises {raising[0].Text} for {Phrase.Count(raising.Count, "pair")}{(scene.Api.Whitelist is { } list ? $" of {list.Length}" : "")}; mend it and reload the bot.",
                raising.Count == 1 ? raising[0].Subject : null, raising[0].At);
        }
        else if (scene.Words.Last(Fresh, scene.Now, LogWord.StrategyCallback).LastOrDefault(entry => entry.Subject?.Contains("analyze_ticker", StringComparison.Ordinal) != true) is { } callback)
        {
            yield return new FailurePoint(
                PointNames.StrategyError, PointLevel.Warning, false, $"A callback of the strategy raises {callback.Text} ({callback.Subject}); trading goes on without its say, mend it.", null, callback.At);
        }

        if (!IsHalf(scene, raising.Count) && Candles(scene) is { } candles) yield return candles;
        foreach (var point in Pairs(scene, life, seen)) yield return point;
        if (Wallet(scene) is { } wallet) yield return wallet;
    }

    /// <summary>The newest failure of each pair that has not been analysed since.</summary>
    public static List<LogEntry> Raising(Scene scene) =>
    [
        .. scene.Words.Last(Fresh, scene.Now, LogWord.StrategyPair)
            .GroupBy(entry => entry.Subject ?? "", StringComparer.Ordinal).Select(group => group.Last())
            .Where(entry => scene.Api.Candles.GetValueOrDefault(entry.Subject ?? "")?.AnalyzedAt is not { } analyzed || entry.At > analyzed),
    ];

    public static bool IsHalf(Scene scene, int raising) => raising > 0 && raising * 2 >= (scene.Pairs?.Length ?? raising);

    private static FailurePoint? Candles(Scene scene)
    {
        var asked = scene.Api.Candles.Where(pair => scene.Api.Whitelist is not { } list || list.Contains(pair.Key)).ToList();
        if (asked.Count == 0 || scene.Config?.Timeframe is not { } frame) return null;
        var outdated = asked.Where(pair => pair.Value.OpenedAt is { } opened && (opened + (2 * frame) + OutdatedOffset < pair.Value.ReadAt || SaysOutdated(scene, pair.Key, pair.Value))).ToList();
        if (outdated.Count * 2 >= asked.Count && (outdated.Count >= 3 || outdated.Count == asked.Count) && outdated.Count > 0)
        {
            var oldest = outdated.Min(pair => pair.Value.OpenedAt)!.Value;
            return new FailurePoint(
                PointNames.CandlesOutdated, PointLevel.Warning, outdated.Count == asked.Count,
                $"{outdated.Count} of {Phrase.Count(asked.Count, "pair")} that were asked have old candles, the oldest begins at {Moment.Of(oldest)}; see whether the exchange sends new ones.", null, oldest)
            { Cause = "stale" };
        }

        var empty = scene.Words.Last(TimeSpan.FromMinutes(5), scene.Now, LogWord.EmptyCandles).ToList();
        return asked.TrueForAll(pair => pair.Value.OpenedAt is null) && empty.Count > 1 && empty[^1].At - empty[0].At >= TimeSpan.FromSeconds(60)
            ? new FailurePoint(
                PointNames.CandlesOutdated, PointLevel.Warning, true,
                $"None of {Phrase.Count(asked.Count, "pair")} has a candle; see whether the exchange sends any for this timeframe.", null, empty[0].At)
            { Cause = "empty" }
            : null;
    }

    private static bool SaysOutdated(Scene scene, string pair, Candle candle) =>
        scene.Words.All.LastOrDefault(entry => entry.Word == LogWord.Outdated && entry.Subject == pair) is { } said && said.At > (candle.AnalyzedAt ?? DateTimeOffset.MinValue)
        && scene.Now - said.At <= Fresh;

    private static IEnumerable<FailurePoint> Pairs(Scene scene, Life life, FirstSeen seen)
    {
        if (scene.Api.Whitelist is not { } whitelist || life.State != LifeStates.Running) yield break;
        var trades = scene.Trades ?? [];
        var isEmpty = whitelist.IsEmpty && trades.IsEmpty && scene.Api.Beat?.LastProcess is not null;
        if (seen.Since(PointNames.WhitelistEmpty, isEmpty, scene.Now) is { } since)
        {
            var lasting = scene.Now - since >= TimeSpan.FromMinutes(10);
            yield return new FailurePoint(
                PointNames.WhitelistEmpty, lasting ? PointLevel.Critical : PointLevel.Named, true,
                $"The bot's pair list is empty since {Moment.Of(since)}, so there is nothing to open; look at its pair list filters.", null, since)
            { IsAside = !lasting };
        }

        var open = trades.Select(trade => trade.Pair).ToHashSet(StringComparer.Ordinal);
        if (!whitelist.IsEmpty && open.Count > 0 && whitelist.All(open.Contains))
        {
            var filtered = scene.Words.Last(TimeSpan.FromMinutes(35), scene.Now, LogWord.Inactive, LogWord.NotCompatible).Any();
            yield return new FailurePoint(
                PointNames.AllPairsOpen, PointLevel.Named, false,
                filtered ? "Every pair that may be traded is open already; every other market is halted or filtered." : "Every pair of the bot's list is open already: there is nothing left to buy.");
        }
    }

    private static FailurePoint? Wallet(Scene scene)
    {
        var config = scene.Config;
        if (config?.MaxOpenTrades is { } most && scene.Trades is { } trades && trades.Length >= most) return null;
        var window = config?.Timeframe is { } frame && 2 * frame > Fresh ? 2 * frame : Fresh;
        var newest = scene.Words.Last(
                window, scene.Now, LogWord.LowBalance, LogWord.LowBalanceMinimum, LogWord.StakeIgnored, LogWord.EntryRefused, LogWord.Denied, LogWord.Depth, LogWord.PairLock)
            .GroupBy(entry => entry.Subject ?? "", StringComparer.Ordinal).Select(group => group.Last())
            .Where(entry => entry.Word is LogWord.LowBalance or LogWord.LowBalanceMinimum || (entry.Word == LogWord.StakeIgnored && config?.StakeAmount == "unlimited")).ToList();
        return newest.Count == 0 ? null : new FailurePoint(
            PointNames.WalletTooSmall, PointLevel.Warning, true,
            $"A slot is free, and the wallet holds less than a trade needs{(newest[^1].Text is { } text ? $": {text.Trim().TrimEnd('(', '.')}" : "")}; add funds, or lower the stake.", null, newest[0].At);
    }
}
