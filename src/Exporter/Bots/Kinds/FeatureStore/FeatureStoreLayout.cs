using System.Collections.Immutable;
using Exporter.Bots.Files;

namespace Exporter.Bots.Kinds.FeatureStore;

/// <summary>Where the files of this kind of bot lie, the owner's overrides applied.</summary>
internal sealed class FeatureStoreLayout
{
    public const string GoldenHourFile = "feature_store/golden_hour_config.json";

    private const string DefaultComponent = "bot_cycle";

    public FeatureStoreLayout(BotOptions options)
    {
        Root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Root));
        var paths = options.FeatureStore.Paths;
        KillSwitch = At(paths.KillSwitch, "feature_store/max_drawdown_kill_switch_state.json");
        SoftKillSwitch = At(paths.SoftKillSwitch, "feature_store/healing_escalation_state.json");
        ExchangeHealth = At(paths.ExchangeHealth, "feature_store/exchange_health_state.json");
        TradingFrozen = At(paths.TradingFrozen, "logs/trading_frozen.flag");
        GlobalFreeze = At(paths.GlobalFreeze, "logs/phase82_state.json");
        Positions = At(paths.Positions, "logs/positions_futures.json");
        Probation = At(paths.Probation, "feature_store/symbol_probation_state.json");
        IntelligenceSummary = At(paths.IntelligenceSummary, "feature_store/intelligence/summary.json");
        IntelligenceDirectory = paths.IntelligenceDirectory is { Length: > 0 } directory
            ? Path.GetFullPath(directory, Root)
            : IntelligenceSummary.Directory;
        BlockedSignals = At(paths.BlockedSignals, "logs/blocked_signals.jsonl");
        var heartbeats = paths.Heartbeats is { Length: > 0 } beats ? beats : "state/heartbeats";
        Heartbeats =
        [
            .. (options.FeatureStore.HeartbeatComponents is { Count: > 0 } components ? components : [DefaultComponent])
                .Distinct(StringComparer.Ordinal)
                .Select(component => (component, At(null, $"{heartbeats}/{component}.json"))),
        ];
        Configs = options.Configs is { } configs ? [.. configs.Select(Owners)] : OwnConfigs();
        CriticalFiles = options.CriticalFiles is { } critical
            ? [.. critical.Select(file => At(null, file))]
            : [Positions, KillSwitch, IntelligenceSummary, .. Heartbeats.Select(beat => beat.Path), .. Configs.Select(config => config.Path)];
    }

    public string Root { get; }

    public SourcePath KillSwitch { get; }

    public SourcePath SoftKillSwitch { get; }

    public SourcePath ExchangeHealth { get; }

    public SourcePath TradingFrozen { get; }

    public SourcePath GlobalFreeze { get; }

    public SourcePath Positions { get; }

    public SourcePath Probation { get; }

    public SourcePath IntelligenceSummary { get; }

    public string IntelligenceDirectory { get; }

    public SourcePath BlockedSignals { get; }

    public ImmutableArray<(string Component, SourcePath Path)> Heartbeats { get; }

    public ImmutableArray<(SourcePath Path, ConfigLocation Location)> Configs { get; }

    public ImmutableArray<SourcePath> CriticalFiles { get; }

    /// <summary>What the bot itself writes.</summary>
    public IEnumerable<SourcePath> StateFiles =>
        [Positions, IntelligenceSummary, KillSwitch, SoftKillSwitch, ExchangeHealth, GlobalFreeze, Probation, BlockedSignals, .. Heartbeats.Select(beat => beat.Path)];

    /// <summary>The directories that the bot writes to or reads from; on a healthy host they often share one file system.</summary>
    public IEnumerable<string> Directories =>
        new[] { Root, KillSwitch.Directory, Positions.Directory, Heartbeats[0].Path.Directory, IntelligenceSummary.Directory }
            .Concat(Configs.Select(config => config.Path.Directory))
            .Distinct(StringComparer.Ordinal);

    public SourcePath At(string? overridden, string standard) =>
        SourcePath.Under(Root, overridden is { Length: > 0 } path ? path : standard);

    // The defaults take the safe side: paper trading, and the restriction that the reference bot falls back to without its file.
    private ImmutableArray<(SourcePath Path, ConfigLocation Location)> OwnConfigs() =>
    [
        Config("configs/trading_config.json", ConfigRules.Trading, true, """
            {
              "mode": "paper"
            }

            """),
        Config(GoldenHourFile, ConfigRules.GoldenHour, true, """
            {
              "restrict_to_golden_hour": true
            }

            """),
    ];

    private (SourcePath Path, ConfigLocation Location) Owners(ConfigFileOptions config)
    {
        var (path, location) = Config(config.File, ConfigRules.Of(config), false, null);
        return (path, config.Name is { Length: > 0 } name ? location with { Name = name } : location);
    }

    private (SourcePath Path, ConfigLocation Location) Config(string relative, ConfigRule rule, bool byLayout, string? shipped)
    {
        var path = At(null, relative);
        return (path, new ConfigLocation(path.Shown, path.Full, rule, byLayout, shipped));
    }
}
