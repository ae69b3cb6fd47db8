using System.Collections.Immutable;

namespace Exporter.Bots.Kinds.Freqtrade;

/// <summary>The failure points of a freqtrade, in the causal order in which they are told: what comes first explains what comes after.</summary>
internal static class PointNames
{
    public const string DiesAtStart = "dies_at_start";
    public const string ApiPortTaken = "api_port_taken";
    public const string DatabaseLocked = "database_locked";
    public const string RestartLoop = "restart_loop";
    public const string StoppedWithTrades = "stopped_with_open_trades";
    public const string StartsStopped = "starts_stopped";
    public const string WrongMode = "wrong_mode";
    public const string DatabaseDeleted = "database_deleted";
    public const string Hung = "hung";
    public const string KeyRejected = "key_rejected";
    public const string Clock = "clock";
    public const string ExchangeUnreachable = "exchange_unreachable_to_bot";
    public const string StrategyError = "strategy_error";
    public const string CandlesOutdated = "candles_outdated";
    public const string WhitelistEmpty = "whitelist_empty";
    public const string AllPairsOpen = "all_pairs_open";
    public const string WalletTooSmall = "wallet_too_small";
    public const string StuckExit = "stuck_exit";
    public const string StuckEntry = "stuck_entry";
    public const string StopMissing = "stoploss_missing";
    public const string GhostTrades = "ghost_trades";

    public static ImmutableArray<PointSpec> All { get; } =
    [
        new(DiesAtStart, null, "The bot ends before its API is up, or its address refuses for longer than a start takes."),
        new(ApiPortTaken, null, "Another program has the port of its API, so it hangs in its start."),
        new(DatabaseLocked, null, "It ended because its database was locked, full or read-only."),
        new(RestartLoop, null, "Its process began three times or more within an hour."),
        new(StoppedWithTrades, null, "It is stopped while trades are open, so nobody manages them."),
        new(StartsStopped, "config_integrity", "Its configuration begins stopped, and nobody has started it."),
        new(WrongMode, "config_integrity", "It runs with paper money where its owner says real, or the reverse."),
        new(DatabaseDeleted, null, "Its database was deleted while it runs; a restart loses every trade."),
        new(Hung, "bot_heartbeat", "Its loop stands, and so do its log and its calls to the exchange."),
        new(KeyRejected, "exchange_api", "The exchange refuses its key."),
        new(Clock, "exchange_api", "The exchange refuses its clock."),
        new(ExchangeUnreachable, "exchange_api", "Its own calls to the exchange fail, whatever the exporter can reach.") { Causes = ["ip_ban", "rate_limit", "maintenance", "unreachable"] },
        new(StrategyError, null, "Its strategy raises an exception for a pair, or in a callback."),
        new(CandlesOutdated, "intelligence_freshness", "Half of the pairs that were asked, or more, have old candles or none.") { Causes = ["stale", "empty"] },
        new(WhitelistEmpty, null, "Its pair list is empty, so there is nothing to open."),
        new(AllPairsOpen, null, "Every pair of its list is open already; no fault."),
        new(WalletTooSmall, null, "A slot is free, and the wallet holds less than a trade needs."),
        new(StuckExit, null, "A trade wants to leave and cannot: the exchange refuses, or nobody takes the order."),
        new(StuckEntry, null, "An entry order lies for longer than the bot's own limit, or cannot be cancelled."),
        new(StopMissing, null, "A stop should lie on the exchange and does not."),
        new(GhostTrades, null, "The bot's book holds a trade that the exchange does not have."),
    ];
}
