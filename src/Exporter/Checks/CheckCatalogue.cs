using System.Collections.Immutable;
using Exporter.Bots;
using Exporter.Venues;

namespace Exporter.Checks;

/// <summary>Every check that there is, in the order in which people read them. Adding a check adds one line here.</summary>
public static class CheckCatalogue
{
    /// <summary>Name, fixed facts and how to make an instance for one bot.</summary>
    public static ImmutableArray<CheckRegistration> All { get; } =
    [
        new(KillSwitchCheck.Definition, (bot, made) => new KillSwitchCheck(bot, made.Options.KillSwitch)),
        new(StrategyOverlap.Definition, (bot, made) => new StrategyOverlap(bot, made.Options.StrategyOverlap)),
        new(PositionLimits.Definition, (bot, made) => new PositionLimits(bot, made.Options.PositionLimits)),
    ];

    public static ImmutableArray<ICheck> For(IBot bot, CheckDependencies dependencies) =>
        [.. All.Select(registration => registration.Create(bot, dependencies))];
}

/// <summary>One line of the catalogue.</summary>
public sealed record CheckRegistration(CheckSpec Spec, Func<IBot, CheckDependencies, ICheck> Create);

/// <summary>What checks may be made from, beside their bot.</summary>
/// <param name="Options">This bot's thresholds: the common ones with the bot's own laid over them.</param>
/// <param name="Venues">Shared by every bot of the process.</param>
public sealed record CheckDependencies(CheckOptions Options, TimeProvider Time, VenueProbes Venues);
