using System.Collections.Immutable;
using Exporter.Bots.Files;

namespace Exporter.Bots.Kinds.FeatureStore;

/// <summary>A bot that keeps its state in JSON files below <c>feature_store/</c>, <c>logs/</c>, <c>configs/</c> and <c>state/</c>.</summary>
internal sealed class FeatureStoreKind : IBotKind
{
    public const string KindName = "feature-store";

    public string Name => KindName;

    public string Summary => "bots that keep JSON files below feature_store/, logs/ and configs/";

    public ImmutableArray<string> OwnNames { get; } =
    [
        "feature_store", "max_drawdown_kill_switch", "healing_escalation_state", "exchange_health_state", "trading_frozen.flag", "phase82",
        "positions_futures", "symbol_probation_state", "golden_hour", "trading_config", "blocked_signals.jsonl", "state/heartbeats", "bot_cycle",
        "soft_kill_switch_active", "global_freeze_active", "live_config", "operator_override", "venue_enforcement", "futures_protective", "phase10",
        "conviction_gate.jsonl", "fee_entry_blocks",
    ];

    public IEnumerable<string> Validate(BotOptions options)
    {
        if (options.Root.Length == 0)
        {
            yield return $"A {KindName} bot has no Root. Name the directory that it runs in.";
        }

        if ((options.Configs ?? []).Any(config => string.IsNullOrEmpty(config.File)))
        {
            yield return $"A config of the bot at {options.Root} has no File. Name it, below the bot's root or absolute.";
        }
    }

    public ValueTask<KindFinding> DetectAsync(BotPlace place, BotOptions options, CancellationToken cancellation) => new(
        place is BotPlace.Directory ? FeatureStoreDetection.Look(new FeatureStoreLayout(options)) : new KindFinding(false, [], [], []));

    public IBot Create(BotOptions options, BotServices services) => new FeatureStoreBot(options.Name ?? "bot", options, services.Time);
}
