using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Exporter.Bots.Files;

namespace Exporter.Bots;

/// <summary>One pass over a configuration's bytes: which of the rule's fields are there, and how far the bot's own loader comes.</summary>
internal sealed class ConfigScan(ConfigRule rule)
{
    /// <summary>Python's json gives up at its recursion limit, a little before 1,000.</summary>
    private const int MaxDepth = 990;

    private readonly ImmutableDictionary<string, ConfigValue>.Builder _values = ImmutableDictionary.CreateBuilder<string, ConfigValue>();
    private readonly HashSet<string> _everLive = [];
    private readonly List<string> _path = [];
    private readonly Stack<int> _indices = new();
    private byte[] _unread = [];

    public ImmutableDictionary<string, ConfigValue> Values => _values.ToImmutable();

    /// <summary>What stands at the root instead of an object.</summary>
    public string? NoObject { get; private set; }

    public bool IsEmptyObject { get; private set; } = true;

    private static ReadOnlySpan<byte> Utf8Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>Completes "FILE …" when the loader cannot read it; null when it can.</summary>
    public string? Read(ReadOnlySpan<byte> content)
    {
        if (content.StartsWith(Utf8Mark))
        {
            _unread = [.. content];
            return "begins with a byte-order mark, which the bot's reader does not take; save it as UTF-8 without one";
        }

        if (content.Trim(" \t\r\n"u8).IsEmpty)
        {
            return "is empty";
        }

        var readable = Utf8.IsValid(content) ? content.Length : ValidLength(content);
        var fault = Walk(content[..readable]);
        if (readable == content.Length)
        {
            return fault;
        }

        _unread = [.. _unread, .. content[readable..]];
        return $"holds a byte that is no UTF-8 (byte {readable + 1})";
    }

    /// <summary>What a broken file says of real money, as far as it can be read.</summary>
    public LiveMoney LiveBeforeTheTear(ConfigField field)
    {
        if (_everLive.Contains(field.At))
        {
            return LiveMoney.Yes;
        }

        // Of a key that comes twice the last counts: what is behind the tear may name it again, also in escapes.
        var mayComeAgain = _unread.AsSpan().IndexOf(Encoding.UTF8.GetBytes(field.Path[^1])) >= 0 || _unread.AsSpan().IndexOf("\\u"u8) >= 0;
        return mayComeAgain || _values.GetValueOrDefault(field.At) is not { } value
            ? LiveMoney.Unknown
            : field.Means!(value).Live ?? LiveMoney.No;
    }

    private string? Walk(ReadOnlySpan<byte> content)
    {
        byte[] masked = [.. content];
        var comments = rule.Syntax is ConfigSyntax.Any or ConfigSyntax.JsonWithComments;
        if (rule.Syntax is ConfigSyntax.Any or ConfigSyntax.PythonJson)
        {
            PythonLiterals.Mask(masked, comments);
        }

        var reader = new Utf8JsonReader(masked, new JsonReaderOptions
        {
            MaxDepth = MaxDepth,
            AllowTrailingCommas = comments,
            CommentHandling = comments ? JsonCommentHandling.Skip : JsonCommentHandling.Disallow,
        });
        try
        {
            while (reader.Read())
            {
                // A number has no end of its own: one that the tear ends may be a part.
                if (reader.TokenType == JsonTokenType.Number && reader.BytesConsumed == content.Length && reader.CurrentDepth > 0)
                {
                    continue;
                }

                Take(ref reader, content);
            }

            return null;
        }
        catch (JsonException e)
        {
            _unread = [.. content[(int)reader.BytesConsumed..]];
            // The reader's own message may quote the content, which may be a secret: say only where.
            return $"is not valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})";
        }
    }

    private void Take(ref Utf8JsonReader reader, ReadOnlySpan<byte> content)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                IsEmptyObject &= reader.CurrentDepth != 1;
                SetName(reader.CurrentDepth, Text(ref reader));
                // Of a key that comes twice the last counts, also when the tear takes its value.
                Forget();
                return;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                _indices.Pop();
                return;
        }

        var kind = KindOf(reader.TokenType);
        if (reader.CurrentDepth == 0)
        {
            NoObject = kind switch
            {
                JsonValueKind.Object => null,
                JsonValueKind.Array => "holds a list where an object is expected",
                _ => "holds a single value where an object is expected",
            };
        }
        else if (_indices.Peek() >= 0)
        {
            var index = _indices.Pop();
            SetName(reader.CurrentDepth, index.ToString(System.Globalization.CultureInfo.InvariantCulture));
            _indices.Push(index + 1);
            Forget();
        }

        if (reader.CurrentDepth > 0)
        {
            Set(kind switch
            {
                JsonValueKind.String => new ConfigValue(kind, Text(ref reader)),
                JsonValueKind.Object or JsonValueKind.Array => new ConfigValue(kind, ""),
                _ => new ConfigValue(kind, Encoding.UTF8.GetString(content[(int)reader.TokenStartIndex..(int)reader.BytesConsumed])),
            });
        }

        if (kind is JsonValueKind.Object or JsonValueKind.Array)
        {
            _indices.Push(kind == JsonValueKind.Array ? 0 : -1);
        }
    }

    private void SetName(int depth, string name)
    {
        _path.RemoveRange(Math.Min(depth - 1, _path.Count), Math.Max(0, _path.Count - depth + 1));
        _path.Add(name);
    }

    private void Forget()
    {
        foreach (var field in rule.Fields.Where(field => field.Path.Length >= _path.Count && field.Path.Take(_path.Count).SequenceEqual(_path)))
        {
            _values.Remove(field.At);
        }
    }

    private void Set(ConfigValue value)
    {
        foreach (var field in rule.Fields.Where(field => field.Path.Length == _path.Count && field.Path.SequenceEqual(_path)))
        {
            _values[field.At] = value;
            if (field.Means?.Invoke(value).Live == LiveMoney.Yes)
            {
                _everLive.Add(field.At);
            }
        }
    }

    private static string Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate: Python reads it, .NET has no text for it, and no field or word of ours holds one.
            return Encoding.UTF8.GetString(reader.ValueSpan);
        }
    }

    private static JsonValueKind KindOf(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => JsonValueKind.Object,
        JsonTokenType.StartArray => JsonValueKind.Array,
        JsonTokenType.String => JsonValueKind.String,
        JsonTokenType.Number => JsonValueKind.Number,
        JsonTokenType.True => JsonValueKind.True,
        JsonTokenType.False => JsonValueKind.False,
        _ => JsonValueKind.Null,
    };

    private static int ValidLength(ReadOnlySpan<byte> content)
    {
        var valid = 0;
        while (Rune.DecodeFromUtf8(content[valid..], out _, out var used) == System.Buffers.OperationStatus.Done)
        {
            valid += used;
        }

        return valid;
    }
}
