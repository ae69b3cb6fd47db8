using System.Text.Json;
using Exporter.Bots.Files;
using Exporter.Words;

namespace Exporter.Bots.Kinds.FeatureStore;

/// <summary>Turns a value of a switch's file into whether it says blocked. Stands at the value's name and passes over the value.</summary>
internal delegate bool SaysBlocked(ref JsonStream json);

/// <summary>
/// The files behind the switches, read as the bot's own code reads them: what is false to Python is not active, and what is not there
/// is what the bot takes for it.
/// </summary>
internal static class SwitchFiles
{
    /// <summary>The timed switch. A <c>blocked_until</c> that is false to the bot, or not there, blocks nothing.</summary>
    public static Parsed<KillSwitch> ParseMaxDrawdown(ref JsonStream json)
    {
        if (json.EnterRootObject() is { } noObject)
        {
            return Parsed<KillSwitch>.Lacks(noObject);
        }

        string? lack = null;
        var state = KillSwitch.Of(false) with { IsNeverCleared = true };
        while (json.NextName())
        {
            if (json.Is("blocked_until"u8))
            {
                state = state with { BlockedUntil = End(ref json, out lack) };
            }
            else if (json.Is("last_triggered"u8))
            {
                state = state with { TriggeredAt = json.Stamp(out _) };
            }
            else if (json.Is("block_cleared_at"u8))
            {
                state = state with { ClearedAt = json.Stamp(out _) };
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

    /// <summary>A switch that is a key of the root object.</summary>
    /// <param name="unsaid">What a file without the key means to the bot.</param>
    /// <param name="since">The key of the time at which it tripped; below another one when it holds a slash.</param>
    public static JsonParser<KillSwitch> Key(string key, SaysBlocked says, bool unsaid = false, string? since = null) => (ref JsonStream json) =>
    {
        if (json.EnterRootObject() is { } noObject)
        {
            return Parsed<KillSwitch>.Lacks(noObject);
        }

        var state = KillSwitch.Of(unsaid);
        var (outer, inner) = since?.Split('/') is [var first, var second] ? (first, second) : (since ?? "", null);
        while (json.NextName())
        {
            if (json.Is(System.Text.Encoding.UTF8.GetBytes(key)))
            {
                state = state with { Active = says(ref json) };
            }
            else if (outer.Length > 0 && json.Is(System.Text.Encoding.UTF8.GetBytes(outer)))
            {
                state = state with { TriggeredAt = inner is null ? Since(ref json) : SinceBelow(ref json, inner) };
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

        return Parsed<KillSwitch>.Of(state);
    };

    /// <summary>The protective mode: what the bot last wrote, which is nothing of now once it is two of its cycles old.</summary>
    public static Parsed<KillSwitch> ParseProtectiveMode(ref JsonStream json)
    {
        if (json.EnterRootObject() is { } noObject)
        {
            return Parsed<KillSwitch>.Lacks(noObject);
        }

        var state = KillSwitch.Of(false) with { GoodFor = TwoCycles };
        while (json.NextName())
        {
            if (json.Is("mode"u8))
            {
                var mode = json.Word();
                state = state with
                {
                    Active = mode is "BLOCK" or "REDUCE",
                    Why = mode is "BLOCK" or "REDUCE" ? $"mode {mode}" : null,
                    Note = mode is null or "OFF" ? null : $"protective mode {mode}",
                };
            }
            else if (json.Is("timestamp"u8))
            {
                json.Stamp(out _);
            }
            else
            {
                json.Skip();
            }
        }

        return Parsed<KillSwitch>.Of(state);
    }

    /// <summary>Active while a key of the file has a value; a word is compared without regard to case.</summary>
    public static JsonParser<KillSwitch> KeyEquals(string key, string value) => (ref JsonStream json) =>
        ReadKey(ref json, key, (ref JsonStream at) => ValueEquals(ref at, value));

    public static bool IsTrue(ref JsonStream json) => json.Truth();

    public static bool IsFalse(ref JsonStream json) => !json.Truth();

    /// <summary>Anything but the word, whatever its type.</summary>
    public static SaysBlocked Not(string word) => (ref JsonStream json) => json.Word() != word;

    /// <summary>A moment of the past; 0 means never.</summary>
    public static DateTimeOffset? Since(ref JsonStream json) => json.Stamp(out _) is { } time && time > DateTimeOffset.UnixEpoch ? time : null;

    /// <summary>A cycle of the reference bot takes at most two and a half minutes.</summary>
    private static TimeSpan TwoCycles { get; } = TimeSpan.FromMinutes(5);

    private static DateTimeOffset? SinceBelow(ref JsonStream json, string key)
    {
        json.ToValue();
        if (json.Token != JsonTokenType.StartObject)
        {
            json.Skip();
            return null;
        }

        DateTimeOffset? since = null;
        while (json.NextName())
        {
            if (json.Is(System.Text.Encoding.UTF8.GetBytes(key)))
            {
                since = Since(ref json);
            }
            else
            {
                json.Skip();
            }
        }

        return since;
    }

    private static DateTimeOffset? End(ref JsonStream json, out string? lack)
    {
        json.ToValue();
        lack = null;
        var isFalse = json.Token switch
        {
            JsonTokenType.False => true,
            JsonTokenType.String => !json.IsTooLong && json.Text().Length == 0,
            JsonTokenType.Number => json.TryNumber(out var number) && number == 0,
            _ => false,
        };
        if (isFalse)
        {
            return null;
        }

        var until = json.Time(out var wrong);
        lack = wrong is null ? null : $"has the blocked_until {wrong}, which is no time; {Timestamps.Right}";
        return until;
    }

    private static Parsed<KillSwitch> ValueEquals(ref JsonStream json, string value)
    {
        json.ToValue();
        switch (json.Token)
        {
            case JsonTokenType.String:
                return Parsed<KillSwitch>.Of(KillSwitch.Of(json.Text().Equals(value, StringComparison.OrdinalIgnoreCase)));
            case JsonTokenType.True:
            case JsonTokenType.False:
                return Parsed<KillSwitch>.Of(KillSwitch.Of((json.Token == JsonTokenType.True ? "true" : "false").Equals(value, StringComparison.OrdinalIgnoreCase)));
            case JsonTokenType.Number when json.TryNumber(out var number):
                return Parsed<KillSwitch>.Of(KillSwitch.Of(JsonValues.ParseNumber(System.Text.Encoding.UTF8.GetBytes(value)) == number));
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
}
