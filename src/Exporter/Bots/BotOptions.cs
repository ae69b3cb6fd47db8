using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Exporter.Bots;

/// <summary>
/// One bot to watch. Collections are null or empty by default, since the reader of configuration adds to what is there: the
/// adapter applies its own defaults where nothing is said.
/// </summary>
public class BotOptions
{
    [Description("The value of the label bot; the root's last directory name when empty.")]
    [RegularExpression("^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$", ErrorMessage = "letters, digits, '.', '_' and '-', beginning with a letter or digit, at most 63 of them")]
    public string? Name { get; set; }

    [Description("The bot's directory; a relative one counts from the working directory.")]
    public string Root { get; set; } = "";

    [Description("Which adapter reads it.")]
    public string Adapter { get; set; } = "feature-store";

    [Description("Where single files lie, when not at the layout's own place.")]
    public BotPathOptions Paths { get; set; } = new();

    [Description("Components whose heartbeat is watched; default bot_cycle.")]
    public List<string>? HeartbeatComponents { get; set; }

    [Description("The owner's own switches that stop every new entry.")]
    public List<OwnerSwitchOptions>? Switches { get; set; }

    [Description("The configuration files that the bot needs; null means the layout's own two.")]
    public List<ConfigFileOptions>? Configs { get; set; }

    [Description("Files that the bot's user must be able to read and write; null means the layout's own. A path below the root, or absolute.")]
    public List<string>? CriticalFiles { get; set; }

    [Description("The user that the bot runs as, by name or number; the owner of the root when empty.")]
    public string? BotUser { get; set; }

    [Description("At most so many per-symbol intelligence files are read, in the order of their names.")]
    [Range(1, 100_000)]
    public int MaxIntelligenceFiles { get; set; } = 200;
}

/// <summary>Overrides of the layout's paths: below the bot's root, or absolute. Null means the layout's own.</summary>
public sealed class BotPathOptions
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

/// <summary>A configuration file that the bot cannot trade without.</summary>
public sealed class ConfigFileOptions : IValidatableObject
{
    [Description("What labels and sentences call it; default: the file as given.")]
    public string? Name { get; set; }

    [Description("Below the bot's root, or absolute.")]
    public string File { get; set; } = "";

    [Description("JSON pointers, such as /exchange/name, to what must be there.")]
    public List<string>? Required { get; set; }

    [Description("JSON pointer to the value that decides between paper and real money; default /mode.")]
    public string? Mode { get; set; }

    [Description("The values there that put real money at stake, of any JSON type; default \"live\".")]
    public List<ConfigValue>? Live { get; set; }

    [Description("What the bot's own loader takes for JSON; any: comments, trailing commas and Python's NaN and Infinity.")]
    public ConfigSyntax Syntax { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var pointer in (Required ?? []).Append(Mode ?? "/mode").Where(pointer => !pointer.StartsWith('/')))
        {
            yield return new ValidationResult($"'{pointer}' is no JSON pointer: it begins with a slash, such as /exchange/name.");
        }
    }
}
