namespace Demo.Bot;

/// <summary>What the simulated bot has in its head. It writes this to its files on every cycle; faults change it.</summary>
internal sealed class BotState
{
    public static readonly string[] Symbols = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "XRPUSDT", "DOGEUSDT", "BNBUSDT", "AVAXUSDT", "ADAUSDT"];

    /// <summary>False: the process hangs. Nothing is written any more.</summary>
    public bool Alive { get; set; } = true;

    /// <summary>False: it beats, but does not look at the market.</summary>
    public bool Working { get; set; } = true;

    public IntelligenceFeed Feed { get; set; } = IntelligenceFeed.Fresh;

    /// <summary>What becomes of a trigger's wish to refresh.</summary>
    public RefreshAnswer Refresh { get; set; } = RefreshAnswer.Obeys;

    public List<Position> Open { get; } = [];

    public List<Position> Closed { get; } = [];

    /// <summary>True: it leaves its positions as they are, so that a fault made of them stays.</summary>
    public bool HoldsPositions { get; set; }

    /// <summary>When it opened last; faults push it into the past.</summary>
    public DateTimeOffset LastOpened { get; set; }

    /// <summary>Symbol to the moment when it was sent to probation.</summary>
    public Dictionary<string, DateTimeOffset> Probation { get; } = [];

    /// <summary>End of the draw-down block; null when there is none.</summary>
    public DateTimeOffset? BlockedUntil { get; set; }

    public DateTimeOffset? BlockTriggeredAt { get; set; }

    public DateTimeOffset? BlockClearedAt { get; set; }

    /// <summary>The block has tripped at least once, so its file exists.</summary>
    public bool EverBlocked { get; set; }

    public bool SoftKill { get; set; }

    public bool ExchangeDegraded { get; set; }

    public bool TradingFrozen { get; set; }

    public bool GlobalFreeze { get; set; }

    /// <summary>A gate that refuses a signal on each cycle; null when signals pass.</summary>
    public string? BlockingGate { get; set; }

    public double PortfolioValue { get; set; } = 6_000;
}

internal enum RefreshAnswer
{
    /// <summary>200, and it fetches.</summary>
    Obeys,

    /// <summary>200, and it does nothing, as the reference system's did.</summary>
    Ignores,

    /// <summary>503.</summary>
    Refuses,

    /// <summary>It takes the request and never answers.</summary>
    Hangs,
}

internal enum IntelligenceFeed
{
    /// <summary>Stamped on every cycle, with signals in it.</summary>
    Fresh,

    /// <summary>No longer stamped.</summary>
    Stopped,

    /// <summary>Stamped, but CoinGlass gave nothing: every signal is neutral.</summary>
    Empty,

    /// <summary>Stamped an hour ahead.</summary>
    FutureDated,
}

/// <summary>One position. Some of the bot's writers say <c>LONG</c>, others <c>long</c>.</summary>
internal sealed record Position(string Symbol, string Strategy, string Direction, double Size, int Leverage, double EntryPrice, DateTimeOffset OpenedAt);
