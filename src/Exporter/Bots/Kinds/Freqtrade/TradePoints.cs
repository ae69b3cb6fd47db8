using System.Collections.Immutable;
using Exporter.Words;

namespace Exporter.Bots.Kinds.Freqtrade;

/// <summary>What keeps open trades from being managed. Never judged by an order's age alone: the bot replaces its orders by itself.</summary>
internal static class TradePoints
{
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan WithoutLimit = TimeSpan.FromHours(24);
    private static readonly TimeSpan HalfMinute = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Loops = TimeSpan.FromSeconds(28);
    private static readonly TimeSpan TwoLooks = TimeSpan.FromMinutes(5);

    public static IEnumerable<FailurePoint> Of(Scene scene, Life life, FirstSeen seen)
    {
        if (!life.IsAtWork || scene.Trades is not { } trades) yield break;
        foreach (var trade in trades)
        {
            if (StuckExit(scene, trade, seen) is { } exit) yield return exit;
            if (StuckEntry(scene, trade) is { } entry) yield return entry;
            if (StopMissing(scene, trade, seen) is { } stop) yield return stop;
            if (Ghost(scene, trade) is { } ghost) yield return ghost;
        }

        seen.Keep("exit:", trades.Select(trade => $"exit:{Key(trade)}"));
        seen.Keep("stop:", trades.Select(trade => $"stop:{Key(trade)}"));
    }

    private static string Key(Trade trade) => $"{trade.Id}/{trade.OpenedAt:O}";

    private static FailurePoint? StuckExit(Scene scene, Trade trade, FirstSeen seen)
    {
        var pair = Phrase.Word(trade.Pair);
        var refused = Points.Repeated(scene, 3, HalfMinute, entry => entry.Subject == trade.Pair
            && ((entry.Word == LogWord.ExitRefused && entry.Text?.StartsWith("Not enough amount", StringComparison.Ordinal) != true) || entry is { Word: LogWord.BadSymbol, Text: not null })).FirstOrDefault();
        if (refused.Entries is { IsDefaultOrEmpty: false } tries)
        {
            return new FailurePoint(
                PointNames.StuckExit, PointLevel.Critical, false,
                $"{pair} cannot be left: the exchange refuses ({tries[^1].Text}), {tries.Length} tries since {Moment.Of(tries[0].At)}; close it on the exchange, or mend what it says.", trade.Pair, tries[0].At);
        }

        if (scene.Words.All.LastOrDefault(entry => entry.Word == LogWord.Emergency && entry.Subject == trade.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)) is { } emergency
            && trade.OpenedAt < emergency.At && scene.Now - emergency.At > TimeSpan.FromSeconds(60))
        {
            return new FailurePoint(
                PointNames.StuckExit, PointLevel.Critical, false, $"{pair} was to be left at any price at {Moment.Of(emergency.At)} and is still open; close it on the exchange.", trade.Pair, emergency.At);
        }

        var waiting = (scene.Book as Reading<Book>.Seen)?.Value.Exits.FirstOrDefault(wait => wait.Trade == trade.Id)?.Since;
        var since = waiting ?? seen.Since($"exit:{Key(trade)}", trade.OpenExit is not null, scene.Now);
        var limit = scene.Config?.ExitTimeout is { } timeout ? timeout + Slack : WithoutLimit;
        return since is { } begun && scene.Now - begun > limit
            ? new FailurePoint(
                PointNames.StuckExit, PointLevel.Critical, false,
                $"{pair} tries to leave since {Moment.Of(begun)}, {Phrase.Duration(scene.Now - begun)}, and nobody takes its orders; the limit is {Phrase.Duration(limit)}. Look at its price.", trade.Pair, begun)
            : null;
    }

    private static FailurePoint? StuckEntry(Scene scene, Trade trade)
    {
        if (trade.IsFilled) return null;
        var pair = Phrase.Word(trade.Pair);
        if (Points.Repeated(scene, 3, HalfMinute, entry => entry.Word == LogWord.NotCancelled && entry.Subject == trade.Pair).FirstOrDefault().Entries is { IsDefaultOrEmpty: false } refused)
        {
            return new FailurePoint(
                PointNames.StuckEntry, PointLevel.Warning, false, $"The entry order of {pair} cannot be cancelled, {refused.Length} tries since {Moment.Of(refused[0].At)}; cancel it on the exchange.", trade.Pair, refused[0].At);
        }

        var limit = scene.Config?.EntryTimeout is { } timeout ? timeout + Slack : WithoutLimit;
        return trade.OpenEntry?.At is { } at && scene.Now - at > limit
            ? new FailurePoint(
                PointNames.StuckEntry, PointLevel.Warning, false,
                $"The entry order of {pair} lies since {Moment.Of(at)}; the bot should have cancelled it after {Phrase.Duration(limit - Slack)}. Look at its log.", trade.Pair, at)
            : null;
    }

    private static FailurePoint? StopMissing(Scene scene, Trade trade, FirstSeen seen)
    {
        var missing = scene.Config is { DryRun: false, StopOnExchange: true } && trade is { IsFilled: true, HasOpenStop: false, OpenExit: null };
        var since = seen.Since($"stop:{Key(trade)}", missing, scene.Now);
        if (since is null) return null;
        var failed = Points.Repeated(scene, 3, HalfMinute, entry => entry.Word == LogWord.StopFailed).Any();
        return failed || scene.Now - since >= TwoLooks
            ? new FailurePoint(
                PointNames.StopMissing, PointLevel.Critical, false,
                $"No stop of {Phrase.Word(trade.Pair)} lies on the exchange{(failed ? ", which refuses it" : $" since {Moment.Of(since.Value)}")}; place one there by hand, and look at the bot's log.", trade.Pair, since)
            : null;
    }

    private static FailurePoint? Ghost(Scene scene, Trade trade)
    {
        var id = trade.Id.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var missing = Points.Repeated(scene, 3, Loops, entry => (entry.Word == LogWord.AmountMissing && entry.Subject == id)
            || (entry.Word == LogWord.ExitRefused && entry.Subject == trade.Pair && entry.Text?.StartsWith("Not enough amount to exit", StringComparison.Ordinal) == true
                && scene.Config?.IsBefore(2023, 5) == true)).FirstOrDefault();
        return missing.Entries is { IsDefaultOrEmpty: false } lines
            ? new FailurePoint(
                PointNames.GhostTrades, PointLevel.Critical, false,
                $"The bot's book holds {Phrase.Word(trade.Pair)} (trade {id}), and the exchange does not; compare both, and see whether two bots share one account.", trade.Pair, lines[0].At)
            : null;
    }
}
