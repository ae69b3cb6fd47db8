using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Exporter.Words;

namespace Exporter.Bots.Files;

/// <summary>
/// Single values as bots write them. Each method stands at a name or an array's element, passes over its value and returns it, or
/// null when it is not there in an unmistakable form: a field that is missing is unknown, never a default.
/// </summary>
internal static class JsonValues
{
    /// <summary>A finite number, also in quotes (invariant culture).</summary>
    public static double? Number(this ref JsonStream json)
    {
        json.ToValue();
        switch (json.Token)
        {
            case JsonTokenType.Number:
                return json.TryNumber(out var number) ? number : null;
            case JsonTokenType.String:
                return ParseNumber(Encoding.UTF8.GetBytes(json.Text()));
            default:
                json.Skip();
                return null;
        }
    }

    public static string? Word(this ref JsonStream json)
    {
        json.ToValue();
        if (json.Token == JsonTokenType.String)
        {
            return json.Text();
        }

        json.Skip();
        return null;
    }

    /// <summary>True or false, also in quotes or as 1 and 0.</summary>
    public static bool? Flag(this ref JsonStream json)
    {
        json.ToValue();
        switch (json.Token)
        {
            case JsonTokenType.True:
                return true;
            case JsonTokenType.False:
                return false;
            case JsonTokenType.Number when json.TryNumber(out var number):
                return number switch { 1 => true, 0 => false, _ => null };
            case JsonTokenType.String:
                return bool.TryParse(json.Text(), out var flag) ? flag : null;
            default:
                json.Skip();
                return null;
        }
    }

    /// <summary>A point in time: ISO 8601, or Unix seconds. See <see cref="Timestamps"/>.</summary>
    public static DateTimeOffset? Time(this ref JsonStream json)
    {
        json.ToValue();
        switch (json.Token)
        {
            case JsonTokenType.Number:
                return Timestamps.ParseNumber(json.Bytes);
            case JsonTokenType.String:
                return json.HasEscapes ? Timestamps.Parse(json.Text(), TimeZoneInfo.Utc) : Timestamps.Parse(json.Bytes, TimeZoneInfo.Utc);
            default:
                json.Skip();
                return null;
        }
    }

    /// <summary>What stands at the root instead of an object, to complete the sentence "FILE …"; null when it is an object.</summary>
    public static string? EnterRootObject(this ref JsonStream json)
    {
        json.Next();
        if (json.Token == JsonTokenType.StartObject)
        {
            return null;
        }

        var lack = json.Token == JsonTokenType.StartArray
            ? "holds a list where an object is expected"
            : "holds a single value where an object is expected";
        json.Skip();
        return lack;
    }

    public static double? ParseNumber(ReadOnlySpan<byte> text)
    {
        text = text.Trim((byte)' ');
        return Utf8Parser.TryParse(text, out double number, out var used) && used == text.Length && double.IsFinite(number) ? number : null;
    }

    public static void ToValue(this ref JsonStream json)
    {
        if (json.Token == JsonTokenType.PropertyName)
        {
            json.Next();
        }
    }
}
