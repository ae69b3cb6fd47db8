using System.Collections.Immutable;
using Exporter.Bots;
using Exporter.Healing.Files;
using Exporter.Healing.Triggers;

namespace Exporter.Healing.Actions;

/// <summary>What actions may be made from.</summary>
/// <param name="Custom">The owner's own actions, validated.</param>
/// <param name="RecoveryGrace">How long after its end a bot's block may stay uncleared: the kill-switch check's own option.</param>
/// <param name="Files">Watches the bots' files; subscribe its <see cref="BotFileWatch.Observe"/> to the evaluator.</param>
/// <param name="Random">For jitter.</param>
public sealed record ActionDependencies(
    ImmutableArray<IBot> Bots,
    RemedyOptions Options,
    ImmutableArray<CustomActionOptions> Custom,
    Func<string, TimeSpan> RecoveryGrace,
    IBotHealth Health,
    BotFileWatch Files,
    TriggerFactory Triggers,
    TimeProvider Time,
    Random Random,
    ILoggerFactory Loggers)
{
    /// <summary>Called between the steps of a file replacement, by name: tests act as the bot there.</summary>
    internal Action<string>? Step { get; init; }

    internal IBot Bot(string name) => Bots.First(bot => bot.Name == name);

    internal IFileBackedBot? FileBacked(string name) => Bot(name) as IFileBackedBot;
}
