using System.ComponentModel.DataAnnotations;
using Exporter.Healing.Triggers;

namespace Exporter.Healing.Actions;

/// <summary>What holds between the keys of <c>Healing:Remedies</c> and <c>Healing:CustomActions</c>.</summary>
public static class RemedyRules
{
    private const int LongestName = 64;

    private static readonly string[] _common = [RefreshCoinglass.Name, RefreshIntelligence.Name, VerifyKillSwitch.Name];

    /// <summary>Keys are relative to <c>Healing</c>; a sentence follows the key that it is about.</summary>
    /// <param name="checks">Names of the checks that there are.</param>
    public static IEnumerable<ValidationResult> Check(
        RemedyOptions remedies, IReadOnlyList<CustomActionOptions> custom, IReadOnlyCollection<string> checks) =>
        [.. Check(custom, remedies, checks), .. Check(remedies, custom)];

    private static IEnumerable<ValidationResult> Check(IReadOnlyList<CustomActionOptions> custom, RemedyOptions remedies, IReadOnlyCollection<string> checks)
    {
        var taken = ActionCatalogue.BuiltIn.Select(spec => spec.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (action, index) in custom.Select((action, index) => (action, index)))
        {
            var key = $"CustomActions:{index}";
            if (!IsName(action.Name))
                yield return new($"is '{action.Name}'; use lower-case letters, digits and underscores, a letter first, such as restart_bot.", [$"{key}:Name"]);
            else if (!taken.Add(action.Name))
                yield return new($"is '{action.Name}', which is taken; every action needs a name of its own.", [$"{key}:Name"]);
            if (!checks.Contains(action.Check))
                yield return new($"is '{action.Check}'; name the check that proves the action: {string.Join(", ", checks)}.", [$"{key}:Check"]);
            if (action.Trigger is null && !remedies.Bots.Values.Any(bot => bot.Triggers.ContainsKey(action.Name)))
                yield return new("is missing, and no bot has one of its own for this action; give it an Http request, a Command or a File.", [$"{key}:Trigger"]);
            foreach (var mistake in action.Trigger is { } trigger ? TriggerRules.Check(trigger, $"{key}:Trigger") : [])
                yield return mistake;
        }
    }

    private static IEnumerable<ValidationResult> Check(RemedyOptions remedies, IReadOnlyList<CustomActionOptions> custom)
    {
        string[] all = [.. _common, .. custom.Select(action => action.Name)];
        return Check(remedies.Triggers, "Remedies:Triggers", _common)
            .Concat(remedies.Bots.SelectMany(bot => Check(bot.Value.Triggers, $"Remedies:Bots:{bot.Key}:Triggers", all)));
    }

    private static IEnumerable<ValidationResult> Check(Dictionary<string, TriggerOptions> triggers, string key, string[] known) =>
        triggers.SelectMany(trigger => known.Contains(trigger.Key)
            ? TriggerRules.Check(trigger.Value, $"{key}:{trigger.Key}")
            : [new ValidationResult($"is no action that fires a trigger; those are {string.Join(", ", known)}.", [$"{key}:{trigger.Key}"])]);

    private static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName && char.IsAsciiLetterLower(name[0]) &&
        name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');
}
