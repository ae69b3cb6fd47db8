using System.Text.Json;

namespace Exporter.Venues;

/// <summary>How much of itself a venue offers, by its own word.</summary>
/// <param name="Level">The worst of all that it says.</param>
/// <param name="Begin">When it begins, if it says.</param>
public sealed record MaintenanceState(MaintenanceLevel Level, DateTimeOffset? Begin = null, DateTimeOffset? End = null)
{
    /// <summary>Null when there is no rule, or when the answer does not hold what the rule names: then nothing is known.</summary>
    internal static MaintenanceState? Of(MaintenanceRule? rule, JsonElement root)
    {
        if (rule is null)
        {
            return null;
        }

        if (rule.Items is { } pointer)
        {
            return JsonPointer.Find(root, pointer) is { ValueKind: JsonValueKind.Array } items
                ? items.EnumerateArray().Select(item => OfOne(rule, item)).Append(new(MaintenanceLevel.Healthy)).MaxBy(state => state.Level)
                : null;
        }

        var state = rule.SetMeans is { } meaning
            ? new MaintenanceState(JsonPointer.Find(root, rule.State) is null ? MaintenanceLevel.Healthy : LevelOf(meaning))
            : JsonPointer.Find(root, rule.State) is null ? null
            : OfOne(rule, root);
        var announced = rule.AnnouncedItems is { } list && JsonPointer.Find(root, list) is { ValueKind: JsonValueKind.Array } coming && coming.GetArrayLength() > 0;
        return state is { Level: MaintenanceLevel.Healthy } && announced ? state with { Level = MaintenanceLevel.Announced } : state;
    }

    private static MaintenanceState OfOne(MaintenanceRule rule, JsonElement item)
    {
        var word = JsonPointer.Text(item, rule.State) ?? "";
        return new MaintenanceState(
            rule.Map is { } map && map.TryGetValue(word, out var level) ? LevelOf(level) : MaintenanceLevel.Degraded,
            TimeAt(item, rule.Begin),
            TimeAt(item, rule.End));
    }

    private static DateTimeOffset? TimeAt(JsonElement item, string? pointer) =>
        pointer is null ? null : VenueTime.Parse(JsonPointer.Text(item, pointer));

    private static MaintenanceLevel LevelOf(string word) => Enum.Parse<MaintenanceLevel>(word, ignoreCase: true);
}

/// <summary>In rising order of badness.</summary>
public enum MaintenanceLevel
{
    Healthy,

    /// <summary>It will come; nothing is less for it now.</summary>
    Announced,

    /// <summary>Only a part is offered, such as cancelling orders.</summary>
    Degraded,

    Maintenance,
}
