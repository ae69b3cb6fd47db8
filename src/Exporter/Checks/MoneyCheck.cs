using System.Collections.Immutable;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Exporter.Bots;
using Exporter.Words;

namespace Exporter.Checks;

/// <summary>
/// Shows what the bot earned, and warns of a day's loss or a drawdown beyond what its owner set. What is not known makes no series, and
/// nothing sums over real and paper money.
/// </summary>
public sealed class MoneyCheck(IBot bot, MoneyOptions options) : ICheck
{
    private const string DailyLoss = "daily_loss";
    private const string DrawnDown = "drawdown";
    private const int MostTrades = 100;

    /// <summary>The detail that holds the usual time between two entries.</summary>
    internal const string UsualGap = "usual_gap_seconds";

    private static readonly MetricFamily ClosedProfit = Gauge("tradingbot_profit_closed", "Sum of the profits of all closed trades.");
    private static readonly MetricFamily OpenProfit = Gauge("tradingbot_profit_open", "Sum of the profits of the open trades at the price that the bot last knew.");
    private static readonly MetricFamily Today = Gauge("tradingbot_profit_today", "Sum of the profits of the trades that closed since midnight UTC.");
    private static readonly MetricFamily Drawdown = Gauge("tradingbot_drawdown", "Deepest fall of the running sum of closed profits from a peak, 0 or more.");
    private static readonly MetricFamily Stake = Gauge("tradingbot_stake_in_use", "Stake or margin that is bound in open trades.");
    private static readonly MetricFamily Closed = Gauge("tradingbot_trades_closed", "Trades that were closed so far.");
    private static readonly MetricFamily Won = Gauge("tradingbot_trades_won", "Closed trades with a profit.");
    private static readonly MetricFamily PerDay = Gauge("tradingbot_trades_per_day", "Closed trades a day, over the last 30 days or since the first.");

    private static readonly MetricFamily TradeProfit = MetricFamily.Gauge(
        "tradingbot_trade_profit", "Profit of one open trade at the price that the bot last knew; at most 100 trades a bot.", "trade", "symbol", "direction", "currency", "mode");

    private static readonly MetricFamily TradeOpened = MetricFamily.Gauge(
        "tradingbot_trade_opened_timestamp_seconds", "When an open trade was opened, in Unix time; at most 100 trades a bot.", "trade", "symbol", "direction");

    private static readonly MetricFamily TradeStop = MetricFamily.Gauge(
        "tradingbot_trade_stop_distance_ratio", "How far the price may still go before the trade's stop, as a share of the price; at most 100 trades a bot.", "trade", "symbol", "direction");

    public static CheckSpec Definition { get; } = new()
    {
        Name = "money",
        Category = Category.State,
        Severity = CheckStatus.Warning,
        Title = "Money",
        Watches = "What the bot earned, closed and open, against the loss of a day and the drawdown that its owner allows.",
        Impact = "The bot loses more than its owner wants to lose; it goes on trading all the same.",
        Remedy = "Look at the trades of the day, and stop the bot if they are not what its strategy should do.",
        Causes = [DailyLoss, DrawnDown, .. Unseen.Causes],
        Families = [ClosedProfit, OpenProfit, Today, Drawdown, Stake, Closed, Won, PerDay, TradeProfit, TradeOpened, TradeStop],
        Query = "tradingbot_profit_closed{bot=\"$bot\"} or tradingbot_profit_open{bot=\"$bot\"}",
        Runbook = "TradingBotLosing",
    };

    public CheckSpec Spec => Definition;

    public async ValueTask<CheckResult> EvaluateAsync(CheckContext context, CancellationToken cancellation)
    {
        var reading = await bot.ReadMoneyAsync(cancellation);
        if (reading is not Reading<Money>.Seen { Value: var money, Evidence: var source }) return Unseen.Result(reading);

        return Judge(money) with
        {
            DataTimestamp = source.Stamp,
            Samples = [.. Series(money), .. money.Open.Take(MostTrades).SelectMany(trade => Series(trade, money))],
            Details =
            [
                Detail.Of("currency", Phrase.Word(money.Currency)),
                Detail.Of("mode", money.Mode),
                .. Known("closed_profit", money.ClosedProfit), .. Known("open_profit", money.OpenProfit), .. Known("today", money.Today), .. Known("drawdown", money.Drawdown),
                .. Known("closed_trades", money.ClosedTrades), .. Known("won_trades", money.WonTrades), .. Known(UsualGap, money.UsualGap?.TotalSeconds),
                .. SourceDetails.Of(source),
            ],
        };
    }

    private CheckResult Judge(Money money)
    {
        if (options.MaxDailyLoss is { } loss && -money.Today > loss)
            return CheckResult.Warning(DailyLoss, $"The bot lost {Amount(-money.Today, money)} since midnight UTC, its owner allows {Amount(loss, money)} a day; look at the trades of the day.");
        if (options.MaxDrawdown is { } most && money.Drawdown > most)
            return CheckResult.Warning(DrawnDown, $"The bot's closed profits fell by {Amount(money.Drawdown, money)} from their peak, its owner allows {Amount(most, money)}; look at what changed.");
        var closed = money is { ClosedProfit: { } earned, ClosedTrades: { } count, WonTrades: { } won }
            ? $"Profit of {Amount(earned, money)} in {Phrase.Count(count, "closed trade")}{(count > 0 ? $", of which {Phrase.Percent((double)won / count)} were won" : "")}"
            : "What was closed is not known";
        return CheckResult.Ok(money.OpenProfit is { } open ? $"{closed}; {Amount(open, money)} in open ones." : $"{closed}.");
    }

    private static string Amount(double? value, Money money) =>
        string.Create(CultureInfo.InvariantCulture, $"{value:0.########} {Phrase.Word(money.Currency)}").TrimEnd() + (money.Mode == "paper" ? " of paper money" : "");

    private static IEnumerable<Detail> Known(string name, double? value) => value is { } known ? [Detail.Of(name, known)] : [];

    private static IEnumerable<Sample> Series(Money money)
    {
        foreach (var (family, value) in ((MetricFamily, double?)[])[(ClosedProfit, money.ClosedProfit), (OpenProfit, money.OpenProfit), (Today, money.Today), (Drawdown, money.Drawdown),
            (Stake, money.StakeInUse), (Closed, money.ClosedTrades), (Won, money.WonTrades), (PerDay, money.TradesPerDay)])
        {
            if (value is { } known && double.IsFinite(known)) yield return family.Of(known, LabelText.Of(money.Currency), money.Mode);
        }
    }

    private static IEnumerable<Sample> Series(OpenTrade trade, Money money)
    {
        var (id, symbol, direction) = (LabelText.Of(trade.Id), LabelText.Of(trade.Symbol), trade.Direction);
        if (trade.Profit is { } profit) yield return TradeProfit.Of(profit, id, symbol, direction, LabelText.Of(money.Currency), money.Mode);
        if (trade.OpenedAt is { } opened) yield return TradeOpened.Of(Age.UnixSeconds(opened), id, symbol, direction);
        if (trade.StopDistance is { } distance) yield return TradeStop.Of(distance, id, symbol, direction);
    }

    private static MetricFamily Gauge(string name, string help) => MetricFamily.Gauge(name, help, "currency", "mode");
}

/// <summary>Limits of <c>money</c>; off unless its owner sets them.</summary>
public sealed class MoneyOptions
{
    [Description("Loss since midnight UTC, in the bot's currency, beyond which it is warned of. Default: none.")]
    [Range(0.0, 1e15)]
    public double? MaxDailyLoss { get; set; }

    [Description("Fall of the closed profits from their peak, in the bot's currency, beyond which it is warned of. Default: none.")]
    [Range(0.0, 1e15)]
    public double? MaxDrawdown { get; set; }
}
