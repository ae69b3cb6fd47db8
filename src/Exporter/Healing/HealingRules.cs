using System.ComponentModel.DataAnnotations;
using Exporter.Checks;
using Exporter.Healing.Actions;

namespace Exporter.Healing;

/// <summary>What must hold between the options of healing: a name that nothing has would be silently without effect.</summary>
internal static class HealingRules
{
    public static IEnumerable<ValidationResult> Check(HealingOptions options)
    {
        string[] actions = [.. ActionCatalogue.BuiltIn.Select(spec => spec.Name), .. options.CustomActions.Select(custom => custom.Name)];
        string[] checks = [.. CheckCatalogue.All.Select(registration => registration.Spec.Name)];

        if (options.MaxCooldown < options.Cooldown)
            yield return new("is shorter than Cooldown; it is where the doubling of the cooldown ends.", [nameof(HealingOptions.MaxCooldown)]);
        foreach (var name in options.DisabledActions.Where(name => !actions.Contains(name)))
            yield return new($"names {name}, which is no action; there are {string.Join(", ", actions)}.", [nameof(HealingOptions.DisabledActions)]);
        foreach (var name in options.Actions.Keys.Where(name => !actions.Contains(name)))
            yield return new($"names {name}, which is no action; there are {string.Join(", ", actions)}.", [nameof(HealingOptions.Actions)]);
        foreach (var (check, order) in options.Order)
        {
            if (!checks.Contains(check))
                yield return new($"names {check}, which is no check; there are {string.Join(", ", checks)}.", [nameof(HealingOptions.Order)]);
            foreach (var name in order.Where(name => !actions.Contains(name)))
                yield return new($"names {name} for {check}, which is no action; there are {string.Join(", ", actions)}.", [nameof(HealingOptions.Order)]);
        }
    }
}
