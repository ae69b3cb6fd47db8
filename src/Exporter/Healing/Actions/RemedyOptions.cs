using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Exporter.Checks;
using Exporter.Healing.Triggers;

namespace Exporter.Healing.Actions;

/// <summary>What the actions do, beside their pipelines and limits (<c>Healing:Remedies:…</c>).</summary>
public sealed class RemedyOptions
{
    [Description("How to ask a bot to act, by the action's name: refresh_coinglass, refresh_intelligence, verify_kill_switch.")]
    public Dictionary<string, TriggerOptions> Triggers { get; set; } = [];

    [Description("The same for single bots, by the bot's name; they go before the common ones.")]
    public Dictionary<string, BotRemedyOptions> Bots { get; set; } = [];

    [Description("A bot's file is written only when it failed and did not move for this long.")]
    [DurationRange("00:00:10", "1.00:00:00")]
    public TimeSpan SettleTime { get; set; } = TimeSpan.FromSeconds(60);

    [Description("Let verify_kill_switch clear a block that has ended and that the bot did not clear itself within the grace.")]
    public bool ClearExpired { get; set; }

    [Description("How often retry_network tries.")]
    [Range(1, 20)]
    public int NetworkAttempts { get; set; } = 4;

    [Description("retry_network's wait after its first try; doubles each time, with jitter.")]
    [DurationRange("00:00:00", "00:01:00")]
    public TimeSpan NetworkDelay { get; set; } = TimeSpan.FromSeconds(2);

    [Description("How many positions suggest_position_exits names.")]
    [Range(1, 100)]
    public int ExitSuggestions { get; set; } = 3;
}

/// <summary>What differs for one bot.</summary>
public sealed class BotRemedyOptions
{
    [Description("How to ask this bot to act, by the action's name, the owner's own actions included.")]
    public Dictionary<string, TriggerOptions> Triggers { get; set; } = [];
}

/// <summary>An action of the owner's (<c>Healing:CustomActions</c>), such as <c>restart_bot</c>.</summary>
public sealed class CustomActionOptions
{
    [Description("The value of the label heal: lower case, digits, underscores.")]
    public string Name { get; set; } = "";

    [Description("The check that proves it.")]
    public string Check { get; set; } = "";

    [Description("What it does, in one sentence for people.")]
    public string? Does { get; set; }

    [Description("How to do it.")]
    public TriggerOptions? Trigger { get; set; }
}
