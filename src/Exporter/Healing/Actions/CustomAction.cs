using System.Collections.Immutable;
using Exporter.Healing.Triggers;

namespace Exporter.Healing.Actions;

/// <summary>An action of the owner's: a trigger of theirs, proven by a check of ours, under the same guard rails as every other.</summary>
internal sealed class CustomAction(ActionSpec spec, TriggerTable triggers, ActionDependencies dependencies) : IHealingAction
{
    public ActionSpec Spec => spec;

    public static IHealingAction Create(CustomActionOptions options, ActionDependencies dependencies)
    {
        var triggers = new TriggerTable(options.Name, options.Trigger, dependencies);
        var spec = new ActionSpec
        {
            Name = options.Name,
            Title = Heading(options.Name),
            Does = options.Does ?? "Fires the trigger that the owner configured under this name.",
            HealedWhen = $"The check {options.Check} is healthy again.",
            Check = options.Check,
            ChangesTheBot = true,
            // Whatever it does, what was seen before it proves nothing.
            NeedsNewerData = true,
            Patience = triggers.LongestTimeout,
        };
        return new CustomAction(spec, triggers, dependencies);
    }

    public ValueTask<string?> WhyNotAsync(HealingTarget target, CancellationToken cancellation) => new((string?)null);

    public ValueTask<ImmutableArray<string>> PlanAsync(HealingTarget target, CancellationToken cancellation) =>
        new([triggers.For(target.Bot) is { } trigger ? $"It would {trigger.Describe()}." : Missing(target.Bot)]);

    public async ValueTask<ActionResult> RunAsync(HealingTarget target, CancellationToken cancellation)
    {
        if (triggers.For(target.Bot) is not { } trigger)
            return new ActionResult.Suggested { Reason = Missing(target.Bot) };
        var reason = dependencies.Health.Latest?.Find(target.Bot)?.Find(spec.Check)?.Result.Reason ?? $"The check {spec.Check} fails.";
        return await TriggerTable.FireAsync(
            trigger, new TriggerMessage(target.Bot, spec.Name, reason, null, dependencies.Time.GetUtcNow(), Healing: target.Healing), null, cancellation);
    }

    private static string Heading(string name) => $"{char.ToUpperInvariant(name[0])}{name[1..].Replace('_', ' ')}";

    private string Missing(string bot) =>
        $"{spec.Name} has no trigger for {bot}: give it one in Healing:CustomActions, or in Healing:Remedies:Bots:{bot}:Triggers:{spec.Name}.";
}
