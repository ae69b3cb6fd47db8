using System.Text.Json;
using Exporter.Bots.Files;

namespace Exporter.Bots.Kinds.FeatureStore;

/// <summary>The files behind the switches that stop every new entry.</summary>
internal static class SwitchFiles
{
    /// <summary>The timed switch: <c>blocked_until</c> must be there, a time or null (not blocked).</summary>
    public static Parsed<KillSwitch> ParseMaxDrawdown(ref JsonStream json)
    {
        if (json.EnterRootObject() is { } noObject)
        {
            return Parsed<KillSwitch>.Lacks(noObject);
        }

        var lack = "has no blocked_until";
        var state = new KillSwitch(false, null, null, null, null);
        while (json.NextName())
        {
            if (json.Is("blocked_until"u8))
            {
                json.ToValue();
                var isNull = json.Token == JsonTokenType.Null;
                state = state with { BlockedUntil = json.Time() };
                lack = isNull || state.BlockedUntil is not null ? null : "has a blocked_until that is no time";
            }
            else if (json.Is("last_triggered"u8))
            {
                state = state with { TriggeredAt = json.Time() };
            }
            else if (json.Is("block_cleared_at"u8))
            {
                state = state with { ClearedAt = json.Time() };
            }
            else if (json.Is("reason"u8))
            {
                state = state with { Why = json.Word() };
            }
            else
            {
                json.Skip();
            }
        }

        return lack is null ? Parsed<KillSwitch>.Of(state) : Parsed<KillSwitch>.Lacks(lack);
    }

    public static JsonParser<KillSwitch> Flag(string key) => (ref JsonStream json) =>
        ReadKey(ref json, key, static (ref JsonStream at) => at.Flag() is { } flag
            ? Parsed<KillSwitch>.Of(Switch(flag))
            : Parsed<KillSwitch>.Lacks("that is neither true nor false"));

    /// <summary>Active while a key of the file has a value; a word is compared without regard to case.</summary>
    public static JsonParser<KillSwitch> KeyEquals(string key, string value) => (ref JsonStream json) =>
        ReadKey(ref json, key, (ref JsonStream at) => ValueEquals(ref at, value));

    private static Parsed<KillSwitch> ValueEquals(ref JsonStream json, string value)
    {
        json.ToValue();
        switch (json.Token)
        {
            case JsonTokenType.String:
                return Parsed<KillSwitch>.Of(Switch(json.Text().Equals(value, StringComparison.OrdinalIgnoreCase)));
            case JsonTokenType.True:
            case JsonTokenType.False:
                return Parsed<KillSwitch>.Of(Switch((json.Token == JsonTokenType.True ? "true" : "false").Equals(value, StringComparison.OrdinalIgnoreCase)));
            case JsonTokenType.Number when json.TryNumber(out var number):
                return Parsed<KillSwitch>.Of(Switch(JsonValues.ParseNumber(System.Text.Encoding.UTF8.GetBytes(value)) == number));
            default:
                json.Skip();
                return Parsed<KillSwitch>.Lacks("that is no single value");
        }
    }

    /// <summary>Follows a path of keys joined by dots and reads what stands there.</summary>
    private static Parsed<KillSwitch> ReadKey(ref JsonStream json, string path, JsonParser<KillSwitch> read)
    {
        if (json.EnterRootObject() is { } noObject)
        {
            return Parsed<KillSwitch>.Lacks(noObject);
        }

        var found = ReadInObject(ref json, path.Split('.'), read);
        return found switch
        {
            null => Parsed<KillSwitch>.Lacks($"has no {path}"),
            { Lack: { } lack } => Parsed<KillSwitch>.Lacks($"has a {path} {lack}"),
            { } value => value,
        };
    }

    private static Parsed<KillSwitch>? ReadInObject(ref JsonStream json, ReadOnlySpan<string> keys, JsonParser<KillSwitch> read)
    {
        Parsed<KillSwitch>? found = null;
        while (json.NextName())
        {
            if (!json.Is(System.Text.Encoding.UTF8.GetBytes(keys[0])))
            {
                json.Skip();
                continue;
            }

            if (keys.Length == 1)
            {
                found = read(ref json);
                continue;
            }

            json.ToValue();
            if (json.Token == JsonTokenType.StartObject)
            {
                found = ReadInObject(ref json, keys[1..], read);
            }
            else
            {
                json.Skip();
                found = null;
            }
        }

        return found;
    }

    private static KillSwitch Switch(bool active) => new(active, null, null, null, null);
}
