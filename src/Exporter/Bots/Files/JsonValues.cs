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
            case JsonTokenType.String when !json.IsTooLong:
                return ParseNumber(Encoding.UTF8.GetBytes(json.Text()));
            default:
                json.Skip();
                return null;
        }
    }

    public static string? Word(this ref JsonStream json)
    {
        json.ToValue();
        if (json.Token == JsonTokenType.String && !json.IsTooLong)
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
            case JsonTokenType.String when !json.IsTooLong:
                return bool.TryParse(json.Text(), out var flag) ? flag : null;
            default:
                json.Skip();
                return null;
        }
    }

    /// <summary>A point in time as <see cref="Timestamps"/> reads it, naive ones in the stream's zone.</summary>
    public static DateTimeOffset? Time(this ref JsonStream json) => json.Time(out _);

    /// <param name="wrong">What stands there and is no time, for people; null where a time stands, or null.</param>
    public static DateTimeOffset? Time(this ref JsonStream json, out string? wrong)
    {
        json.ToValue();
        wrong = null;
        DateTimeOffset? time = null;
        switch (json.Token)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.Number:
                time = Timestamps.ParseNumber(json.Bytes);
                break;
            case JsonTokenType.String when !json.IsTooLong:
                time = json.HasEscapes ? Timestamps.Parse(json.Text(), json.Zone) : Timestamps.Parse(json.Bytes, json.Zone);
                break;
            default:
                break;
        }

        wrong = time is null ? json.Shown() : null;
        json.Skip();
        return time;
    }

    /// <summary>
    /// A time that the bot writes together with the file, such as a heartbeat's: one without a zone tells which zone the bot writes.
    /// </summary>
    public static DateTimeOffset? Stamp(this ref JsonStream json, out string? wrong)
    {
        json.ToValue();
        var naive = json is { Token: JsonTokenType.String, IsTooLong: false, HasEscapes: false } && Timestamps.Parse(json.Bytes) is null;
        var time = json.Time(out wrong);
        if (naive && time > (json.NaiveStamp ?? DateTimeOffset.MinValue))
        {
            json.NaiveStamp = time;
        }

        return time;
    }

    /// <summary>Python's truth of the value: null, false, 0, an empty text, list or object are not true, everything else is.</summary>
    public static bool Truth(this ref JsonStream json)
    {
        json.ToValue();
        switch (json.Token)
        {
            case JsonTokenType.Null or JsonTokenType.False:
                return false;
            case JsonTokenType.String:
                return json.IsTooLong || json.Text().Length > 0;
            case JsonTokenType.Number:
                // NaN and Infinity are true; they are no numbers here.
                return !json.TryNumber(out var number) || number != 0;
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                json.Next();
                var holds = json.Token is not (JsonTokenType.EndObject or JsonTokenType.EndArray);
                while (json.Token is not (JsonTokenType.EndObject or JsonTokenType.EndArray))
                {
                    json.Skip();
                    json.Next();
                }

                return holds;
            default:
                return true;
        }
    }

    /// <summary>What stands there, short enough for a sentence.</summary>
    private static string Shown(this ref JsonStream json)
    {
        const int longest = 40;
        return json.Token switch
        {
            JsonTokenType.StartObject => "an object",
            JsonTokenType.StartArray => "a list",
            _ when json.IsTooLong => "a very long value",
            JsonTokenType.String => $"\"{Cut(json.Text())}\"",
            JsonTokenType.Number => Cut(Encoding.UTF8.GetString(json.Bytes)),
            var other => other.ToString().ToLowerInvariant(),
        };

        static string Cut(string text) => text.Length <= longest ? text : text[..longest] + "…";
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
