namespace Exporter.Words;

/// <summary>What a check says. The order of the values is that of the series; how bad each is, <see cref="StatusWords"/> says.</summary>
public enum CheckStatus
{
    Ok,
    Warning,
    Critical,
    Unknown,
}

/// <summary>A bot's health, in rising order of badness, so that the worst is the maximum.</summary>
public enum Health
{
    Healthy,
    Warning,
    Critical,
}

/// <summary>The headline: does the bot trade?</summary>
public enum TradingState
{
    /// <summary>Nothing that is seen stops every new entry, and all that could was seen.</summary>
    Trading,

    /// <summary>Something that is seen stops every new entry.</summary>
    Blocked,

    /// <summary>Something that could stop every new entry cannot be seen.</summary>
    Unknown,
}

/// <summary>The words of statuses, and their one order.</summary>
internal static class StatusWords
{
    public static string Word(this CheckStatus status) => status switch
    {
        CheckStatus.Ok => "ok",
        CheckStatus.Warning => "warning",
        CheckStatus.Critical => "critical",
        _ => "unknown",
    };

    /// <summary>As labels and styles write it; documents write it in capitals.</summary>
    public static string Word(this Health health) => health switch
    {
        Health.Healthy => "healthy",
        Health.Warning => "warning",
        _ => "critical",
    };

    public static string Word(this TradingState state) => state switch
    {
        TradingState.Trading => "trading",
        TradingState.Blocked => "blocked",
        _ => "unknown",
    };

    /// <summary>Blocked, then unknown, then trading.</summary>
    public static int Badness(this TradingState state) => state switch
    {
        TradingState.Blocked => 2,
        TradingState.Unknown => 1,
        _ => 0,
    };

    /// <summary>Critical, then unknown (what cannot be seen may be anything), then warning, then ok.</summary>
    public static int Badness(this CheckStatus status) => status switch
    {
        CheckStatus.Critical => 3,
        CheckStatus.Unknown => 2,
        CheckStatus.Warning => 1,
        _ => 0,
    };
}
