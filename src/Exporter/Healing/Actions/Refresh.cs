using System.Collections.Immutable;
using Exporter.Checks;
using Exporter.Healing.Triggers;
using Exporter.Venues;

namespace Exporter.Healing.Actions;

/// <summary>
/// Asks a bot to fetch its data anew, unless what it would fetch from is down or rate-limiting: then asking makes a ban longer and mends
/// nothing. The two refreshes differ in what they fetch and in the check that proves them.
/// </summary>
/// <param name="sources">The checks of what the data comes from.</param>
internal sealed class Refresh(ActionSpec spec, ImmutableArray<string> sources, TriggerTable triggers, ActionDependencies dependencies) : IHealingAction
{
    private const string Network = "network";

    public ActionSpec Spec => spec;

    /// <summary>Both staleness checks read one time stamp: one refresh by the same trigger serves both.</summary>
    public string? SharedGroup(string bot) => triggers.For(bot) is { } trigger ? $"refresh:{trigger.Key}" : null;

    public ValueTask<string?> WhyNotAsync(HealingTarget target, CancellationToken cancellation)
    {
        var seen = dependencies.Health.Latest?.Find(target.Bot);
        if (seen?.Find(Network) is { Result: { Status: CheckStatus.Critical, Enabled: true } network })
            return new($"The network is down, so there is nothing to fetch data over: {network.Reason}");
        foreach (var source in sources)
        {
            if (seen?.Find(source) is { Result: { Status: not CheckStatus.Ok, Enabled: true, Cause: { } cause } result } && ProbeCause.All.Contains(cause))
                return new($"{source} says '{cause}', so a refresh would fetch nothing and might lengthen a ban: {result.Reason}");
        }

        return new((string?)null);
    }

    public ValueTask<ImmutableArray<string>> PlanAsync(HealingTarget target, CancellationToken cancellation) =>
        new([triggers.For(target.Bot) is { } trigger ? $"It would {trigger.Describe()}." : triggers.HowToConfigure(target.Bot)]);

    public async ValueTask<ActionResult> RunAsync(HealingTarget target, CancellationToken cancellation)
    {
        if (triggers.For(target.Bot) is not { } trigger)
            return new ActionResult.Suggested { Reason = triggers.HowToConfigure(target.Bot) };
        var message = new TriggerMessage(target.Bot, spec.Name, "The data is stale; fetch it anew.", null, dependencies.Time.GetUtcNow(), Healing: target.Healing);
        return await TriggerTable.FireAsync(trigger, message, null, cancellation);
    }
}
