using System.Collections.Immutable;

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
        (StartBot.Definition, dependencies => new StartBot(dependencies)),
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
}
