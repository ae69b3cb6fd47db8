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

    private static ReadOnlySpan<byte> Utf8Mark => [0xEF, 0xBB, 0xBF];

    private Range BlockedUntilName { get; init; }

    private Range BlockedUntilValue { get; init; }

    private Range? ClearedAtValue { get; init; }

    /// <summary>Null when the content is not certainly a block's state: no JSON object, a key twice, a value that is no time.</summary>
    public static KillSwitchFile? Parse(ReadOnlySpan<byte> content)
    {
        var start = content.StartsWith(Utf8Mark) ? Utf8Mark.Length : 0;
        var found = new Dictionary<string, (Range Name, Range Value, JsonTokenType Type)>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(content[start..]);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return null;
            while (reader.Read())
            {
                if (reader is not { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 })
                    continue;
                var key = reader.GetString()!;
                var nameAt = start + (int)reader.TokenStartIndex;
                var nameEnd = nameAt + reader.ValueSpan.Length + 2;
                reader.Read();
                var valueAt = start + (int)reader.TokenStartIndex;
                var type = reader.TokenType;
                reader.Skip();
                if (key is BlockedUntilKey or LastTriggeredKey or ClearedAtKey &&
                    !found.TryAdd(key, (nameAt..nameEnd, valueAt..(start + (int)reader.BytesConsumed), type)))
                {
                    return null;
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }

        if (!found.TryGetValue(BlockedUntilKey, out var blocked))
            return null;
        var text = Encoding.UTF8.GetString(content[blocked.Value]);
        var until = blocked.Type == JsonTokenType.String ? Timestamps.Parse(text.Trim('"'), TimeZoneInfo.Utc) : null;
        if (until is null && blocked.Type != JsonTokenType.Null)
            return null;
        return new KillSwitchFile(until, text, TextOf(content, LastTriggeredKey))
        {
            BlockedUntilName = blocked.Name,
            BlockedUntilValue = blocked.Value,
            ClearedAtValue = found.TryGetValue(ClearedAtKey, out var cleared) ? cleared.Value : null,
        };

        string? TextOf(ReadOnlySpan<byte> bytes, string key) =>
            found.TryGetValue(key, out var value) ? Encoding.UTF8.GetString(bytes[value.Value]) : null;
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
        if (text.EndsWith('Z'))
            return "Z";
        // An offset stands after the time: never at the places of the date's own dashes.
        var timeAt = text.IndexOfAny(['T', ' ']);
        return timeAt > 0 && text.AsSpan(timeAt).IndexOfAny('+', '-') >= 0 ? "+00:00" : "";
    }
}
