using Exporter.Healing.Files;

namespace Exporter.Healing.Triggers;

/// <summary>Makes triggers from options that <see cref="TriggerRules"/> found sound.</summary>
public sealed class TriggerFactory(TimeProvider clock, Func<string, string?> environment, RunningCommands? running = null)
{
    /// <summary>A trigger for one bot; null when none is configured.</summary>
    /// <param name="root">The bot's root, for a trigger file; null where there is no bot (the escalation).</param>
    public ITrigger? Create(TriggerOptions? options, string? root) => options switch
    {
        { Http: { } http } => new HttpTrigger(http),
        { Command: { } command } => new CommandTrigger(command, clock, environment, running),
        { File: { } file } when root is not null => new FileTrigger(root, file, new SafeFileReplace()),
        _ => null,
    };
}
