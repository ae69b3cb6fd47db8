using System.Text.RegularExpressions;
using Exporter.Checks;

namespace Exporter.Tests.Loop;

/// <summary>Every series name that the exporter may expose: what the checks declare and what it says of itself.</summary>
internal static partial class KnownMetrics
{
    // Its own counters and histograms are plain instruments of the rooms that count; a name here that no scrape shows fails the
    // end-to-end test, which runs every rule and panel against the real exporter.
    private static readonly string[] OfTheExporter =
    [
        "tradingbot_exporter_build_info",
        "tradingbot_health",
        "tradingbot_trading_state",
        "tradingbot_check_status",
        "tradingbot_check_duration_seconds",
        "tradingbot_check_last_evaluation_timestamp_seconds",
        "tradingbot_check_errors_total",
        "tradingbot_check_enabled",
        "tradingbot_entry_blocked",
        "tradingbot_exporter_config_last_reload_successful",
        "tradingbot_journal_write_errors_total",
        "tradingbot_healing_attempts_total",
        "tradingbot_healing_duration_seconds_bucket",
        "tradingbot_healing_recovery_seconds_bucket",
        "tradingbot_healing_recovery_seconds_count",
        "tradingbot_healing_in_progress",
        "tradingbot_healing_queue_length",
        "tradingbot_healing_paused",
        "tradingbot_healing_exhausted",
        "tradingbot_healing_last_success_timestamp_seconds",
        "tradingbot_healing_circuit_state",
        "tradingbot_healing_storm",
        "tradingbot_healing_ledger_writable",
        "tradingbot_storage_usable",
        "tradingbot_healing_loop_timestamp_seconds",
        "tradingbot_healing_ledger_errors_total",
        "tradingbot_healing_escalations_total",
        "tradingbot_alerts_received_total",
        "tradingbot_webhook_requests_total",
        "tradingbot_watchdog_last_received_timestamp_seconds",
    ];

    public static IReadOnlySet<string> All { get; } =
        OfTheExporter.Concat(CheckCatalogue.All.SelectMany(registration => registration.Spec.Families).Select(family => family.Name)).ToHashSet();

    /// <summary>The metric names in a piece of PromQL or a template; recorded series are not among them.</summary>
    public static IEnumerable<string> In(string text) => Name().Matches(text).Select(match => match.Value);

    [GeneratedRegex(@"(?<![:\w/])tradingbot_[a-z0-9_]+(?!\w*:)\b")]
    private static partial Regex Name();
}
