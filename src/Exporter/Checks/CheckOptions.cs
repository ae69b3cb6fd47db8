using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Exporter.Checks;

/// <summary>The options of every check, by the check's name in the configuration (<c>Checks:KillSwitch:…</c>).</summary>
public sealed class CheckOptions : IValidatableObject
{
    [Description("Names of checks that are switched off, such as coinglass_api: shown as such, outside health and without an alarm.")]
    public List<string>? Disabled { get; set; }

    [Description("Which venue exchange_api asks, and how.")]
    [ValidateObjectMembers]
    public ExchangeApiOptions ExchangeApi { get; set; } = new();

    [Description("Thresholds of coinglass_api, and the API key that switches its second half on.")]
    [ValidateObjectMembers]
    public CoinGlassApiOptions CoinGlassApi { get; set; } = new();

    [Description("Which endpoints network connects to, and how.")]
    [ValidateObjectMembers]
    public NetworkOptions Network { get; set; } = new();

    [Description("Thresholds of kill_switch.")]
    [ValidateObjectMembers]
    public KillSwitchOptions KillSwitch { get; set; } = new();

    [Description("Thresholds of strategy_overlap.")]
    [ValidateObjectMembers]
    public StrategyOverlapOptions StrategyOverlap { get; set; } = new();

    [Description("Thresholds of symbol_probation.")]
    [ValidateObjectMembers]
    public SymbolProbationOptions SymbolProbation { get; set; } = new();

    [Description("Thresholds of file_system.")]
    [ValidateObjectMembers]
    public FileSystemOptions FileSystem { get; set; } = new();

    [Description("Thresholds of intelligence_freshness.")]
    [ValidateObjectMembers]
    public IntelligenceFreshnessOptions IntelligenceFreshness { get; set; } = new();

    [Description("Thresholds of position_limits.")]
    [ValidateObjectMembers]
    public PositionLimitsOptions PositionLimits { get; set; } = new();

    [Description("Thresholds of bot_heartbeat.")]
    [ValidateObjectMembers]
    public BotHeartbeatOptions BotHeartbeat { get; set; } = new();

    [Description("Limits of money; off unless they are set.")]
    [ValidateObjectMembers]
    public MoneyOptions Money { get; set; } = new();

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        (Disabled ?? []).Where(name => CheckCatalogue.All.All(known => known.Spec.Name != name)).Select(name => new ValidationResult(
            $"There is no check named {Phrase.Word(name)}. They are: {string.Join(", ", CheckCatalogue.All.Select(known => known.Spec.Name))}.", [nameof(Disabled)]));
}
