using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Demo.Freqtrade;

/// <summary>
/// A freqtrade by its REST API, lying as the real one lies: its beat goes on through an outage of the exchange, its state is a flag that obeys
/// at once, its whitelist grows by the pairs of open trades, and /status of a trade without a rate says null. It counts what it is asked.
/// </summary>
/// <param name="userData">Where it keeps its database; null: nowhere.</param>
internal sealed class SimulatedFreqtrade(TimeProvider time, TimeSpan loop, string? userData = null) : IAsyncDisposable
{
    private readonly SimulatedDatabase? _database = userData is null ? null : new SimulatedDatabase(userData);
    public const string User = "freqtrader";
    public const string Password = "secret";
    private const string Version = "2026.9";
    private static readonly TimeSpan Candle = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly FreqtradeState _state = new();
    private readonly Dictionary<string, int> _calls = [];
    private readonly CancellationTokenSource _stop = new();
    private IPEndPoint? _at;
    private Loopback? _server;
    private Task? _turning;

    /// <summary>Its directory; null: it has none.</summary>
    public string? UserData => userData;

    /// <summary>Stays the same through <see cref="UnplugAsync"/> and <see cref="PlugInAsync"/>.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1:0/");

    /// <summary>How often each path was asked for.</summary>
    public IReadOnlyDictionary<string, int> Calls
    {
        get
        {
            lock (_gate) return new Dictionary<string, int>(_calls);
        }
    }

    public async Task StartAsync(CancellationToken cancellation)
    {
        Begin();
        await PlugInAsync(cancellation);
        _turning = TurnAsync(_stop.Token);
    }

    public async Task PlugInAsync(CancellationToken cancellation)
    {
        if (_server is not null) return;
        _server = await Loopback.StartAsync(null, app => app.Run(AnswerAsync), cancellation, _at);
        Address = _server.Address;
        _at ??= new IPEndPoint(IPAddress.Loopback, Address.Port);
    }

    public async Task UnplugAsync()
    {
        if (Interlocked.Exchange(ref _server, null) is { } server) await server.DisposeAsync();
    }

    public void Change(Action<FreqtradeState> change)
    {
        lock (_gate)
        {
            change(_state);
            _database?.Write(_state);
        }
    }

    /// <summary>A healthy bot with two trades, that began a minute ago.</summary>
    public void Begin() => Change(state =>
    {
        var now = time.GetUtcNow();
        (state.State, state.RunMode, state.DryRun, state.Password, state.IsSomethingElse) = ("running", "live", false, Password, false);
        (state.MaxOpenTrades, state.Hangs, state.CandlesFrozenAt, state.WithoutRates) = (3, false, null, false);
        state.Whitelist = ["BTC/USDT", "ETH/USDT", "SOL/USDT", "XRP/USDT", "ADA/USDT"];
        state.Trades.Clear();
        state.Trades.AddRange([new(1, "BTC/USDT", now.AddMinutes(-30)), new(2, "ETH/USDT", now.AddMinutes(-20))]);
        state.Locks.Clear();
        state.Closed.Clear();
        state.Closed.AddRange([(3, now.AddDays(-3), 12.5), (4, now.AddDays(-2), -4), (5, now.AddDays(-2), 7)]);
        state.EachLoop.Clear();
        state.Log.Clear();
        state.BotStart = now.AddMinutes(-60);
        state.LastProcess = now;
        state.Write(now.AddMinutes(-60), "freqtrade.rpc.api_server.webserver", "INFO", "Starting HTTP Server at 127.0.0.1:8080");
        state.Write(now.AddMinutes(-60), "freqtrade.worker", "INFO", "Changing state to: RUNNING");
        Heartbeat(state, now);
    });

    /// <summary>One turn of the loop: what the real one does every five seconds.</summary>
    public void Turn() => Change(state =>
    {
        var now = time.GetUtcNow();
        if (state.Hangs) return;
        if (state.State is "running" or "paused") state.LastProcess = now;
        foreach (var (logger, level, message) in state.EachLoop) state.Write(now, logger, level, message);
        if (!state.Log.Any(record => record.Message.StartsWith("Bot heartbeat", StringComparison.Ordinal) && now - record.At < TimeSpan.FromSeconds(60))) Heartbeat(state, now);
    });

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_turning is { } turning) await turning.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await UnplugAsync();
        _database?.Dispose();
        _stop.Dispose();
    }

    private static void Heartbeat(FreqtradeState state, DateTimeOffset now) =>
        state.Write(now, "freqtrade.worker", "INFO", $"Bot heartbeat. PID=1, version='{Version}', state='{state.State.ToUpperInvariant()}'");

    private async Task TurnAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(loop, time);
        while (await timer.WaitForNextTickAsync(cancellation)) Turn();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var (status, body) = Answer(context.Request);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body?.ToJsonString() ?? "null", context.RequestAborted);
    }

    private (int Status, JsonNode? Body) Answer(HttpRequest request)
    {
        lock (_gate)
        {
            var path = request.Path.Value!.Replace("/api/v1", "", StringComparison.Ordinal);
            _calls[path] = _calls.GetValueOrDefault(path) + 1;
            if (_state.IsSomethingElse) return (200, new JsonObject { ["hello"] = "world" });
            if (path == "/ping") return (200, new JsonObject { ["status"] = "pong" });
            var login = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{_state.Password}"));
            if (request.Headers.Authorization != login) return (401, new JsonObject { ["detail"] = "Unauthorized" });
            var now = time.GetUtcNow();
            if (path is not ("/show_config" or "/logs") && _state.RunMode == "webserver") return (503, new JsonObject { ["detail"] = "Bot is not in the correct state." });
            if (request.Method == "POST" && path == "/start")
            {
                var starts = _state.State != "running";
                if (starts) _state.Write(now, "freqtrade.worker", "INFO", $"Changing state from {_state.State.ToUpperInvariant()} to: RUNNING");
                _state.State = "running";
                return (200, new JsonObject { ["status"] = starts ? "starting trader ..." : "already running" });
            }

            return path switch
            {
                "/show_config" => (200, ShowConfig()),
                "/health" => (200, new JsonObject
                {
                    ["last_process_ts"] = _state.LastProcess?.ToUnixTimeSeconds(),
                    ["bot_start_ts"] = _state.BotStart.ToUnixTimeSeconds(),
                    ["bot_startup_ts"] = _state.BotStart.ToUnixTimeSeconds(),
                }),
                "/locks" => (200, Locks(now)),
                "/whitelist" => (200, new JsonObject { ["whitelist"] = new JsonArray([.. _state.Whitelist.Select(pair => (JsonNode)pair)]), ["length"] = _state.Whitelist.Length }),
                "/status" => (200, new JsonArray([.. _state.Trades.Select(Trade)])),
                "/logs" => (200, Logs(request)),
                "/pair_candles" => (200, Candles(request.Query["pair"].ToString(), now)),
                _ => (404, new JsonObject { ["detail"] = "Not Found" }),
            };
        }
    }

    private JsonObject ShowConfig() => new()
    {
        ["version"] = Version,
        ["state"] = _state.RunMode == "webserver" ? "" : _state.State,
        ["runmode"] = _state.RunMode,
        ["dry_run"] = _state.DryRun,
        ["exchange"] = "binance",
        ["trading_mode"] = "spot",
        ["max_open_trades"] = _state.MaxOpenTrades,
        ["stake_currency"] = "USDT",
        ["stake_amount"] = "100",
        ["timeframe"] = "1m",
        ["timeframe_ms"] = 60000,
        ["stoploss_on_exchange"] = true,
        ["strategy"] = "SimStrategy",
        ["bot_name"] = "simulated",
        ["unfilledtimeout"] = new JsonObject { ["entry"] = 10, ["exit"] = 10, ["unit"] = "minutes", ["exit_timeout_count"] = 0 },
    };

    private JsonObject Locks(DateTimeOffset now)
    {
        var locks = _state.Locks.Where(held => held.Until > now).ToList();
        return new JsonObject
        {
            ["lock_count"] = locks.Count,
            ["locks"] = new JsonArray([.. locks.Select((held, i) => new JsonObject
            {
                ["id"] = i, ["pair"] = held.Pair, ["side"] = held.Side, ["reason"] = held.Reason,
                ["lock_timestamp"] = held.Since.ToUnixTimeMilliseconds(), ["lock_end_timestamp"] = held.Until.ToUnixTimeMilliseconds(),
            })]),
        };
    }

    private JsonObject Trade(FreqtradeTrade trade)
    {
        static JsonObject Order(string side, bool isOpen, double filled, DateTimeOffset at) => new()
        {
            ["order_id"] = $"{side}-{at.ToUnixTimeSeconds()}",
            ["ft_order_side"] = side,
            ["is_open"] = isOpen,
            ["filled"] = filled,
            ["order_timestamp"] = at.ToUnixTimeMilliseconds(),
        };
        var orders = new JsonArray(Order("buy", !trade.IsFilled, trade.IsFilled ? 1 : 0, trade.OpenedAt));
        if (trade.HasStop && trade.IsFilled) orders.Add(Order("stoploss", true, 0, trade.OpenedAt));
        if (trade.Leaves) orders.Add(Order("sell", true, 0, time.GetUtcNow()));
        return new JsonObject
        {
            ["trade_id"] = trade.Id,
            ["pair"] = trade.Pair,
            ["is_open"] = true,
            ["is_short"] = false,
            ["amount"] = trade.IsFilled ? 1 : 0,
            ["stake_amount"] = 100,
            ["leverage"] = 1,
            ["open_rate"] = 100,
            ["current_rate"] = _state.WithoutRates ? null : 101,
            ["profit_abs"] = _state.WithoutRates ? null : 1,
            ["stop_loss_abs"] = 90,
            ["enter_tag"] = "sim_long",
            ["strategy"] = "SimStrategy",
            ["open_timestamp"] = trade.OpenedAt.ToUnixTimeMilliseconds(),
            ["orders"] = orders,
        };
    }

    private JsonObject Logs(HttpRequest request)
    {
        var limit = int.TryParse(request.Query["limit"], NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? Math.Min(asked, 500) : 500;
        return new JsonObject
        {
            ["log_count"] = _state.Log.Count,
            ["logs"] = new JsonArray([.. _state.Log.TakeLast(limit).Select(record => new JsonArray(
                record.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), (double)record.At.ToUnixTimeMilliseconds(), record.Logger, record.Level, record.Message))]),
        };
    }

    private JsonObject Candles(string pair, DateTimeOffset now)
    {
        if (!_state.Whitelist.Contains(pair)) return new JsonObject { ["pair"] = pair, ["length"] = 0, ["data_stop_ts"] = 0, ["last_analyzed_ts"] = 0 };
        var at = _state.CandlesFrozenAt ?? now;
        var newest = DateTimeOffset.FromUnixTimeSeconds((at.ToUnixTimeSeconds() / 60 * 60) - 60);
        return new JsonObject
        {
            ["pair"] = pair,
            ["timeframe"] = "1m",
            ["timeframe_ms"] = (long)Candle.TotalMilliseconds,
            ["length"] = 1,
            ["data_stop_ts"] = newest.ToUnixTimeMilliseconds(),
            ["last_analyzed_ts"] = at.ToUnixTimeSeconds(),
        };
    }
}
