using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Exporter.Configuration;

/// <summary>
/// Compares a configuration with the options' metadata, key by key, and collects everything that is wrong in one pass. What it
/// returns holds canonical key names and values of the right type, so that reading it into the options cannot fail.
/// </summary>
internal sealed class OptionsReader(Origins origins, List<ConfigurationError> errors)
{
    public JsonObject Read(JsonObject tree) => (JsonObject)Section(OptionsTree.Root, tree, "")!;

    private JsonNode? Node(JsonTypeInfo type, JsonNode node, string path, JsonPropertyInfo? property)
    {
        if (OptionsTree.IsPassedOn(type))
        {
            return node is JsonObject ? node.DeepClone() : Wrong(path, node, "a section: { … }");
        }

        return type.Kind switch
        {
            JsonTypeInfoKind.Object => node is JsonObject section ? Section(type, section, path) : Wrong(path, node, "a section: { … }"),
            JsonTypeInfoKind.Enumerable => node is JsonArray list ? List(type, list, path, property) : Wrong(path, node, "a list: [ … ]"),
            JsonTypeInfoKind.Dictionary => node is JsonObject map ? Map(type, map, path, property) : Wrong(path, node, "a section: { … }"),
            _ => Value(type, node, path, property),
        };
    }

    private JsonObject Section(JsonTypeInfo type, JsonObject section, string path)
    {
        var result = new JsonObject();
        foreach (var (key, node) in section)
        {
            // Editors look for "$schema" at the top of a file.
            if (path.Length == 0 && key == "$schema")
            {
                continue;
            }

            if (OptionsTree.Find(type, key) is not { } property)
            {
                Unknown(type, OptionsTree.Join(path, key), key);
                continue;
            }

            var propertyPath = OptionsTree.Join(path, property.Name);
            if (node is null)
            {
                if (!property.IsSetNullable)
                {
                    errors.Add(new(propertyPath, "null is no value; leave the key out to have its default.", origins.Of(propertyPath)));
                }

                continue;
            }

            if (Node(OptionsTree.TypeOf(property.PropertyType), node, propertyPath, property) is { } value)
            {
                result[property.Name] = value;
            }
        }

        return result;
    }

    private JsonArray List(JsonTypeInfo type, JsonArray list, string path, JsonPropertyInfo? property)
    {
        var result = new JsonArray();
        for (var i = 0; i < list.Count; i++)
        {
            var itemPath = $"{path}:{i}";
            if (list[i] is not { } item)
            {
                errors.Add(new(itemPath, "null is no value of a list.", origins.Of(itemPath)));
            }
            else if (Node(OptionsTree.TypeOf(type.ElementType!), item, itemPath, property) is { } value)
            {
                result.Add(value);
            }
        }

        return result;
    }

    private JsonObject Map(JsonTypeInfo type, JsonObject map, string path, JsonPropertyInfo? property)
    {
        var result = new JsonObject();
        foreach (var (key, node) in map)
        {
            var itemPath = OptionsTree.Join(path, key);
            if (node is null)
            {
                errors.Add(new(itemPath, "null is no value; leave the key out.", origins.Of(itemPath)));
            }
            else if (Node(OptionsTree.TypeOf(type.ElementType!), node, itemPath, property) is { } value)
            {
                result[key] = value;
            }
        }

        return result;
    }

    private JsonNode? Value(JsonTypeInfo type, JsonNode node, string path, JsonPropertyInfo? property)
    {
        var candidate = ValueKinds.Coerce(type.Type, node);
        object? value;
        try
        {
            value = candidate is JsonValue ? candidate.Deserialize(type) : null;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or NotSupportedException)
        {
            value = null;
        }

        if (value is null)
        {
            return Wrong(path, node, ValueKinds.Expected(type.Type));
        }

        if (property is not null && ValueRules.Broken(property, value) is { } expected)
        {
            return Wrong(path, node, expected);
        }

        return candidate!.DeepClone();
    }

    private JsonNode? Wrong(string path, JsonNode node, string expected)
    {
        errors.Add(new(path, $"{SecretMask.Show(path, node)} should be {expected}.", origins.Of(path)));
        return null;
    }

    private void Unknown(JsonTypeInfo type, string path, string key)
    {
        var known = type.Properties.Select(property => property.Name).ToArray();
        var hint = Nearest.To(key, known) is { } meant
            ? $"Did you mean {meant}?"
            : known.Length == 0 ? "This section has no keys." : $"Known here: {string.Join(", ", known)}.";
        errors.Add(new(path, $"unknown key. {hint}", origins.Of(path)));
    }
}
