using System.Collections.Frozen;
using System.Collections.Immutable;
using Exporter.Healing.Ledger;

namespace Exporter.Healing;

/// <summary>What the owner configured: options, actions, bots. Immutable; a reload swaps it whole.</summary>
public sealed class HealingSetup
{
    private readonly FrozenDictionary<string, IHealingAction> _byName;

    /// <param name="actions">Every registered action, in the order in which a check's actions have their turn unless the options say otherwise.</param>
    /// <param name="bots">Names of the configured bots.</param>
    public HealingSetup(HealingOptions options, ImmutableArray<IHealingAction> actions, ImmutableArray<string> bots)
    {
        Options = options;
        Actions = actions;
        Bots = bots;
        _byName = actions.ToFrozenDictionary(action => action.Spec.Name, StringComparer.Ordinal);
    }

    public HealingOptions Options { get; }

    public ImmutableArray<IHealingAction> Actions { get; }

    public ImmutableArray<string> Bots { get; }

    /// <summary>Says who else heals the bot; null when nobody is known to.</summary>
    public Func<string, string?> HeldElsewhere { get; init; } = static _ => null;

    public IHealingAction? Find(string action) => _byName.GetValueOrDefault(action);

    public bool Knows(string bot) => Bots.Contains(bot, StringComparer.Ordinal);

    /// <summary>The key of an episode beside bot and target.</summary>
    public string SubjectOf(IHealingAction action, string bot) => action.SharedGroup(bot) ?? action.Spec.Name;

    /// <summary>The actions of a check in their order, without those that are disabled.</summary>
    public ImmutableArray<IHealingAction> OrderOf(string check)
    {
        var named = Options.Order.TryGetValue(check, out var order) && order.Count > 0
            ? order.Select(Find).OfType<IHealingAction>()
            : Actions.Where(action => action.Spec.Check == check);
        return [.. named.Where(action => !Options.DisabledActions.Contains(action.Spec.Name))];
    }

    /// <summary>Whose turn it is when <paramref name="action"/> is exhausted; null when it was the last.</summary>
    public IHealingAction? Next(IHealingAction action, string check, string bot)
    {
        var subject = SubjectOf(action, bot);
        return OrderOf(check)
            .SkipWhile(candidate => candidate.Spec.Name != action.Spec.Name)
            .Skip(1)
            .FirstOrDefault(candidate => SubjectOf(candidate, bot) != subject);
    }

    /// <summary>
    /// Whether the episode must rest. A cooldown that ends later than any could was written under a clock that has been set back since.
    /// </summary>
    internal bool Cools(Episode episode, DateTimeOffset now) =>
        episode.CoolUntil is { } until && until > now && until - now <= CooldownOf(episode.Action, int.MaxValue);

    public TimeSpan CooldownOf(string action, int setbacks)
    {
        var cooldown = Options.For(action).Cooldown ?? Options.Cooldown;
        var longest = cooldown > Options.MaxCooldown ? cooldown : Options.MaxCooldown;
        // 2^20 times a second is longer than any limit; beyond it the double would still be finite, but the TimeSpan not.
        var grown = cooldown.TotalSeconds * Math.Pow(2, Math.Clamp(setbacks - 1L, 0, 20));
        return grown >= longest.TotalSeconds ? longest : TimeSpan.FromSeconds(grown);
    }
}
