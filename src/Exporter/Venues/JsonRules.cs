using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Exporter.Venues;

/// <summary>What a preset demands of a body. A number is no text: bybit says the number 0, okx the text "0".</summary>
internal static class JsonRules
{
    public static bool Holds(JsonElement root, BodyRule rule)
    {
        var there = JsonPointer.Locate(root, rule.At);
        return rule.Op switch
        {
            "equals" => there is { } found && rule.Value is { } wanted && AreSame(found, wanted),
            "text" => JsonPointer.Text(root, rule.At) is { } text && text == (rule.Value is { } value ? TextOf(value) : null),
            "integer" => there is { } found && IsInteger(found),
            "number" => there is { ValueKind: JsonValueKind.Number },
            "exists" => there is { ValueKind: not JsonValueKind.Null },
            "absent" => there is null,
            "nullOrAbsent" => there is null or { ValueKind: JsonValueKind.Null },
            "emptyArray" => there is { ValueKind: JsonValueKind.Array } array && array.GetArrayLength() == 0,
            _ => throw new ArgumentOutOfRangeException(nameof(rule), rule.Op, "no such rule"),
        };
    }

    public static bool IsOneOf(JsonElement root, string pointer, ImmutableArray<JsonElement> values) =>
        JsonPointer.Locate(root, pointer) is { } found && values.Any(value => AreSame(found, value));

    private static bool AreSame(JsonElement found, JsonElement wanted) => found.ValueKind == wanted.ValueKind && found.ValueKind switch
    {
        JsonValueKind.String => TextOf(found) is { } text && text == wanted.GetString(),
        JsonValueKind.Number => found.GetRawText() == wanted.GetRawText()
            || (found.TryGetDecimal(out var left) && wanted.TryGetDecimal(out var right) && left == right),
        JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null => true,
        _ => false,
    };

    private static bool IsInteger(JsonElement found) => found.ValueKind switch
    {
        JsonValueKind.Number => long.TryParse(found.GetRawText(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
        JsonValueKind.String => TextOf(found) is { Length: > 0 } digits && digits.All(char.IsAsciiDigit),
        _ => false,
    };

    private static string? TextOf(JsonElement value)
    {
        try
        {
            return value.ValueKind is JsonValueKind.String ? value.GetString() : value.GetRawText();
        }
        catch (InvalidOperationException)
        {
            // An escaped half of a surrogate pair is JSON, but no text.
            return null;
        }
    }
}
