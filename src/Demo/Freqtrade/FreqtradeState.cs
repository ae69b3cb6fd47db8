using System.Collections.Immutable;

namespace Demo.Freqtrade;

/// <summary>What a simulated freqtrade is like now; a fault changes it.</summary>
internal sealed class FreqtradeState
{
    /// <summary>A flag that obeys at once, as the real one's: what the loop does follows a turn later.</summary>
    public string State { get; set; } = "running";

    public string RunMode { get; set; } = "live";

    public bool DryRun { get; set; }

    public string Password { get; set; } = SimulatedFreqtrade.Password;

    /// <summary>Something else answers at its address.</summary>
    public bool IsSomethingElse { get; set; }

    public double MaxOpenTrades { get; set; } = 3;

    public ImmutableArray<string> Whitelist { get; set; } = ["BTC/USDT", "ETH/USDT", "SOL/USDT", "XRP/USDT", "ADA/USDT"];

    public List<FreqtradeTrade> Trades { get; } = [];

    /// <summary>Closed trades: id, when, profit.</summary>
    public List<(int Id, DateTimeOffset ClosedAt, double Profit)> Closed { get; } = [];

    /// <summary>Locks, as /locks tells them: pair, side, reason, end.</summary>
    public List<(string Pair, string Side, string Reason, DateTimeOffset Since, DateTimeOffset Until)> Locks { get; } = [];

    /// <summary>The loop stands: no beat, no words.</summary>
    public bool Hangs { get; set; }

    /// <summary>The exchange sends no candles any more; what was analysed stays as it is.</summary>
    public DateTimeOffset? CandlesFrozenAt { get; set; }

    public DateTimeOffset? LastProcess { get; set; }

    public DateTimeOffset BotStart { get; set; }

    /// <summary>What the loop writes into its log at each turn, as logger, level and message.</summary>
    public List<(string Logger, string Level, string Message)> EachLoop { get; } = [];

    /// <summary>The log's ring: time, logger, level, message.</summary>
    public Queue<(DateTimeOffset At, string Logger, string Level, string Message)> Log { get; } = new();

    /// <summary>The exchange does not tell rates.</summary>
    public bool WithoutRates { get; set; }

    public void Write(DateTimeOffset at, string logger, string level, string message)
    {
        Log.Enqueue((at, logger, level, message));
        while (Log.Count > 1000) Log.Dequeue();
    }
}

/// <summary>One of its open trades.</summary>
internal sealed class FreqtradeTrade(int id, string pair, DateTimeOffset openedAt)
{
    public int Id { get; } = id;

    public string Pair { get; } = pair;

    public DateTimeOffset OpenedAt { get; } = openedAt;

    public bool IsFilled { get; set; } = true;

    /// <summary>An exit order lies on the exchange.</summary>
    public bool Leaves { get; set; }

    public bool HasStop { get; set; } = true;
}
