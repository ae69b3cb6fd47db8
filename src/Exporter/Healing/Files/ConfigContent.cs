using System.Collections.Immutable;
using System.Text.Json;

namespace Exporter.Healing.Files;

/// <summary>What a configuration's bytes are worth to healing: keys and kind of error only, never a value.</summary>
internal abstract record ConfigContent
{
    private static readonly JsonReaderOptions _strict = new() { MaxDepth = 64 };
    private static ReadOnlySpan<byte> Utf8Mark => [0xEF, 0xBB, 0xBF];

    private ConfigContent()
    {
    }

    /// <summary>True when a live key says <c>live</c>, as far as the content could be read.</summary>
    public bool IsLive { get; private init; }

    public sealed record Valid : ConfigContent;

    /// <summary>JSON, but not what the bot needs: somebody's work, which nothing overwrites.</summary>
    public sealed record Incomplete(string What) : ConfigContent;

    /// <summary>Empty or no JSON.</summary>
    public sealed record Broken(string What) : ConfigContent;

    public static ConfigContent Judge(ReadOnlySpan<byte> content, ImmutableArray<string> requiredKeys, ImmutableArray<string> liveKeys)
    {
        if (content.StartsWith(Utf8Mark))
            content = content[Utf8Mark.Length..];
        var missing = requiredKeys.ToHashSet(StringComparer.Ordinal);
        var live = false;
        var isObject = false;
        var isEmpty = true;
        var reader = new Utf8JsonReader(content, _strict);
        try
        {
            while (reader.Read())
            {
                isObject |= reader is { TokenType: JsonTokenType.StartObject, CurrentDepth: 0 };
                if (!isObject || reader is not { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 })
                    continue;
                isEmpty = false;
                var key = reader.GetString()!;
                reader.Read();
                if (reader.TokenType != JsonTokenType.Null)
                    missing.Remove(key);
                live |= liveKeys.Contains(key) && reader.TokenType == JsonTokenType.String &&
                    reader.GetString()!.Trim().Equals("live", StringComparison.OrdinalIgnoreCase);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            var where = e is JsonException { LineNumber: { } line, BytePositionInLine: { } position }
                ? $"no JSON (line {line + 1}, byte {position + 1})"
                : "no JSON";
            return new Broken(content.IsEmpty ? "empty" : where) { IsLive = live };
        }

        if (!isObject || isEmpty)
            return new Incomplete(isObject ? "an empty JSON object" : "JSON, but no object");
        return missing.Count == 0
            ? new Valid { IsLive = live }
            : new Incomplete($"a JSON object without the key {string.Join(", ", missing.Order(StringComparer.Ordinal).Select(key => $"'{key}'"))}") { IsLive = live };
    }
}
