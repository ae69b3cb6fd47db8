using System.Collections.Immutable;
using Demo.Faults;

namespace Demo.Freqtrade;

/// <summary>What can befall a simulated freqtrade. A fault's words stand in its log as the real one writes them.</summary>
internal static class FreqtradeFaults
{
    private const string Bot = "freqtrade.freqtradebot";
    private const string Exchange = "freqtrade.exchange.common";
    private const string Strategy = "freqtrade.strategy.strategy_wrapper";
    private const string Person = "Nothing: this needs a person.";
    private const string Itself = "Nothing: it ends by itself.";

    public static ImmutableArray<Fault> All { get; } =
    [
        Sudden("freqtrade-unreachable", "bot_life", "unknown", "The freqtrade is gone: its port refuses.", freqtrade => freqtrade.UnplugAsync(), freqtrade => freqtrade.PlugInAsync(CancellationToken.None)),
        Change("freqtrade-password", "bot_life", "unknown", "Its password was changed, and the exporter knows the old one.", (state, _) => state.Password = "another"),
        Change("freqtrade-not-freqtrade", "bot_life", "critical", "Another program answers at its address.", (state, _) => state.IsSomethingElse = true),
        Change("freqtrade-webserver", "config_integrity", "critical", "It was started as a web server, which trades nothing.", (state, _) => state.RunMode = "webserver"),
        Change("freqtrade-stopped", "failure_points", "critical", "A person stopped it while two trades are open.", (state, now) => Stop(state, now, "Changing state from RUNNING to: STOPPED")),
        Change("freqtrade-stopped-itself", "failure_points", "critical", "It stopped itself by an exception.", (state, now) =>
        {
            state.Write(now, "freqtrade.worker", "ERROR", "OperationalException. Stopping trader ...\nTraceback (most recent call last):\nfreqtrade.exceptions.OperationalException: Informative pairs broke.");
            Stop(state, now, "Changing state from RUNNING to: STOPPED");
        }),
        Change("freqtrade-paused", "kill_switch", "critical", "It is paused: it manages what is open and opens nothing.", (state, now) =>
        {
            state.State = "paused";
            state.Write(now, "freqtrade.worker", "INFO", "Changing state from RUNNING to: PAUSED");
        }),
        Change("freqtrade-stopentry", "kill_switch", "critical", "Somebody set its limit of open trades to none.", (state, _) => state.MaxOpenTrades = 0),
        Change("freqtrade-global-lock", "kill_switch", "critical", "A protection locks every pair.", (state, now) => state.Locks.Add(("*", "*", "Max drawdown", now, now.AddHours(1)))),
        Change("freqtrade-pairs-locked", "symbol_probation", "warning", "A protection locks most of its pairs.",
            (state, now) => state.Locks.AddRange(state.Whitelist.Take(4).Select(pair => (pair, "*", "StoplossGuard", now, now.AddHours(1))))),
        Words("freqtrade-exchange-down", "exchange_api", "critical", "Its own calls to the exchange fail; its beat goes on.", state =>
        {
            state.CandlesFrozenAt ??= state.LastProcess?.AddMinutes(-10);
            state.WithoutRates = true;
            return [(Exchange, "WARNING", "fetch_ticker() returned exception: \"Could not load ticker due to NetworkError. Message: binance GET https://api.binance.com/api/v3/ticker\". Giving up.")];
        }),
        Words("freqtrade-banned", "exchange_api", "critical", "The exchange bans its address.", state =>
        {
            state.CandlesFrozenAt ??= state.LastProcess;
            return [(Exchange, "WARNING", "fetch_ticker() returned exception: \"binance 418 I'm a Teapot {\"code\":-1003,\"msg\":\"Way too much request weight used; IP banned until 4102444800000.\"}\". Giving up.")];
        }),
        Words("freqtrade-key", "exchange_api", "critical", "The exchange refuses its key.",
            _ => [(Exchange, "WARNING", "fetch_order() returned exception: \"Could not get order due to AuthenticationError. Message: binance {\"code\":-2015,\"msg\":\"Invalid API-key, IP, or permissions for action.\"}\". Giving up.")]),
        Words("freqtrade-clock", "exchange_api", "critical", "The exchange refuses its clock.",
            _ => [(Exchange, "WARNING", "fetch_order() returned exception: \"Could not get order due to InvalidNonce. Message: binance {\"code\":-1021,\"msg\":\"Timestamp for this request was 1000ms ahead of the server's time.\"}\". Giving up.")]),
        Words("freqtrade-strategy", "failure_points", "critical", "Its strategy raises for every pair.",
            state =>
            {
                state.CandlesFrozenAt ??= state.LastProcess?.AddMinutes(-2);
                return [.. state.Whitelist.Select(pair => (Strategy, "WARNING", $"Unable to analyze candle (OHLCV) data for pair {pair}: 'rsi'"))];
            }),
        Words("freqtrade-strategy-one", "failure_points", "warning", "A callback of its strategy raises.",
            _ => [(Strategy, "ERROR", "Unexpected error KeyError('rsi') calling <bound method SimStrategy.custom_exit of <SimStrategy object at 0x7f>>")]),
        Change("freqtrade-candles", "intelligence_freshness", "warning", "The exchange sends it no new candles.", (state, now) => state.CandlesFrozenAt = now.AddMinutes(-30)),
        Change("freqtrade-no-pairs", "failure_points", "ok", "Its pair list filters leave nothing.", (state, _) =>
        {
            state.Whitelist = [];
            state.Trades.Clear();
        }),
        Change("freqtrade-all-open", "failure_points", "ok", "Every pair of its list is open already.", (state, _) => state.Whitelist = ["BTC/USDT", "ETH/USDT"]),
        Words("freqtrade-wallet", "failure_points", "warning", "Its wallet holds less than a trade needs.",
            _ => [(Bot, "WARNING", "Unable to create trade for SOL/USDT: Available balance (12.3 USDT) is lower than stake amount (100.0 USDT)")]),
        Words("freqtrade-stuck-exit", "failure_points", "critical", "The exchange refuses its exit from BTC/USDT.",
            _ => [(Bot, "WARNING", "Unable to exit trade BTC/USDT: Could not create market sell order on market BTC/USDT. Tried to sell amount 1 at rate 100.")]),
        Words("freqtrade-stuck-entry", "failure_points", "warning", "Its entry order of SOL/USDT cannot be cancelled.", state =>
        {
            if (state.Trades.Count == 2) state.Trades.Add(new FreqtradeTrade(7, "SOL/USDT", state.LastProcess ?? default) { IsFilled = false });
            return [(Bot, "INFO", "Order 4711 for SOL/USDT not cancelled.")];
        }),
        Words("freqtrade-no-stop", "failure_points", "critical", "The exchange refuses its stop of BTC/USDT.", state =>
        {
            state.Trades[0].HasStop = false;
            return [(Bot, "ERROR", "Unable to place a stoploss order on exchange. Could not create stoploss order.")];
        }),
        Words("freqtrade-ghost", "failure_points", "critical", "Its book holds a trade that the exchange does not have.",
            _ => [(Bot, "WARNING", "Not enough BTC in wallet to exit Trade(id=1, pair=BTC/USDT, amount=1.00000000, is_short=False, leverage=1.0, open_rate=100). Amount needed: 1, amount available: 0")]),
        Change("freqtrade-loss", "money", "warning", "It lost more today than its owner allows.", (state, now) => state.Closed.Add((90, now, -500))),
        Change("freqtrade-restarts", "failure_points", "critical", "It was restarted three times within the hour.", (state, now) =>
        {
            for (var i = 4; i > 0; i--) state.Write(now.AddMinutes(-i), "freqtrade.worker", "INFO", "Changing state to: RUNNING");
        }),
        Change("freqtrade-hung", "bot_heartbeat", "critical", "Its loop hangs for six minutes already; its API obeys.", (state, now) =>
        {
            state.Hangs = true;
            state.LastProcess = now.AddMinutes(-6);
            foreach (var record in state.Log.Where(record => record.Message.StartsWith("Bot heartbeat", StringComparison.Ordinal)).ToList())
            {
                state.Log.Clear();
                state.Write(now.AddMinutes(-60), "freqtrade.rpc.api_server.webserver", "INFO", "Starting HTTP Server at 127.0.0.1:8080");
                state.Write(now.AddMinutes(-6), record.Logger, record.Level, record.Message);
            }
        }),
    ];

    private static void Stop(FreqtradeState state, DateTimeOffset now, string words)
    {
        state.State = "stopped";
        state.Write(now, "freqtrade.worker", "INFO", words);
    }

    private static Fault Sudden(string name, string check, string status, string happens, Func<SimulatedFreqtrade, Task> inject, Func<SimulatedFreqtrade, Task> clear) =>
        new(name, check, status, happens, Person)
        {
            Inject = (world, _) => inject(world.Freqtrade!),
            Clear = (world, _) => clear(world.Freqtrade!),
        };

    private static Fault Change(string name, string check, string status, string happens, Action<FreqtradeState, DateTimeOffset> change) =>
        new(name, check, status, happens, Person)
        {
            Inject = (world, _) => Done(() => world.Freqtrade!.Change(state => change(state, world.Now))),
            Clear = (world, _) => Done(world.Freqtrade!.Begin),
        };

    /// <summary>What it writes at each turn of its loop, and has written for a minute.</summary>
    private static Fault Words(string name, string check, string status, string happens, Func<FreqtradeState, IEnumerable<(string Logger, string Level, string Message)>> words) =>
        new(name, check, status, happens, Itself)
        {
            Inject = (world, _) => Done(() => world.Freqtrade!.Change(state =>
            {
                var said = words(state).ToList();
                state.EachLoop.AddRange(said);
                for (var seconds = 60; seconds > 0; seconds -= 5)
                {
                    foreach (var (logger, level, message) in said) state.Write(world.Now.AddSeconds(-seconds), logger, level, message);
                }
            })),
            Clear = (world, _) => Done(world.Freqtrade!.Begin),
        };

    private static Task Done(Action act)
    {
        act();
        return Task.CompletedTask;
    }
}
