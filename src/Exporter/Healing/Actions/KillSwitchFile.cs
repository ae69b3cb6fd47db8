using System.Globalization;
using System.Text;
using System.Text.Json;
using Exporter.Bots.Files;
using Exporter.Words;

namespace Exporter.Healing.Actions;

/// <summary>
/// The state of a timed block as bytes: where its two values stand, so that clearing it changes these and not one byte else.
/// </summary>
/// <param name="BlockedUntil">Null when the bot wrote null: no block.</param>
/// <param name="BlockedUntilText">As it is written, to notice any change.</param>
/// <param name="LastTriggeredText">As it is written, to notice a new trigger with the same end; null when missing.</param>
internal sealed record KillSwitchFile(DateTimeOffset? BlockedUntil, string BlockedUntilText, string? LastTriggeredText)
{
    private const string BlockedUntilKey = "blocked_until";
    private const string LastTriggeredKey = "last_triggered";
    private const string ClearedAtKey = "block_cleared_at";

    private Range BlockedUntilName { get; init; }

    private Range BlockedUntilValue { get; init; }

    private Range? ClearedAtValue { get; init; }

    /// <summary>
    /// Null when the content is not certainly a block's state, as the check reads it: no JSON object of the bot's, a key twice, a value that
    /// is no time.
    /// </summary>
    public static KillSwitchFile? Parse(ReadOnlySpan<byte> content)
    {
        try
        {
            var json = new JsonStream(content);
            try
            {
                return Parse(ref json, content);
            }
            finally
            {
                json.Dispose();
            }
        }
        catch (Exception e) when (e is MalformedJsonException or OversizeException)
        {
            return null;
        }
    }

    private static KillSwitchFile? Parse(ref JsonStream json, ReadOnlySpan<byte> content)
    {
        if (json.EnterRootObject() is not null)
            return null;
        var found = new Dictionary<string, (Range Name, Range Value)>(StringComparer.Ordinal);
        DateTimeOffset? until = null;
        string? wrong = null;
        while (json.NextName())
        {
            if (KeyAt(ref json) is not { } key)
            {
                json.Skip();
                continue;
            }

            var nameEnd = json.Consumed;
            var name = (nameEnd - key.Length - 2)..nameEnd;
            json.ToValue();
            if (RangeOf(ref json, content) is not { } value || !found.TryAdd(key, (name, value)))
                return null;
            if (key == BlockedUntilKey) until = json.Time(out wrong);
            else json.Skip();
        }

        json.End();
        if (wrong is not null || !found.TryGetValue(BlockedUntilKey, out var blocked))
            return null;
        return new KillSwitchFile(until, Encoding.UTF8.GetString(content[blocked.Value]), found.TryGetValue(LastTriggeredKey, out var last) ? Encoding.UTF8.GetString(content[last.Value]) : null)
        {
            BlockedUntilName = blocked.Name,
            BlockedUntilValue = blocked.Value,
            ClearedAtValue = found.TryGetValue(ClearedAtKey, out var cleared) ? cleared.Value : null,
        };
    }

    private static string? KeyAt(ref JsonStream json) =>
        json.Is("blocked_until"u8) ? BlockedUntilKey : json.Is("last_triggered"u8) ? LastTriggeredKey : json.Is("block_cleared_at"u8) ? ClearedAtKey : null;

    /// <summary>Where a single value stands; null for anything else, and for one that is written with escapes.</summary>
    private static Range? RangeOf(ref JsonStream json, ReadOnlySpan<byte> content)
    {
        var length = json.Token switch
        {
            JsonTokenType.String when !json.IsTooLong && !json.HasEscapes => json.Bytes.Length + 2,
            JsonTokenType.Number => json.Bytes.Length,
            JsonTokenType.Null or JsonTokenType.True => 4,
            JsonTokenType.False => 5,
            _ => 0,
        };
        var range = (json.Consumed - length)..json.Consumed;
        var isThere = length > 0 && json.Token switch
        {
            JsonTokenType.String => content[range][0] == '"' && content[range][1..^1].SequenceEqual(json.Bytes),
            JsonTokenType.Number => content[range].SequenceEqual(json.Bytes),
            _ => true,
        };
        return isThere ? range : null;
    }

    /// <summary>
    /// The content as the bot itself clears it: <c>blocked_until</c> null, <c>block_cleared_at</c> the time, in the bot's own way of
    /// writing times; every other byte as it was.
    /// </summary>
    public byte[] Cleared(ReadOnlySpan<byte> content, DateTimeOffset at)
    {
        var time = Encoding.UTF8.GetBytes($"\"{at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", CultureInfo.InvariantCulture)}{Zone()}\"");
        byte[] none = [.. "null"u8];
        var blockedFirst = ClearedAtValue is not { } cleared || BlockedUntilValue.Start.Value < cleared.Start.Value;
        if (ClearedAtValue is { } value)
        {
            // From the back, so that the places before stay where they are.
            return blockedFirst
                ? Put(Put(content, value, time), BlockedUntilValue, none)
                : Put(Put(content, BlockedUntilValue, none), value, time);
        }

        return Put(content, BlockedUntilValue, [.. none, .. ","u8, .. Indentation(content), .. "\"block_cleared_at\": "u8, .. time]);
    }

    private static byte[] Put(ReadOnlySpan<byte> content, Range place, ReadOnlySpan<byte> value) =>
        [.. content[..place.Start], .. value, .. content[place.End..]];

    /// <summary>What stands before the name <c>blocked_until</c>: the line end and the spaces that the bot indents with.</summary>
    private ReadOnlySpan<byte> Indentation(ReadOnlySpan<byte> content)
    {
        var before = content[..BlockedUntilName.Start];
        return before[(before.LastIndexOfAnyExcept(" \t\r\n"u8) + 1)..];
    }

    private string Zone()
    {
        var text = BlockedUntilText.Trim('"');
        if (text.EndsWith('Z') || Timestamps.ParseNumber(Encoding.UTF8.GetBytes(text)) is not null)
            return "Z";
        // An offset stands after the time: never at the places of the date's own dashes.
        var timeAt = text.IndexOfAny(['T', ' ']);
        return timeAt > 0 && text.AsSpan(timeAt).IndexOfAny('+', '-') >= 0 ? "+00:00" : "";
    }
}
