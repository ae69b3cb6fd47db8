namespace Exporter.EndToEnd.Loop;

/// <summary>What must come of a fault.</summary>
/// <param name="Fault">A name of the fault catalogue, and of the bot that it befalls.</param>
/// <param name="Alert">The alert that must fire for it.</param>
internal sealed record Course(string Fault, string Alert)
{
    /// <summary>The action that Alertmanager asks for; null when there is none.</summary>
    public string? Action { get; init; }

    /// <summary>The first verdict of that action.</summary>
    public string? Outcome { get; init; }

    /// <summary>The alert that calls a person; null when nobody is called.</summary>
    public string? Page { get; init; }

    public bool Healed => Outcome == "healed";

    public static IReadOnlyList<Course> All { get; } =
    [
        Heals("config-torn", "TradingBotConfigInvalid", "restore_config"),
        Heals("config-missing", "TradingBotConfigInvalid", "restore_config"),
        Suggests("config-lacks-mode", "TradingBotConfigInvalid", "restore_config") with { Page = "TradingBotConfigInvalid" },
        Heals("intelligence-stale", "TradingBotIntelligenceStale", "refresh_intelligence"),
        Heals("coinglass-data-stale", "TradingBotCoinGlassDown", "refresh_coinglass"),
        Heals("intelligence-empty", "TradingBotIntelligenceEmpty", "refresh_intelligence"),
        new("refresh-ignored", "TradingBotIntelligenceStale") { Action = "refresh_intelligence", Outcome = "failed", Page = "TradingBotHealingExhausted" },
        new("coinglass-rejects", "TradingBotCoinGlassDown") { Action = "refresh_coinglass", Outcome = "refused" },
        Heals("kill-switch-overdue", "TradingBotKillSwitchOverdue", "verify_kill_switch"),
        Brakes("kill-switch-active"),
        new("kill-switch-breached", "TradingBotKillSwitchBreached") { Page = "TradingBotKillSwitchBreached" },
        new("kill-switch-torn", "TradingBotCheckUnknown"),
        Brakes("soft-kill"),
        Brakes("exchange-degraded"),
        Brakes("trading-frozen"),
        Brakes("global-freeze"),
        new("symbol-on-probation", "TradingBotSymbolOnProbation"),
        Refuses("exchange-down"),
        Refuses("exchange-rate-limited"),
        Refuses("exchange-banned"),
        Refuses("exchange-geo-blocked"),
        Refuses("exchange-error-inside"),
        Refuses("exchange-web-page"),
        Refuses("exchange-slow"),
        new("clock-skew", "TradingBotExchangeClockSkew"),
        Heals("network-down", "TradingBotNetworkUnreachable", "retry_network"),
        Suggests("positions-full", "TradingBotPositionLimitReached", "suggest_position_exits"),
        new("strategies-overlap", "TradingBotStrategyOverlap"),
        new("signals-blocked", "TradingBotSignalsBlocked"),
        new("not-trading", "TradingBotNotTrading"),
        new("disk-full", "TradingBotFileSystemFailing") { Page = "TradingBotFileSystemFailing" },
        new("bot-stopped", "TradingBotHeartbeatStale") { Page = "TradingBotHeartbeatStale" },
        new("bot-idles", "TradingBotHeartbeatWithoutWork"),
    ];

    private static Course Heals(string fault, string alert, string action) => new(fault, alert) { Action = action, Outcome = "healed" };

    private static Course Suggests(string fault, string alert, string action) => new(fault, alert) { Action = action, Outcome = "suggested" };

    private static Course Brakes(string fault) => Suggests(fault, "TradingBotKillSwitchActive", "verify_kill_switch") with { Page = "TradingBotKillSwitchActive" };

    private static Course Refuses(string fault) => new(fault, "TradingBotExchangeDown") { Page = "TradingBotExchangeDown" };
}
