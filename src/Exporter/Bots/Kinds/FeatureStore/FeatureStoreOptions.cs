using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Exporter.Bots.Kinds.FeatureStore;

/// <summary>What only this kind of bot has.</summary>
public sealed class FeatureStoreOptions : IValidatableObject
{
    [Description("Where single files lie, when not at the layout's own place.")]
    public FeatureStorePaths Paths { get; set; } = new();

    [Description("Components whose heartbeat is watched; default bot_cycle.")]
    public List<string>? HeartbeatComponents { get; set; }

    [Description("The owner's own switches that stop every new entry.")]
    public List<OwnerSwitchOptions>? Switches { get; set; }

    [Description("At most so many per-symbol intelligence files are read, in the order of their names.")]
    [Range(1, 100_000)]
    public int MaxIntelligenceFiles { get; set; } = 200;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if ((HeartbeatComponents ?? []).Any(component => component is "" || component.Contains('/', StringComparison.Ordinal)))
        {
            yield return new ValidationResult("should be names such as bot_cycle, without a path.", [nameof(HeartbeatComponents)]);
        }

        var names = FeatureStore.Switches.Names.ToHashSet(StringComparer.Ordinal);
        foreach (var owner in Switches ?? [])
        {
            if (string.IsNullOrEmpty(owner.Name) || string.IsNullOrEmpty(owner.Path))
            {
                yield return new ValidationResult("a switch lacks its Name or its Path. Give both.", [nameof(Switches)]);
            }
            else if (!names.Add(owner.Name))
            {
                yield return new ValidationResult(
                    $"two switches are named '{owner.Name}'. Give the owner's switch a name of its own.", [nameof(Switches)]);
            }
        }
    }
}

/// <summary>Overrides of the layout's paths: below the bot's root, or absolute. Null means the layout's own.</summary>
public sealed class FeatureStorePaths
{
    [Description("The max drawdown kill switch's state.")]
    public string? KillSwitch { get; set; }

    [Description("The state that holds soft_kill_switch_active.")]
    public string? SoftKillSwitch { get; set; }

    [Description("The bot's own view of its exchange.")]
    public string? ExchangeHealth { get; set; }

    [Description("The flag whose existence freezes trading.")]
    public string? TradingFrozen { get; set; }

    [Description("The state that holds global_freeze_active.")]
    public string? GlobalFreeze { get; set; }

    [Description("Open and closed positions.")]
    public string? Positions { get; set; }

    [Description("The symbols' states.")]
    public string? Probation { get; set; }

    [Description("The intelligence summary.")]
    public string? IntelligenceSummary { get; set; }

    [Description("The directory of the per-symbol files; default: where the summary lies.")]
    public string? IntelligenceDirectory { get; set; }

    [Description("The directory of the components' heartbeat files.")]
    public string? Heartbeats { get; set; }

    [Description("The log of entries that the bot itself refused.")]
    public string? BlockedSignals { get; set; }
}

/// <summary>A switch of the owner's: active while a file exists or, with a key, while that key of a JSON file has a value.</summary>
public sealed class OwnerSwitchOptions
{
    [Description("The value of the label switch.")]
    public string Name { get; set; } = "";

    [Description("Below the bot's root, or absolute.")]
    public string Path { get; set; } = "";

    [Description("A key of the file's root object, or a path of keys joined by dots. Null: the file's existence is the switch.")]
    public string? Key { get; set; }

    [Description("The value that means active: a word, a number, true or false. Default true.")]
    public string? Value { get; set; }
}
