namespace Exporter.Healing.Actions;

/// <summary>Asks the bot to build its market intelligence anew, unless what it is built from is down or rate-limiting.</summary>
internal static class RefreshIntelligence
{
    public const string Name = "refresh_intelligence";

    public static ActionSpec Spec { get; } = new()
    {
        Name = Name,
        Title = "Refresh intelligence",
        Does = "Calls the bot's own refresh, by an HTTP request, a command or a trigger file, unless CoinGlass or the exchange is down or rate-limiting.",
        HealedWhen = "The summary is stamped after the trigger, and fresh.",
        Check = "intelligence_freshness",
        ChangesTheBot = true,
        NeedsNewerData = true,
    };

    public static IHealingAction Create(ActionDependencies dependencies)
    {
        var triggers = new TriggerTable(Name, dependencies.Options.Triggers.GetValueOrDefault(Name), dependencies);
        return new Refresh(Spec with { Patience = triggers.LongestTimeout }, ["coinglass_api", "exchange_api"], triggers, dependencies);
    }
}
