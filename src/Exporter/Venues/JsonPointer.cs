using System.Globalization;
using System.Text.Json;

namespace Exporter.Venues;

/// <summary>Looks one value up in JSON by a pointer of RFC 6901.</summary>
internal static class JsonPointer
{
    public static bool IsValid(string pointer) => pointer.Length == 0 || pointer[0] == '/';

    /// <summary>Null when there is nothing, or JSON null, at that place.</summary>
    public static JsonElement? Find(JsonElement root, string pointer) =>
        Locate(root, pointer) is { ValueKind: not JsonValueKind.Null } found ? found : null;

    /// <summary>Null when there is nothing at that place; JSON null is something.</summary>
    public static JsonElement? Locate(JsonElement root, string pointer)
    {
        var current = root;
        if (pointer.Length > 0)
        {
            foreach (var part in pointer[1..].Split('/'))
            {
                var name = part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
                if (Member(current, name) is { } member)
                    current = member;
                else if (current.ValueKind is JsonValueKind.Array
                    && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                    && index < current.GetArrayLength())
                    current = current[index];
                else
                    return null;
            }
        }

        return current;
    }

    /// <summary>Null when there is none, or when a name beside it is an escaped half of a surrogate pair, on which the parser gives up.</summary>
    private static JsonElement? Member(JsonElement element, string name)
    {
        try
        {
            return element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The value as text, a string without its quotes; null when there is none, or the string is no Unicode.</summary>
    public static string? Text(JsonElement root, string pointer)
    {
        if (Find(root, pointer) is not { } value)
            return null;
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
