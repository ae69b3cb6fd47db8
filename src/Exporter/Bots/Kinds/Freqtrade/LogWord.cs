namespace Exporter.Bots.Kinds.Freqtrade;

/// <summary>What one record of a freqtrade log says, of all that its checks rest on.</summary>
internal enum LogWord
{
    Heartbeat,
    StateChange,
    ProcessStart,
    ApiStart,
    Stopped,
    ProcessDied,
    Sigint,
    DiesAtStart,
    ApiPortTaken,
    DatabaseFatal,
    ClockDeviates,
    ExchangeCall,
    ExchangeRetry,
    BadSymbol,
    OrderNotFound,
    Outdated,
    EmptyCandles,
    StrategyPair,
    StrategyCallback,
    Slow,
    WhitelistEmpty,
    AllPairsOpen,
    Inactive,
    NotCompatible,
    GlobalLock,
    PairLock,
    LowBalance,
    LowBalanceMinimum,
    EntryRefused,
    CannotEnter,
    StakeIgnored,
    Denied,
    Depth,
    ExitRefused,
    ExitExchange,
    ExitAny,
    AmountMissing,
    Emergency,
    NotCancelled,
    StopFailed,
    TelegramDown,
    Access,
}

/// <summary>What an exchange said to the bot, where a record carries it.</summary>
internal enum ExchangeWord
{
    None,
    IpBan,
    Clock,
    KeyRejected,
    Maintenance,
    RateLimit,
    Unreachable,
}

/// <summary>One record that was recognised.</summary>
/// <param name="Subject">Its pair, its trade's id or the state that was reached; null where it has none.</param>
/// <param name="Text">The bot's own words, bounded: a refusal, an exception.</param>
internal sealed record LogEntry(DateTimeOffset At, LogWord? Word, ExchangeWord Exchange, string? Subject, string? Text)
{
    /// <summary>End of the ban that it speaks of.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>A refused key that the bot took for a limit, so that it waits and asks anew, for ever: Binance spot.</summary>
    public bool IsBackOff { get; init; }

    /// <summary>The state that was left; null: there was none, the process has just begun.</summary>
    public string? From { get; init; }
}
