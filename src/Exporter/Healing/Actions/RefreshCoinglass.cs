namespace Exporter.Healing.Actions;

/// <summary>Asks the bot to fetch CoinGlass' data anew, unless CoinGlass itself is down or rate-limiting.</summary>
internal static class RefreshCoinglass
{
    public const string Name = "refresh_coinglass";

    public static ActionSpec Spec { get; } = new()
    {
        Name = Name,
        Title = "Refresh CoinGlass data",
        Does = "Calls the bot's own refresh, by an HTTP request, a command or a trigger file, unless CoinGlass itself is down or rate-limiting.",
        HealedWhen = "The data is stamped after the trigger, and fresh.",
        Check = "coinglass_api",
        ChangesTheBot = true,
        NeedsNewerData = true,
    };

    public static IHealingAction Create(ActionDependencies dependencies)
    {
        var triggers = new TriggerTable(Name, dependencies.Options.Triggers.GetValueOrDefault(Name), dependencies);
        return new Refresh(Spec with { Patience = triggers.LongestTimeout }, ["coinglass_api"], triggers, dependencies);
    }
}
