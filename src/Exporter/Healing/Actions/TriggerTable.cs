using System.Collections.Frozen;
using Exporter.Healing.Triggers;

namespace Exporter.Healing.Actions;

/// <summary>An action's trigger for each bot: the bot's own, else the common one.</summary>
internal sealed class TriggerTable
{
    private readonly FrozenDictionary<string, ITrigger> _byBot;
    private readonly string _action;

    /// <param name="common">The action's trigger for bots that name none of their own.</param>
    public TriggerTable(string action, TriggerOptions? common, ActionDependencies dependencies)
    {
        _action = action;
        var triggers = new Dictionary<string, ITrigger>(StringComparer.Ordinal);
        var longest = TimeSpan.Zero;
        foreach (var bot in dependencies.Bots)
        {
            var options = dependencies.Options.Bots.GetValueOrDefault(bot.Name)?.Triggers.GetValueOrDefault(action) ?? common;
            if (dependencies.Triggers.Create(options, bot.Root) is not { } trigger)
                continue;
            triggers[bot.Name] = trigger;
            var timeout = options?.Command?.Timeout ?? options?.Http?.Timeout ?? TimeSpan.Zero;
            longest = timeout > longest ? timeout : longest;
        }

        _byBot = triggers.ToFrozenDictionary(StringComparer.Ordinal);
        LongestTimeout = longest;
    }

    /// <summary>A trigger has its own time-out; the pipeline's must not cut it short.</summary>
    public TimeSpan LongestTimeout { get; }

    public ITrigger? For(string bot) => _byBot.GetValueOrDefault(bot);

    /// <summary>What a person has to do where no trigger is configured.</summary>
    public string HowToConfigure(string bot) =>
        $"Nobody told the exporter how to ask {bot} to do it: set Healing:Remedies:Triggers:{_action} to an Http request, a Command or a File " +
        $"(or Healing:Remedies:Bots:{bot}:Triggers:{_action} for this bot alone).";

    /// <exception cref="TryAgainException">Nobody answered, or said to come again.</exception>
    public static async Task<ActionResult> FireAsync(ITrigger trigger, TriggerMessage message, string? caveat, CancellationToken cancellation)
    {
        var result = await trigger.FireAsync(message, cancellation);
        if (result.Fired)
            return new ActionResult.Done(caveat) { Reason = result.Reason };
        return result.Transient ? throw new TryAgainException(result.Reason) : new ActionResult.Failed { Reason = result.Reason };
    }
}
