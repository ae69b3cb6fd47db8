using System.Collections.Immutable;
using Exporter.Bots;

namespace Exporter.Healing.Actions;

/// <summary>
/// Starts a bot that stopped itself by an exception which its owner allows. Never after a person's stop, once a day, and not while its
/// exchange is away: it would only stop again.
/// </summary>
internal sealed class StartBot(ActionDependencies dependencies) : IHealingAction
{
    public static ActionSpec Definition { get; } = new()
    {
        Name = "start_bot",
        Title = "Start bot",
        Does = "Starts a bot that stopped itself by an exception which its owner allows, once a day and never after a person's stop.",
        HealedWhen = "No switch is active, and the bot's loop has turned twice since.",
        Check = "kill_switch",
        ChangesTheBot = true,
        Patience = TimeSpan.FromMinutes(2),
    };

    public ActionSpec Spec => Definition;

    public async ValueTask<string?> WhyNotAsync(HealingTarget target, CancellationToken cancellation) =>
        dependencies.Bot(target.Bot) is IStartable bot ? await bot.WhyNotStartAsync(cancellation) : "This kind of bot cannot be started by the exporter; start it yourself.";

    public ValueTask<ImmutableArray<string>> PlanAsync(HealingTarget target, CancellationToken cancellation) =>
        new([$"It would ask {target.Bot} over its API to start, and wait until its loop has turned twice."]);

    public async ValueTask<ActionResult> RunAsync(HealingTarget target, CancellationToken cancellation) =>
        await ((IStartable)dependencies.Bot(target.Bot)).StartAsync(cancellation) is { } problem
            ? new ActionResult.Failed { Reason = problem }
            : new ActionResult.Done { Reason = "The bot was started, and its loop has turned twice since." };
}
