using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Exporter.Bots.Kinds.Freqtrade;

/// <summary><c>/show_config</c>: the configuration that the bot runs with.</summary>
/// <param name="Version">Such as <c>2026.9</c>; its years and months are what is compared.</param>
/// <param name="State"><c>running</c>, <c>paused</c>, <c>stopped</c>, <c>reload_config</c>, or nothing while it comes up. A flag that obeys at once.</param>
/// <param name="MaxOpenTrades">Null: no limit.</param>
internal sealed record ShowConfig(string Version, string State, string RunMode, bool? DryRun, string Exchange, string TradingMode, double? MaxOpenTrades)
{
    public string? StakeCurrency { get; private init; }

    public string? StakeAmount { get; private init; }

    public TimeSpan? Timeframe { get; private init; }

    public string TimeframeName { get; private init; } = "";

    public bool StopOnExchange { get; private init; }

    /// <summary>After this long the bot itself cancels an order that nobody took.</summary>
    public TimeSpan? EntryTimeout { get; private init; }

    public TimeSpan? ExitTimeout { get; private init; }

    public string? Strategy { get; private init; }

    public bool Demo { get; private init; }

    public bool IsSpot => TradingMode != "futures";

    public bool IsBefore(int year, int month)
    {
        var parts = Version.Split('.', '-');
        return parts.Length > 1 && int.TryParse(parts[0], CultureInfo.InvariantCulture, out var itsYear) && int.TryParse(parts[1], CultureInfo.InvariantCulture, out var itsMonth)
            && (itsYear < year || (itsYear == year && itsMonth < month));
    }

    public static ShowConfig? Of(JsonElement body) => body.ValueKind == JsonValueKind.Object && body.Text("state") is { } state ? Of(body, state, body.Text("exchange") ?? "") : null;

    /// <summary>What the bot's files say of it, where its API is not known.</summary>
    public static ShowConfig OfFile(JsonElement merged) => Of(merged, "", merged.Child("exchange").Text("name") ?? "") with { Timeframe = Span(merged.Text("timeframe")) };

    private static ShowConfig Of(JsonElement body, string state, string exchange)
    {
        var most = body.Number("max_open_trades");
        var types = body.Child("order_types");
        var limits = body.Child("unfilledtimeout");
        return new ShowConfig(
            body.Text("version") ?? "", state, body.Text("runmode") ?? "", body.Flag("dry_run"), exchange, body.Text("trading_mode") ?? "spot",
            most is >= 0 and < int.MaxValue ? most : null)
        {
            StakeCurrency = body.Text("stake_currency"),
            StakeAmount = body.Text("stake_amount"),
            Timeframe = body.Number("timeframe_ms") is > 0 and < 1e12 and var span ? TimeSpan.FromMilliseconds(span) : null,
            TimeframeName = body.Text("timeframe") ?? "",
            StopOnExchange = (body.Flag("stoploss_on_exchange") ?? types.Flag("stoploss_on_exchange")) == true,
            EntryTimeout = Unfilled(limits, "entry"),
            ExitTimeout = Unfilled(limits, "exit"),
            Strategy = body.Text("strategy"),
            Demo = body.Flag("demo_trading") == true,
        };
    }

    /// <summary>Such as <c>5m</c>, <c>1h</c>, <c>1d</c>.</summary>
    private static TimeSpan? Span(string? timeframe) => timeframe is { Length: > 1 } && int.TryParse(timeframe.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
        ? timeframe[^1] switch
        {
            'm' => TimeSpan.FromMinutes(count),
            'h' => TimeSpan.FromHours(count),
            'd' => TimeSpan.FromDays(count),
            'w' => TimeSpan.FromDays(7 * count),
            _ => null,
        } : null;

    private static TimeSpan? Unfilled(JsonElement limits, string side) => limits.Number(side) is >= 0 and < 1e6 and var value
        ? limits.Text("unit") == "seconds" ? TimeSpan.FromSeconds(value) : TimeSpan.FromMinutes(value) : null;
}

/// <summary><c>/health</c>. All null on a fresh database.</summary>
internal sealed record Beat(DateTimeOffset? LastProcess, DateTimeOffset? FirstStarted, DateTimeOffset? Started)
{
    public static Beat? Of(JsonElement body) => body.ValueKind == JsonValueKind.Object
        ? new Beat(Times.OfSeconds(body.Number("last_process_ts")), Times.OfSeconds(body.Number("bot_start_ts")), Times.OfSeconds(body.Number("bot_startup_ts")))
        : null;
}

/// <summary>A lock on one pair, or on all of them (<c>*</c>).</summary>
internal sealed record PairLock(string Pair, string Side, string? Reason, DateTimeOffset? Since, DateTimeOffset? Until)
{
    public bool IsGlobal => Pair == "*";

    /// <summary>Made by the bot after each exit so that it does not enter anew at once: no sign of trouble.</summary>
    public bool IsRoutine => Reason is { } reason && (reason.StartsWith("Auto lock", StringComparison.Ordinal) || reason.StartsWith("Cooldown period", StringComparison.Ordinal));

    public static ImmutableArray<PairLock> AllOf(JsonElement body) =>
    [
        .. body.Items("locks").Where(item => item.Text("pair") is not null).Select(item => new PairLock(
            item.Text("pair")!, item.Text("side") ?? "*", item.Text("reason"),
            Times.OfMilliseconds(item.Number("lock_timestamp")), Times.OfMilliseconds(item.Number("lock_end_timestamp")))).Distinct(),
    ];
}

/// <summary>One order of an open trade.</summary>
/// <param name="Side"><c>buy</c>, <c>sell</c> or <c>stoploss</c>.</param>
internal sealed record Order(string Side, bool IsOpen, double? Filled, DateTimeOffset? At);

/// <summary>One open trade.</summary>
/// <param name="Amount">Zero until the entry is filled.</param>
/// <param name="CurrentRate">Null where the exchange did not say.</param>
internal sealed record Trade(long Id, string Pair, bool IsShort, double? Leverage, double? Amount, double? Stake, double? OpenRate, double? CurrentRate, DateTimeOffset? OpenedAt)
{
    public double? Profit { get; init; }

    public double? Stop { get; init; }

    public string? EnterTag { get; init; }

    public string? Strategy { get; init; }

    public ImmutableArray<Order> Orders { get; init; } = [];

    private string EntrySide => IsShort ? "sell" : "buy";

    private string ExitSide => IsShort ? "buy" : "sell";

    public Order? OpenEntry => Orders.FirstOrDefault(order => order.IsOpen && order.Side == EntrySide);

    public Order? OpenExit => Orders.FirstOrDefault(order => order.IsOpen && order.Side == ExitSide);

    public bool HasOpenStop => Orders.Any(order => order.IsOpen && order.Side == "stoploss");

    public bool IsFilled => Amount is > 0;

    public static ImmutableArray<Trade> AllOf(JsonElement body) =>
    [
        .. body.Items().Where(item => item.Text("pair") is not null && item.Flag("is_open") != false).Select(item => new Trade(
            (long)(item.Number("trade_id") ?? 0), item.Text("pair")!, item.Flag("is_short") == true, item.Number("leverage"), item.Number("amount"),
            item.Number("stake_amount"), item.Number("open_rate"), item.Number("current_rate"), Times.OfMilliseconds(item.Number("open_timestamp")))
        {
            Profit = item.Number("profit_abs"),
            Stop = item.Number("stop_loss_abs"),
            EnterTag = item.Text("enter_tag"),
            Strategy = item.Text("strategy"),
            Orders =
            [
                .. item.Items("orders").Select(order => new Order(
                    order.Text("ft_order_side") ?? "", order.Flag("is_open") == true, order.Number("filled"), Times.OfMilliseconds(order.Number("order_timestamp")))),
            ],
        }),
    ];
}

/// <summary>One pair's newest analysed candle.</summary>
/// <param name="OpenedAt">The candle's beginning; null: none was ever analysed.</param>
/// <param name="AnalyzedAt">When the bot last analysed it; the strategy's failure and a stop freeze both.</param>
internal sealed record Candle(DateTimeOffset? OpenedAt, DateTimeOffset? AnalyzedAt, DateTimeOffset ReadAt)
{
    public static Candle? Of(JsonElement body, DateTimeOffset readAt) => body.ValueKind != JsonValueKind.Object || body.Number("length") is not { } length
        ? null
        : length > 0
            ? new Candle(Times.OfMilliseconds(body.Number("data_stop_ts")), Times.OfSeconds(body.Number("last_analyzed_ts")), readAt)
            : new Candle(null, null, readAt);
}

/// <summary>Reads leniently: what is not there, or of another type, is null. A number may come as text, and not every one is finite.</summary>
internal static class JsonReading
{
    public static JsonElement Child(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var child) ? child : default;

    public static string? Text(this JsonElement element, string name) => element.Child(name) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => null,
    };

    public static bool? Flag(this JsonElement element, string name) => element.Child(name).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    public static double? Number(this JsonElement element, string name) => element.Child(name) switch
    {
        { ValueKind: JsonValueKind.Number } number when number.TryGetDouble(out var value) && double.IsFinite(value) => value,
        { ValueKind: JsonValueKind.String } text when double.TryParse(text.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && double.IsFinite(value) => value,
        _ => null,
    };

    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) => element.Child(name).Items();

    public static IEnumerable<JsonElement> Items(this JsonElement element) => element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : [];
}
