namespace Exporter.Bots;

/// <summary>
/// One bot to watch. Collections are null or empty by default, since the configuration binder appends to what is there: the
/// adapter applies its own defaults where nothing is said.
/// </summary>
public class BotOptions
{
    /// <summary>The value of the label <c>bot</c>; the root's last directory name when empty.</summary>
    public string? Name { get; set; }

    /// <summary>The bot's directory; a relative one counts from the working directory.</summary>
    public string Root { get; set; } = "";

    /// <summary>Which adapter reads it.</summary>
    public string Adapter { get; set; } = "feature-store";

    /// <summary>Where single files lie, when not at the layout's own place.</summary>
    public BotPathOptions Paths { get; set; } = new();

    /// <summary>Components whose heartbeat is watched; default <c>bot_cycle</c>.</summary>
    public List<string>? HeartbeatComponents { get; set; }

    /// <summary>The owner's own switches that stop every new entry.</summary>
    public List<OwnerSwitchOptions>? Switches { get; set; }

    /// <summary>The configuration files that the bot needs; null means the layout's own two.</summary>
    public List<ConfigFileOptions>? Configs { get; set; }

    /// <summary>
    /// Files that the bot's user must be able to read and write; null means the layout's own. A path below the root, or absolute.
    /// </summary>
    public List<string>? CriticalFiles { get; set; }

    /// <summary>The user that the bot runs as, by name or number; the owner of the root when empty.</summary>
    public string? BotUser { get; set; }

    /// <summary>At most so many per-symbol intelligence files are read, in the order of their names.</summary>
    public int MaxIntelligenceFiles { get; set; } = 200;
}

/// <summary>Overrides of the layout's paths: below the bot's root, or absolute. Null means the layout's own.</summary>
public sealed class BotPathOptions
{
    public string? KillSwitch { get; set; }

    public string? SoftKillSwitch { get; set; }

    public string? ExchangeHealth { get; set; }

    public string? TradingFrozen { get; set; }

    public string? GlobalFreeze { get; set; }

    public string? Positions { get; set; }

    public string? Probation { get; set; }

    public string? IntelligenceSummary { get; set; }

    /// <summary>The directory of the per-symbol files; default: where the summary lies.</summary>
    public string? IntelligenceDirectory { get; set; }

    /// <summary>The directory of the components' heartbeat files.</summary>
    public string? Heartbeats { get; set; }

    public string? BlockedSignals { get; set; }
}

/// <summary>A switch of the owner's: active while a file exists or, with a key, while that key of a JSON file has a value.</summary>
public sealed class OwnerSwitchOptions
{
    /// <summary>The value of the label <c>switch</c>.</summary>
    public string Name { get; set; } = "";

    /// <summary>Below the bot's root, or absolute.</summary>
    public string Path { get; set; } = "";

    /// <summary>A key of the file's root object, or a path of keys joined by dots. Null: the file's existence is the switch.</summary>
    public string? Key { get; set; }

    /// <summary>The value that means active: a word, a number, <c>true</c> or <c>false</c>. Default <c>true</c>.</summary>
    public string? Value { get; set; }
}

/// <summary>A configuration file that the bot cannot trade without.</summary>
public sealed class ConfigFileOptions
{
    /// <summary>Below the bot's root, or absolute.</summary>
    public string Path { get; set; } = "";

    /// <summary>Keys that its root object must hold.</summary>
    public List<string>? RequiredKeys { get; set; }

    /// <summary>Keys that put real money at stake when their value is <c>live</c>; default <c>mode</c>.</summary>
    public List<string>? LiveKeys { get; set; }
}
