using System.Globalization;
using System.Text.Json.Nodes;

namespace Demo.Bot;

/// <summary>The shape of each of the bot's files, field by field as the reference bot writes it.</summary>
internal static class BotDocuments
{
    public static JsonObject Positions(BotState state) => new()
    {
        ["open_positions"] = new JsonArray([.. state.Open.Select(Position)]),
        ["closed_positions"] = new JsonArray([.. state.Closed.Select(Position)]),
    };

    public static JsonObject KillSwitch(BotState state) => new()
    {
        ["blocked_until"] = Time(state.BlockedUntil),
        ["last_triggered"] = Time(state.BlockTriggeredAt),
        ["drawdown_pct"] = 8.4,
        ["portfolio_value_before"] = 6_550.0,
        ["portfolio_value_now"] = state.PortfolioValue,
        ["positions_closed"] = 3,
        ["reason"] = "max drawdown",
        ["block_cleared_at"] = Time(state.BlockClearedAt),
    };

    public static JsonObject Probation(BotState state, DateTimeOffset now)
    {
        var symbols = new JsonObject();
        foreach (var symbol in BotState.Symbols.Union(state.Probation.Keys))
        {
            symbols[symbol] = state.Probation.TryGetValue(symbol, out var since)
                ? new JsonObject { ["state"] = "probation", ["entered_at"] = Time(since), ["reason"] = "5 losses in a row" }
                : new JsonObject { ["state"] = "active" };
        }

        return new() { ["updated_at"] = Time(now), ["symbol_states"] = symbols };
    }

    public static JsonObject Intelligence(BotState state, DateTimeOffset now, Random random)
    {
        var empty = state.Feed is IntelligenceFeed.Empty;
        var signals = new JsonObject();
        foreach (var symbol in BotState.Symbols)
        {
            signals[symbol] = empty ? NeutralSignal() : Signal(random);
        }

        return new()
        {
            ["ts"] = Time(state.Feed is IntelligenceFeed.FutureDated ? now.AddHours(1) : now),
            ["fear_greed"] = empty ? 50 : random.Next(20, 80),
            ["signals"] = signals,
        };
    }

    public static JsonObject Heartbeat(BotState state, DateTimeOffset now) => new()
    {
        ["component"] = "bot_cycle",
        ["last_heartbeat_ts"] = now.ToUnixTimeSeconds(),
        ["last_heartbeat_dt"] = now.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture),
        ["metadata"] = new JsonObject
        {
            ["portfolio_value"] = state.PortfolioValue,
            ["open_positions"] = state.Open.Count,
            ["available_margin"] = state.PortfolioValue - state.Open.Sum(position => position.Size / position.Leverage),
        },
    };

    public static JsonObject TradingConfig() => new()
    {
        ["mode"] = "paper",
        ["paper_mode_relaxed_thresholds"] = true,
        ["thresholds"] = new JsonObject
        {
            ["paper"] = new JsonObject { ["score_thresholds"] = new JsonObject { ["ULTRA"] = 0.15, ["HIGH"] = 0.05 } },
        },
    };

    public static JsonObject GoldenHour() => new()
    {
        ["restrict_to_golden_hour"] = false,
        ["description"] = "Set restrict_to_golden_hour to false to enable 24/7 trading",
    };

    public static JsonObject BlockedSignal(string gate, DateTimeOffset now, Random random) => new()
    {
        ["ts"] = Time(now),
        ["symbol"] = BotState.Symbols[random.Next(BotState.Symbols.Length)],
        ["reason"] = gate,
    };

    private static JsonNode Position(Position position) => new JsonObject
    {
        ["symbol"] = position.Symbol,
        ["direction"] = position.Direction,
        ["strategy"] = position.Strategy,
        ["entry_price"] = position.EntryPrice,
        ["size"] = position.Size,
        ["leverage"] = position.Leverage,
        ["margin_collateral"] = position.Size / position.Leverage,
        ["opened_at"] = position.OpenedAt.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffffzzz", CultureInfo.InvariantCulture),
        ["venue"] = "futures",
    };

    private static JsonObject Signal(Random random) => new()
    {
        ["direction"] = random.Next(2) == 0 ? "LONG" : "SHORT",
        ["confidence"] = Math.Round(0.4 + (random.NextDouble() / 2), 3),
        ["composite"] = Math.Round(random.NextDouble() - 0.5, 3),
        ["funding"] = new JsonObject { ["rate"] = Math.Round(random.NextDouble() / 1000, 6) },
        ["oi"] = new JsonObject { ["change_1h"] = Math.Round(random.NextDouble() - 0.5, 3) },
    };

    private static JsonObject NeutralSignal() => new()
    {
        ["direction"] = "NEUTRAL",
        ["confidence"] = 0.0,
        ["composite"] = 0.0,
        ["funding"] = new JsonObject(),
        ["oi"] = new JsonObject(),
    };

    private static JsonNode? Time(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
