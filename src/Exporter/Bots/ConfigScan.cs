using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Exporter.Bots.Files;

namespace Exporter.Bots;

/// <summary>One pass over a configuration's bytes: which of the rule's fields are there, and how far the bot's own loader comes.</summary>
internal sealed class ConfigScan(ConfigRule rule)
{
    private readonly ImmutableDictionary<string, ConfigValue>.Builder _values = ImmutableDictionary.CreateBuilder<string, ConfigValue>();
    private readonly HashSet<string> _everLive = [];
    private readonly List<string> _path = [];
    private readonly Stack<int> _indices = new();
    private byte[] _unread = [];

    public ImmutableDictionary<string, ConfigValue> Values => _values.ToImmutable();

    /// <summary>What stands at the root instead of an object.</summary>
    public string? NoObject { get; private set; }

    public bool IsEmptyObject { get; private set; } = true;

    /// <summary>Completes "FILE …" when the loader cannot read it; null when it can.</summary>
    public string? Read(ReadOnlySpan<byte> content)
    {
        if (content.Trim(" \t\r\n"u8).IsEmpty)
        {
            return "is empty";
        }

        var json = new JsonStream(content, SyntaxOf(rule.Syntax));
        var passed = 0;
        try
        {
            while (json.Read())
            {
                passed = json.Consumed;
                // A number has no end of its own: one that the tear ends may be a part.
                if (json.Token != JsonTokenType.Number || passed < content.Length || json.Depth == 0)
                {
                    Take(ref json);
                }
            }

            return null;
        }
        catch (MalformedJsonException e)
        {
            _unread = [.. content[passed..]];
            return e.What;
        }
        finally
        {
            json.Dispose();
        }
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

    private void Take(ref JsonStream json)
    {
        switch (json.Token)
        {
            case JsonTokenType.PropertyName:
                IsEmptyObject &= json.Depth != 1;
                SetName(json.Depth, TextOf(ref json));
                // Of a key that comes twice the last counts, also when the tear takes its value.
                Forget();
                return;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                _indices.Pop();
                return;
        }

        var kind = KindOf(json.Token);
        var isContainer = kind is JsonValueKind.Object or JsonValueKind.Array;
        var depth = isContainer ? json.Depth - 1 : json.Depth;
        if (depth == 0)
        {
            NoObject = kind switch
            {
                JsonValueKind.Object => null,
                JsonValueKind.Array => "holds a list where an object is expected",
                _ => "holds a single value where an object is expected",
            };
        }
        else
        {
            if (_indices.Peek() >= 0)
            {
                var index = _indices.Pop();
                SetName(depth, index.ToString(System.Globalization.CultureInfo.InvariantCulture));
                _indices.Push(index + 1);
                Forget();
            }

            Set(new ConfigValue(kind, isContainer ? "" : kind == JsonValueKind.String ? TextOf(ref json) : Encoding.UTF8.GetString(json.Bytes)));
        }

        if (isContainer)
        {
            _indices.Push(kind == JsonValueKind.Array ? 0 : -1);
        }
    }

    /// <summary>No name and no word of a rule is longer than what the reader holds.</summary>
    private static string TextOf(ref JsonStream json) => json.IsTooLong ? "" : json.Text();

    private static JsonSyntax SyntaxOf(ConfigSyntax syntax) => syntax switch
    {
        ConfigSyntax.Json => JsonSyntax.Strict,
        ConfigSyntax.JsonWithComments => JsonSyntax.Comments,
        ConfigSyntax.PythonJson => JsonSyntax.Python,
        _ => JsonSyntax.Python | JsonSyntax.Comments,
    };

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
}
