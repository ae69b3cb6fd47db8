using System.Text.Json;
using System.Text.Json.Nodes;

namespace Exporter.Configuration;

/// <summary>The kinds of value that an option can have, in a person's words.</summary>
internal static class ValueKinds
{
    /// <summary>The environment knows only text: "10" is a number and "true" a truth value where one is expected.</summary>
    public static JsonNode Coerce(Type type, JsonNode node)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (node is not JsonValue value || value.GetValueKind() != JsonValueKind.String)
        {
            return node;
        }

        var text = value.GetValue<string>().Trim();
        if (type == typeof(bool) && bool.TryParse(text, out var flag))
        {
            return JsonValue.Create(flag);
        }

        if (IsNumber(type) && decimal.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number))
        {
            return JsonValue.Create(number);
        }

        return node;
    }

    public static string Expected(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(bool) ? "true or false"
            : type == typeof(TimeSpan) ? "a duration such as \"30s\", \"5m\" or \"1h30m\""
            : type == typeof(Uri) ? "a URL such as \"https://example.org/\""
            : type == typeof(DateTimeOffset) ? "a time such as \"2026-01-31T12:00:00Z\""
            : type == typeof(string) ? "text in quotes"
            : type == typeof(Bots.ConfigValue) ? "text, number, true or false"
            : IsInteger(type) ? "a whole number"
            : IsNumber(type) ? "a number"
            : type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type).Select(EnumText))}"
            : "a value of another kind";
    }

    /// <summary>Enumerations are written in lower case, and read without regard to case.</summary>
    public static string EnumText(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    public static bool IsInteger(Type type) => type == typeof(int) || type == typeof(long) || type == typeof(uint) || type == typeof(ulong);

    public static bool IsNumber(Type type) => IsInteger(type) || type == typeof(double) || type == typeof(float) || type == typeof(decimal);
}
