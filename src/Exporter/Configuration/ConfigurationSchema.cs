using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Exporter.Configuration;

/// <summary>The JSON schema (2020-12) of a configuration file, for editors.</summary>
internal static class ConfigurationSchema
{
    private const string DurationPattern = @"^([0-9.]+(w|d|h|m|s|ms))+$|^0$|^[0-9.]*:[0-9:.]+$";

    public static JsonObject Create()
    {
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "Configuration of tradingbot_exporter",
        };
        foreach (var (key, value) in OfType(OptionsTree.Root))
        {
            schema[key] = value?.DeepClone();
        }

        schema["properties"]!.AsObject().Insert(0, "$schema", new JsonObject { ["type"] = "string" });
        return schema;
    }

    private static JsonObject OfType(JsonTypeInfo type)
    {
        if (OptionsTree.IsPassedOn(type))
        {
            return new JsonObject { ["type"] = "object" };
        }

        return type.Kind switch
        {
            JsonTypeInfoKind.Object => OfSection(type),
            JsonTypeInfoKind.Enumerable => new JsonObject { ["type"] = "array", ["items"] = OfType(OptionsTree.TypeOf(type.ElementType!)) },
            JsonTypeInfoKind.Dictionary => new JsonObject { ["type"] = "object", ["additionalProperties"] = OfType(OptionsTree.TypeOf(type.ElementType!)) },
            _ => OfValue(Nullable.GetUnderlyingType(type.Type) ?? type.Type),
        };
    }

    private static JsonObject OfSection(JsonTypeInfo type)
    {
        var properties = new JsonObject();
        var defaults = type.CreateObject?.Invoke();
        foreach (var property in type.Properties)
        {
            var propertyType = OptionsTree.TypeOf(property.PropertyType);
            var schema = OfType(propertyType);
            if (OptionsTree.TryGetAttribute<DescriptionAttribute>(property, out var description))
            {
                schema["description"] = description.Description;
            }

            Rules(property, propertyType.Kind == JsonTypeInfoKind.Enumerable ? schema["items"]!.AsObject() : schema);
            if (propertyType.Kind == JsonTypeInfoKind.None && defaults is not null && property.Get!(defaults) is { } value)
            {
                schema["default"] = JsonSerializer.SerializeToNode(value, propertyType);
            }

            properties[property.Name] = schema;
        }

        return new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
    }

    private static JsonObject OfValue(Type type) =>
        type == typeof(bool) ? new JsonObject { ["type"] = "boolean" }
        : ValueKinds.IsInteger(type) ? new JsonObject { ["type"] = "integer" }
        : ValueKinds.IsNumber(type) ? new JsonObject { ["type"] = "number" }
        : type == typeof(TimeSpan) ? new JsonObject { ["type"] = "string", ["pattern"] = DurationPattern }
        : type == typeof(Bots.ConfigValue) ? new JsonObject { ["type"] = new JsonArray("string", "number", "boolean", "null") }
        : type == typeof(Uri) ? new JsonObject { ["type"] = "string", ["format"] = "uri" }
        : type == typeof(DateTimeOffset) ? new JsonObject { ["type"] = "string", ["format"] = "date-time" }
        : type.IsEnum ? new JsonObject { ["enum"] = new JsonArray([.. Enum.GetNames(type).Select(name => (JsonNode)ValueKinds.EnumText(name))]) }
        : new JsonObject { ["type"] = "string" };

    private static void Rules(JsonPropertyInfo property, JsonObject schema)
    {
        if (OptionsTree.TryGetAttribute<RangeAttribute>(property, out var range) && range.OperandType != typeof(TimeSpan))
        {
            schema[range.MinimumIsExclusive ? "exclusiveMinimum" : "minimum"] = Bound(range.Minimum);
            schema[range.MaximumIsExclusive ? "exclusiveMaximum" : "maximum"] = Bound(range.Maximum);
        }

        if (OptionsTree.TryGetAttribute<RegularExpressionAttribute>(property, out var expression))
        {
            schema["pattern"] = expression.Pattern;
        }

        if (OptionsTree.TryGetAttribute<AllowedValuesAttribute>(property, out var allowed))
        {
            schema["enum"] = new JsonArray([.. allowed.Values.Select(value => JsonValue.Create(value?.ToString()))]);
        }
    }

    private static JsonValue Bound(object bound) => bound is int whole ? JsonValue.Create(whole) : JsonValue.Create((double)bound);
}
