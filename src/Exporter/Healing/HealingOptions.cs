using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Exporter.Checks;
using Exporter.Healing.Actions;
using Exporter.Healing.Triggers;

namespace Exporter.Healing;

/// <summary>Whether, when and how often the exporter may help (<c>Healing:…</c>).</summary>
public sealed class HealingOptions : IValidatableObject
{
    [Description("Let actions write a bot's files and fire its triggers. Off: every healing ends as a suggestion. The flag --heal sets it.")]
    public bool Enabled { get; set; }

    [Description("Only say what would be done, also when healing is enabled.")]
    public bool DryRun { get; set; }

    [Description("Who starts a healing: alertmanager (webhooks only), autonomous (also the exporter's own evaluations), fallback (the exporter's own evaluations only while no Watchdog arrives).")]
    public TriggerMode Trigger { get; set; } = TriggerMode.Fallback;

    [Description("Without a Watchdog for this long the alerting path counts as silent, and the fallback heals.")]
    [DurationRange("00:00:10", "1.00:00:00")]
    public TimeSpan WatchdogSilence { get; set; } = TimeSpan.FromMinutes(5);

    [Description("How long a check must have failed before the exporter heals on its own: one torn read or slow call is no failure.")]
    [DurationRange("00:00:00", "1.00:00:00")]
    public TimeSpan FailingFor { get; set; } = TimeSpan.FromMinutes(1);

    [Description("Pause after an attempt before the next one for the same bot, action and target; doubles after each failure.")]
    [DurationRange("00:00:01", "1.00:00:00")]
    public TimeSpan Cooldown { get; set; } = TimeSpan.FromMinutes(2);

    [Description("The doubling of the cooldown ends here.")]
    [DurationRange("00:00:01", "7.00:00:00")]
    public TimeSpan MaxCooldown { get; set; } = TimeSpan.FromHours(1);

    [Description("Attempts per episode; then the healing is exhausted and a person is paged.")]
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 3;

    [Description("A healing that a guard rail refused is considered again after this time.")]
    [DurationRange("00:00:01", "1.00:00:00")]
    public TimeSpan ReconsiderAfter { get; set; } = TimeSpan.FromMinutes(1);

    [Description("Attempts of one action within an hour, over all bots.")]
    [Range(1, 100_000)]
    public int MaxPerActionPerHour { get; set; } = 30;

    [Description("Attempts of all actions within an hour, over all bots.")]
    [Range(1, 100_000)]
    public int MaxPerHour { get; set; } = 100;

    [Description("Healings that may run at the same time, never two for the same bot and target.")]
    [Range(1, 64)]
    public int MaxConcurrency { get; set; } = 4;

    [Description("Accepted healings that may wait; beyond it a webhook is answered 503 and Alertmanager comes again.")]
    [Range(1, 100_000)]
    public int QueueLength { get; set; } = 1_000;

    [Description("A recovery counts only when the check is still healthy after this time: a lucky moment is no recovery.")]
    [DurationRange("00:00:00", "01:00:00")]
    public TimeSpan HealthyFor { get; set; } = TimeSpan.FromSeconds(10);

    [Description("How long after an action its check may take to become healthy.")]
    [DurationRange("00:00:01", "1.00:00:00")]
    public TimeSpan VerifyTimeout { get; set; } = TimeSpan.FromSeconds(90);

    [Description("Time between two looks at the check while waiting for the recovery.")]
    [DurationRange("00:00:00.1", "00:05:00")]
    public TimeSpan VerifyInterval { get; set; } = TimeSpan.FromSeconds(2);

    [Description("The storm guard watches when at least this many bots have the check.")]
    [Range(2, 10_000)]
    public int StormMinBots { get; set; } = 4;

    [Description("A check that fails for more than this share of the bots is a storm: the cause is systemic, and no single bot is healed.")]
    [Range(0.0, 1.0)]
    public double StormShare { get; set; } = 0.5;

    [Description("Healing stays refused for this long after a storm has passed, lest all bots be healed in one moment.")]
    [DurationRange("00:00:00", "1.00:00:00")]
    public TimeSpan StormCooldown { get; set; } = TimeSpan.FromMinutes(5);

    [Description("Escalate a check that has been critical for this long, also when nothing can heal it; 00:00:00 never does.")]
    [DurationRange("00:00:00", "7.00:00:00")]
    public TimeSpan EscalateCriticalAfter { get; set; } = TimeSpan.FromMinutes(15);

    [Description("Ended episodes and their healings leave the ledger after this time.")]
    [DurationRange("1.00:00:00", "3650.00:00:00")]
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(90);

    [Description("Healing is paused while this file exists; its first line is the reason. Default: the file 'pause' in the storage directory.")]
    public string? PauseFile { get; set; }

    [Description("Bots that are never healed.")]
    public List<string> DisabledBots { get; set; } = [];

    [Description("Actions that never run.")]
    public List<string> DisabledActions { get; set; } = [];

    [Description("Actions of a check in the order in which they have their turn; when one is exhausted the next follows, and only the last one pages.")]
    public Dictionary<string, List<string>> Order { get; set; } = [];

    [Description("Options of single actions, by the action's name.")]
    public Dictionary<string, ActionOptions> Actions { get; set; } = [];

    [Description("What the actions do to help: triggers, and rules for writing a bot's files.")]
    public RemedyOptions Remedies { get; set; } = new();

    [Description("Actions of the owner's own, such as restart_bot.")]
    public List<CustomActionOptions> CustomActions { get; set; } = [];

    [Description("How a person is told of what healing cannot mend: an HTTP request or a command, once per exhausted healing, storm, or long critical check.")]
    public TriggerOptions? Escalation { get; set; }

    /// <summary>The options of one action; the defaults when the configuration does not name it.</summary>
    public ActionOptions For(string action) => Actions.TryGetValue(action, out var options) ? options : new ActionOptions();

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
    [
        .. RemedyRules.Check(Remedies, CustomActions, [.. CheckCatalogue.All.Select(registration => registration.Spec.Name)]),
        .. HealingRules.Check(this),
        .. Escalation is { } escalation ? TriggerRules.Check(escalation, nameof(Escalation), allowFile: false) : [],
    ];
}

public enum TriggerMode
{
    Alertmanager,
    Autonomous,
    Fallback,
}
