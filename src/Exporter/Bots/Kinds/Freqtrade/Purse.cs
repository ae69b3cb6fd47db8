using System.Collections.Immutable;
using System.Globalization;

namespace Exporter.Bots.Kinds.Freqtrade;

/// <summary>
/// What the bot earned: closed trades from the database, open ones with the rates that the API told. Nothing is asked for it: the calls that
/// would tell it load every trade that was ever closed.
/// </summary>
internal static class Purse
{
    /// <summary>Null: no source tells of money.</summary>
    public static Money? Of(Scene scene)
    {
        var closed = (scene.Book as Reading<Book>.Seen)?.Value.Closed;
        if (scene.Trades is not { } trades || (closed is null && !scene.HasApi)) return null;
        // A sum of which a part is not known is not known.
        var isPriced = trades.All(trade => trade is { Profit: not null } || !trade.IsFilled);
        var money = new Money(scene.Config?.StakeCurrency ?? "", scene.Config?.DryRun switch { true => "paper", false => "live", null => "" })
        {
            OpenProfit = isPriced && scene.HasApi ? trades.Sum(trade => trade.Profit ?? 0) : null,
            StakeInUse = trades.Sum(trade => trade.Stake ?? 0),
            Open = [.. trades.Select(Open)],
        };
        return closed is not { Complete: true } ? money : money with
        {
            ClosedProfit = closed.Profit,
            Drawdown = closed.Drawdown,
            Today = closed.Today,
            ClosedTrades = closed.Count,
            WonTrades = closed.Won,
            TradesPerDay = closed.PerDay,
            UsualGap = closed.UsualGap,
        };
    }

    private static OpenTrade Open(Trade trade) => new(
        trade.Id.ToString(CultureInfo.InvariantCulture), trade.Pair, trade.IsShort ? "short" : "long", trade.Profit, trade.OpenedAt,
        trade is { Stop: { } stop, CurrentRate: > 0 and var rate } ? (trade.IsShort ? stop - rate : rate - stop) / rate : null);
}
