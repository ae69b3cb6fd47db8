using Microsoft.Extensions.Logging.Abstractions;
using Exporter.Bots.Kinds.FeatureStore;
using System.Globalization;
using System.Text.Json.Nodes;
using Exporter.Bots;

namespace Exporter.Tests.Bots;

/// <summary>
/// A bot's directory as a healthy bot keeps it, in a real temporary directory, with what a test wants otherwise. Ages count back from
/// <see cref="Now"/>; files are written once, so a test that goes on writes them itself with <see cref="Write"/>.
/// </summary>
public sealed class FeatureStoreFixture : IDisposable
{
    public const string Positions = "logs/positions_futures.json";
    public const string KillSwitch = "feature_store/max_drawdown_kill_switch_state.json";
    public const string SoftKill = "feature_store/healing_escalation_state.json";
    public const string ExchangeHealth = "feature_store/exchange_health_state.json";
    public const string TradingFrozen = "logs/trading_frozen.flag";
    public const string GlobalFreeze = "logs/phase82_state.json";
    public const string Probation = "feature_store/symbol_probation_state.json";
    public const string Intelligence = "feature_store/intelligence/summary.json";
    public const string Heartbeat = "state/heartbeats/bot_cycle.json";
    public const string TradingConfig = "configs/trading_config.json";
    public const string GoldenHourConfig = "feature_store/golden_hour_config.json";
    public const string BlockedSignals = "logs/blocked_signals.jsonl";

    private static readonly string[] Symbols =
        ["BTCUSDT", "ETHUSDT", "SOLUSDT", "XRPUSDT", "AVAXUSDT", "DOTUSDT", "ADAUSDT", "BNBUSDT", "TRXUSDT", "OPUSDT", "ARBUSDT", "LINKUSDT"];

    private readonly TemporaryDirectory _directory = new();

    private FeatureStoreFixture(DateTimeOffset now) => Now = now;

    /// <summary>The moment that ages count back from.</summary>
    public DateTimeOffset Now { get; }

    public string Root => _directory.Path;

    public string this[string relative] => _directory[relative];

    /// <param name="now">Default: the real time, since files are stamped by the real clock.</param>
    /// <param name="openPositions">Each on a symbol of its own, by one strategy: no overlaps.</param>
    /// <param name="closedPositions">A closed one has about 1,800 bytes, as a real bot's.</param>
    /// <param name="newestOpening">How long ago the newest position was opened.</param>
    /// <param name="blockedUntil">Writes the kill switch's state with this end.</param>
    /// <param name="onProbation">Symbols that are on probation.</param>
    /// <param name="emptyIntelligence">Every signal at its neutral default.</param>
    public static FeatureStoreFixture With(
        DateTimeOffset? now = null,
        int openPositions = 2,
        int closedPositions = 3,
        TimeSpan? newestOpening = null,
        DateTimeOffset? blockedUntil = null,
        string[]? onProbation = null,
        TimeSpan? intelligenceAge = null,
        bool emptyIntelligence = false,
        TimeSpan? heartbeatAge = null,
        string mode = "paper")
    {
        var bot = new FeatureStoreFixture(now ?? DateTimeOffset.UtcNow);
        var opened = newestOpening ?? TimeSpan.FromMinutes(20);
        bot.Write(Positions, new JsonObject
        {
            ["open_positions"] = new JsonArray([.. Enumerable.Range(0, openPositions).Select(i => (JsonNode)bot.Position(i, opened, closed: false))]),
            ["closed_positions"] = new JsonArray(
                [.. Enumerable.Range(0, closedPositions).Select(i => (JsonNode)bot.Position(i, opened + TimeSpan.FromHours(i + 1), closed: true))]),
        });
        bot.Write(Intelligence, new JsonObject
        {
            ["ts"] = bot.Ago(intelligenceAge ?? TimeSpan.FromSeconds(20)),
            ["fear_greed"] = 50,
            ["signals"] = new JsonObject(Symbols[..8].Select(symbol => KeyValuePair.Create(symbol, (JsonNode?)Signal(emptyIntelligence)))),
        });
        var beat = bot.Now - (heartbeatAge ?? TimeSpan.FromSeconds(30));
        bot.Write(Heartbeat, new JsonObject
        {
            ["component"] = "bot_cycle",
            ["last_heartbeat_ts"] = beat.ToUnixTimeSeconds(),
            ["last_heartbeat_dt"] = beat.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture),
            ["metadata"] = new JsonObject { ["portfolio_value"] = 5996.16, ["open_positions"] = openPositions, ["available_margin"] = 6166.67 },
        });
        bot.Write(TradingConfig, new JsonObject { ["mode"] = mode, ["updated_at"] = "2025-12-04" });
        bot.Write(GoldenHourConfig, new JsonObject { ["restrict_to_golden_hour"] = false, ["updated_at"] = null });
        if (blockedUntil is { } until)
        {
            bot.Block(until);
        }

        if (onProbation is { } symbols)
        {
            bot.PutOnProbation(symbols);
        }

        return bot;
    }

    /// <summary>A fresh bot that reads this directory.</summary>
    public FeatureStoreBot Read(Action<BotOptions>? options = null)
    {
        var bot = new BotOptions { Name = "alpha", Root = Root };
        options?.Invoke(bot);
        return Assert.IsType<FeatureStoreBot>(new FeatureStoreKind().Create(bot, new BotServices(TimeProvider.System, NullLoggerFactory.Instance, null)));
    }

    public string Write(string relative, JsonNode content) => Write(relative, content.ToJsonString());

    public string Write(string relative, string content) => _directory.Write(relative, content);

    public string Write(string relative, byte[] content)
    {
        var path = Write(relative, "");
        File.WriteAllBytes(path, content);
        return path;
    }

    public void Delete(string relative) => File.Delete(this[relative]);

    /// <summary>The kill switch trips: blocked until then.</summary>
    public void Block(DateTimeOffset? until, TimeSpan? triggeredAgo = null) => Write(KillSwitch, new JsonObject
    {
        ["blocked_until"] = until is { } end ? Iso(end) : null,
        ["last_triggered"] = Ago(triggeredAgo ?? TimeSpan.FromMinutes(5)),
        ["drawdown_pct"] = 5.3,
        ["portfolio_value_before"] = 6000.0,
        ["portfolio_value_now"] = 5682.0,
        ["positions_closed"] = 4,
        ["reason"] = "drawdown 5.3% in 1 h",
    });

    public void PutOnProbation(params string[] symbols) => Write(Probation, new JsonObject
    {
        ["updated_at"] = Ago(TimeSpan.FromMinutes(1)),
        ["symbol_states"] = new JsonObject(symbols.Select(symbol => KeyValuePair.Create(symbol, (JsonNode?)new JsonObject
        {
            ["state"] = "probation",
            ["entered_at"] = Ago(TimeSpan.FromHours(2)),
            ["reason"] = "win rate below 0.3",
        }))),
    });

    public string Ago(TimeSpan age) => Iso(Now - age);

    public void Dispose() => _directory.Dispose();

    /// <summary>As the reference bot writes it: UTC with microseconds.</summary>
    public static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private JsonObject Position(int number, TimeSpan openedAgo, bool closed)
    {
        var position = new JsonObject
        {
            ["symbol"] = number < Symbols.Length ? Symbols[number] : $"COIN{number}USDT",
            ["direction"] = number % 2 == 0 ? "LONG" : "short",
            ["strategy"] = "Alpha-OFI",
            ["entry_price"] = 12.343,
            ["size"] = 241.65 + number,
            ["leverage"] = 5,
            ["margin_collateral"] = 48.33,
            ["opened_at"] = (Now - openedAgo).ToOffset(TimeSpan.FromHours(-7)).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffffzzz", CultureInfo.InvariantCulture),
            ["venue"] = "futures",
            ["signal_components"] = new JsonObject(),
        };
        if (closed)
        {
            position["closed_at"] = Ago(openedAgo - TimeSpan.FromMinutes(30));
            var features = new JsonObject();
            foreach (var i in Enumerable.Range(0, 60))
            {
                features[$"feature_number_{i}"] = i * 0.7391;
            }

            position["ml_features"] = features;
        }

        return position;
    }

    private static JsonObject Signal(bool empty) => new()
    {
        ["direction"] = empty ? "NEUTRAL" : "LONG",
        ["confidence"] = empty ? 0.0 : 0.62,
        ["composite"] = empty ? 0.0 : 0.31,
        ["components"] = new JsonObject { ["flow"] = 0, ["liquidation"] = 0 },
        ["funding"] = empty ? new JsonObject() : new JsonObject { ["rate"] = 0.0001, ["zscore"] = 1.2 },
        ["oi"] = empty ? new JsonObject() : new JsonObject { ["delta_pct"] = -4.2 },
    };
}
