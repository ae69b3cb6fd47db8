using System.Collections.Immutable;
using Exporter.Healing.Triggers;

namespace Exporter.Healing.Actions;

/// <summary>Every action that there is, in the order in which those of one check have their turn. Adding an action adds one line here.</summary>
public static class ActionCatalogue
{
    private static readonly ImmutableArray<(ActionSpec Spec, Func<ActionDependencies, IHealingAction> Create)> _all =
    [
        (RefreshCoinglass.Spec, RefreshCoinglass.Create),
        (RefreshIntelligence.Spec, RefreshIntelligence.Create),
        (VerifyKillSwitch.Definition, VerifyKillSwitch.Create),
        (RestoreConfig.Definition, dependencies => new RestoreConfig(dependencies)),
        (RetryNetwork.Definition, dependencies => new RetryNetwork(dependencies)),
        (SuggestPositionExits.Definition, dependencies => new SuggestPositionExits(dependencies)),
    ];

    /// <summary>The actions that ship, without those of the owner's own.</summary>
    public static ImmutableArray<ActionSpec> BuiltIn { get; } = [.. _all.Select(action => action.Spec)];

    /// <summary>The built-in actions, then the owner's in the order of the configuration.</summary>
    public static ImmutableArray<IHealingAction> Create(ActionDependencies dependencies) =>
    [
        .. _all.Select(action => action.Create(dependencies)),
        .. dependencies.Custom.Select(options => CustomAction.Create(options, dependencies)),
    ];

    /// <summary>One sentence per mistake in the options of actions; empty when all is well.</summary>
    /// <param name="checks">Names of the checks that there are.</param>
    /// <param name="bots">Names of the configured bots.</param>
    public static ImmutableArray<string> Validate(
        RemedyOptions remedies, IReadOnlyList<CustomActionOptions> custom, IReadOnlyCollection<string> checks, IReadOnlyCollection<string> bots) =>
        [.. CustomMistakes(custom, checks), .. TriggerMistakes(remedies, custom, bots)];

    private static IEnumerable<string> CustomMistakes(IReadOnlyList<CustomActionOptions> custom, IReadOnlyCollection<string> checks)
    {
        var taken = BuiltIn.Select(spec => spec.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (action, index) in custom.Select((action, index) => (action, index)))
        {
            var key = $"Healing:CustomActions:{index}";
            if (!IsName(action.Name))
                yield return $"{key}:Name is '{action.Name}'; use lower-case letters, digits and underscores, a letter first, such as restart_bot.";
            else if (!taken.Add(action.Name))
                yield return $"{key}:Name '{action.Name}' is taken; every action needs a name of its own.";
            if (!checks.Contains(action.Check))
                yield return $"{key}:Check is '{action.Check}'; name the check that proves it: {string.Join(", ", checks)}.";
            if (action.Trigger is not { } trigger)
                continue;
            foreach (var mistake in TriggerFactory.Validate(trigger, $"{key}:Trigger"))
                yield return mistake;
        }
    }

    private static IEnumerable<string> TriggerMistakes(RemedyOptions remedies, IReadOnlyList<CustomActionOptions> custom, IReadOnlyCollection<string> bots)
    {
        string[] common = [RefreshCoinglass.Name, RefreshIntelligence.Name, VerifyKillSwitch.Name];
        string[] own = [.. common, .. custom.Select(action => action.Name)];
        foreach (var mistake in Mistakes(remedies.Triggers, "Healing:Remedies:Triggers", common))
            yield return mistake;
        foreach (var (bot, options) in remedies.Bots)
        {
            if (!bots.Contains(bot))
                yield return $"Healing:Remedies:Bots:{bot} names no configured bot; the bots are {string.Join(", ", bots)}.";
            foreach (var mistake in Mistakes(options.Triggers, $"Healing:Remedies:Bots:{bot}:Triggers", own))
                yield return mistake;
        }

        foreach (var (action, index) in custom.Select((action, index) => (action, index)))
        {
            if (action.Trigger is null && !remedies.Bots.Values.Any(bot => bot.Triggers.ContainsKey(action.Name)))
                yield return $"Healing:CustomActions:{index} has no Trigger, and no bot has one of its own for it; give it an Http request, a Command or a File.";
        }
    }

    private static IEnumerable<string> Mistakes(Dictionary<string, TriggerOptions> triggers, string key, string[] known) =>
        triggers.SelectMany(trigger => known.Contains(trigger.Key)
            ? TriggerFactory.Validate(trigger.Value, $"{key}:{trigger.Key}")
            : [$"{key}:{trigger.Key} is no action that fires a trigger; those are {string.Join(", ", known)}."]);

    private static bool IsName(string name)
    {
        const int longest = 64;
        return name.Length is > 0 and <= longest && char.IsAsciiLetterLower(name[0]) &&
            name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');
    }
}
