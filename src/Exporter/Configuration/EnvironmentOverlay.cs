using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Exporter.Configuration;

/// <summary>
/// Lays <c>TRADINGBOT__SECTION__KEY=value</c> over what the file said. Items of a list are numbered from 0: <c>TRADINGBOT__BOTS__0__ROOT</c>.
/// </summary>
internal sealed class EnvironmentOverlay(JsonObject tree, Origins origins, List<ConfigurationError> errors)
{
    public const string Prefix = "TRADINGBOT__";

    public void Apply(IReadOnlyDictionary<string, string> environment)
    {
        // Sorted, so that item 0 of a list is there before item 1.
        foreach (var (name, value) in environment
            .Where(pair => pair.Key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            .OrderBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase))
        {
            var source = $"environment variable {name}";
            var segments = name[Prefix.Length..].Split("__");
            if (segments.Any(segment => segment.Length == 0))
            {
                errors.Add(new("", "is no key: sections and keys are joined by two underscores, as TRADINGBOT__WEB__PROTECTMETRICS.", source));
                continue;
            }

            if (Set(tree, OptionsTree.Root, segments, 0, "", value) is { } key)
            {
                origins.Say(key, source);
            }
            else
            {
                errors.Add(new("", $"The environment variable {name} does not fit the configuration: a list's items are numbered from 0 without gaps, and a value has no keys below it.", null));
            }
        }
    }

    /// <summary>Sets the value below <paramref name="node"/> and returns its key, or null when the segments do not fit.</summary>
    private static string? Set(JsonNode node, JsonTypeInfo type, string[] segments, int depth, string path, string value)
    {
        var segment = segments[depth];
        var last = depth == segments.Length - 1;
        switch (node)
        {
            case JsonObject section:
                var property = type.Kind == JsonTypeInfoKind.Object ? OptionsTree.Find(type, segment) : null;
                // An unknown key goes into the tree as it is: the reader reports it with what was meant.
                var name = property?.Name ?? segment;
                var childPath = OptionsTree.Join(path, name);
                var childType = property is not null ? OptionsTree.TypeOf(property.PropertyType)
                    : type.Kind == JsonTypeInfoKind.Dictionary && type.ElementType is { } element ? OptionsTree.TypeOf(element)
                    : OptionsTree.TypeOf(typeof(JsonObject));
                if (last)
                {
                    section[name] = JsonValue.Create(value);
                    return childPath;
                }

                if (section[name] is not (JsonObject or JsonArray))
                {
                    section[name] = Container(childType);
                }

                return Set(section[name]!, childType, segments, depth + 1, childPath, value);
            case JsonArray list when int.TryParse(segment, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index <= list.Count:
                var itemType = OptionsTree.TypeOf(type.ElementType ?? typeof(JsonObject));
                var itemPath = OptionsTree.Join(path, segment);
                if (index == list.Count)
                {
                    list.Add(last ? null : Container(itemType));
                }

                if (last)
                {
                    list[index] = JsonValue.Create(value);
                    return itemPath;
                }

                return list[index] is { } item ? Set(item, itemType, segments, depth + 1, itemPath, value) : null;
            default:
                return null;
        }
    }

    private static JsonNode Container(JsonTypeInfo type) =>
        type.Kind == JsonTypeInfoKind.Enumerable ? new JsonArray() : new JsonObject(OptionsTree.NodeOptions);
}
