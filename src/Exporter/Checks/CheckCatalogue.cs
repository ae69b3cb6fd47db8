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
        new(BotLifeCheck.Definition, (bot, _) => new BotLifeCheck(bot)),
        new(FailurePointsCheck.Definition, (bot, _) => new FailurePointsCheck(bot)),
        new(ExchangeApi.Definition, (bot, made) => new ExchangeApi(bot, made.Options.ExchangeApi, made.Venues)),
        new(CoinGlassApi.Definition, (bot, made) => new CoinGlassApi(bot, made.Options.CoinGlassApi, made.Venues)),
        new(KillSwitchCheck.Definition, (bot, made) => new KillSwitchCheck(bot, made.Options.KillSwitch)),
        new(StrategyOverlap.Definition, (bot, made) => new StrategyOverlap(bot, made.Options.StrategyOverlap)),
        new(SymbolProbation.Definition, (bot, made) => new SymbolProbation(bot, made.Options.SymbolProbation)),
        new(FileSystem.Definition, (bot, made) => new FileSystem(bot, made.Options.FileSystem)),
        new(Network.Definition, (bot, made) => new Network(bot, made.Options, made.Venues)),
        new(IntelligenceFreshness.Definition, (bot, made) => new IntelligenceFreshness(bot, made.Options.IntelligenceFreshness)),
        new(PositionLimits.Definition, (bot, made) => new PositionLimits(bot, made.Options.PositionLimits)),
        new(ConfigIntegrity.Definition, (bot, _) => new ConfigIntegrity(bot)),
        new(BotHeartbeat.Definition, (bot, made) => new BotHeartbeat(bot, made.Options.BotHeartbeat)),
        new(MoneyCheck.Definition, (bot, made) => new MoneyCheck(bot, made.Options.Money)),
        new(BlockedSignalsCheck.Definition, (bot, _) => new BlockedSignalsCheck(bot)),
    ];

    public static ImmutableArray<ICheck> For(IBot bot, CheckDependencies dependencies) =>
    [
        .. All.Select(registration => dependencies.Options.Disabled?.Contains(registration.Spec.Name) == true
            ? new SwitchedOff(registration.Spec)
            : registration.Create(bot, dependencies) is var made && bot.HasPointsOf(registration.Spec.Name) ? new PointedCheck(made, bot) : made),
    ];

    /// <summary>A check that its owner does not want: nothing is looked at for it.</summary>
    private sealed class SwitchedOff(CheckSpec spec) : ICheck
    {
        private static readonly CheckResult Result = CheckResult.Disabled("Switched off by its owner with Checks:Disabled.");

        public CheckSpec Spec => spec;

        public ValueTask<CheckResult> EvaluateAsync(CheckContext context, CancellationToken cancellation) => new(Result);
    }
}

/// <summary>One line of the catalogue.</summary>
public sealed record CheckRegistration(CheckSpec Spec, Func<IBot, CheckDependencies, ICheck> Create);

/// <summary>What checks may be made from, beside their bot.</summary>
/// <param name="Options">This bot's thresholds: the common ones with the bot's own laid over them.</param>
/// <param name="Venues">Shared by every bot of the process.</param>
public sealed record CheckDependencies(CheckOptions Options, TimeProvider Time, VenueProbes Venues);
