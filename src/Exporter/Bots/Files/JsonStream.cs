using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace Exporter.Bots.Files;

/// <summary>Which writing of JSON a bot's own reader takes. None takes a byte-order mark.</summary>
[Flags]
internal enum JsonSyntax
{
    /// <summary>RFC 8259.</summary>
    Strict = 0,

    /// <summary>Also <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c>, as Python's reader and writer do.</summary>
    Python = 1,

    /// <summary>Also <c>//</c> and <c>/* */</c>, and a comma behind the last element.</summary>
    Comments = 2,
}

/// <summary>
/// A JSON reader over a file of any size with a small pooled buffer: a positions file grows without bound and is never built in
/// memory. Reads forward only; what is passed over may be longer than anything that could be asked for.
/// </summary>
internal ref struct JsonStream : IDisposable
{
    /// <summary>As deep as Python's reader follows (measured with 3.11); of one bit each, so nobody's stack overflows.</summary>
    private const int MaxDepth = 994;

    internal const int DefaultBufferBytes = 64 * 1024;

    private static readonly SearchValues<byte> StopsInText = SearchValues.Create([.. Enumerable.Range(0, 32).Select(control => (byte)control), (byte)'"', (byte)'\\']);

    private readonly JsonSyntax _syntax;
    private JsonWindow _window;
    private Containers _isObject;
    private Expected _expected = Expected.Value;
    private bool _isKept;
    private bool _isTakenWhole;

    public JsonStream(SafeFileHandle file, long limit, int bufferBytes = DefaultBufferBytes, JsonSyntax syntax = JsonSyntax.Python)
    {
        _syntax = syntax;
        _window = new JsonWindow(file, limit, bufferBytes);
    }

    public JsonStream(ReadOnlySpan<byte> content, JsonSyntax syntax = JsonSyntax.Python)
    {
        _syntax = syntax;
        _window = new JsonWindow(content);
    }

    private enum Expected
    {
        Value,
        ValueOrEnd,
        NameOrEnd,
        Name,
        Colon,
        CommaOrEnd,
        Nothing,
    }

    /// <summary>Of times that name none; null: then they are no times.</summary>
    public TimeZoneInfo? Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>When it is read: what is stamped later is in the future.</summary>
    public DateTimeOffset Now { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>The newest time without a zone that the bot stamps when it writes, if a parser has met one.</summary>
    public DateTimeOffset? NaiveStamp { get; set; }

    public readonly bool IsEmpty => _window.IsEmpty;

    public JsonTokenType Token { get; private set; }

    /// <summary>How many objects and lists the reader is in.</summary>
    public int Depth { get; private set; }

    public bool HasEscapes { get; private set; }

    /// <summary>The number or text was longer than is ever asked for: it is there, and nobody knows what it says.</summary>
    public readonly bool IsTooLong =>
        _isKept && !_window.IsMarked && Token is (JsonTokenType.String or JsonTokenType.PropertyName or JsonTokenType.Number);

    /// <summary>The bytes of the number or text that the reader stands at; the text itself only when it has no escapes.</summary>
    public readonly ReadOnlySpan<byte> Bytes => _window.IsMarked && Token is (JsonTokenType.String or JsonTokenType.PropertyName)
        ? _window.Marked[1..^1]
        : _window.Marked;

    /// <summary>How many bytes of the document were passed.</summary>
    public readonly int Consumed => _window.Consumed;

    private readonly bool InObject => Depth > 0 && (_isObject[(Depth - 1) >> 6] & (1UL << ((Depth - 1) & 63))) != 0;

    /// <summary>The next token; false at the end of the document.</summary>
    /// <exception cref="JsonException">The content is no JSON.</exception>
    /// <exception cref="OversizeException">The file is larger than is read.</exception>
    public bool Read() => Advance(keep: true);

    /// <summary>The next token of the document; its end is an error here.</summary>
    public void Next()
    {
        if (!Advance(keep: true))
        {
            throw EndsInTheMiddle();
        }
    }

    /// <summary>Passes over the value that the reader stands at, or whose name it stands at.</summary>
    public void Skip()
    {
        if (Token == JsonTokenType.PropertyName)
        {
            Advance(keep: false);
        }

        if (Token is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            for (var outside = Depth - 1; Depth > outside;)
            {
                Advance(keep: false);
            }
        }
    }

    /// <summary>Moves to the next name in the object that the reader is in; false at its end.</summary>
    public bool NextName()
    {
        Next();
        return Token == JsonTokenType.PropertyName;
    }

    public readonly bool Is(ReadOnlySpan<byte> text) =>
        !IsTooLong && (HasEscapes ? Text() == Encoding.UTF8.GetString(text) : Bytes.SequenceEqual(text));

    /// <summary>The name or text that the reader stands at.</summary>
    public readonly string Text() => IsTooLong
        ? throw new OversizeException("holds a name or text that is longer than 1 MiB")
        : HasEscapes ? JsonEscapes.Resolve(Bytes) : Encoding.UTF8.GetString(Bytes);

    public readonly bool TryNumber(out double number) =>
        Utf8Parser.TryParse(Bytes, out number, out var used) && used == Bytes.Length && double.IsFinite(number);

    /// <summary>The whole document, for who judges bytes; nothing is left to read then.</summary>
    /// <exception cref="OversizeException">The file is larger than is read.</exception>
    public byte[] Whole()
    {
        _isTakenWhole = true;
        return _window.Whole();
    }

    /// <summary>Reads to the end: after the document only white space may follow.</summary>
    public void End()
    {
        while (!_isTakenWhole && Advance(keep: false))
        {
        }
    }

    public void Dispose() => _window.Dispose();

    private static MalformedJsonException EndsInTheMiddle() => new("is not valid JSON: it ends in the middle");

    private readonly MalformedJsonException Unexpected() => _window.IsAtStart && _window.Rest is [0xef, 0xbb, 0xbf, ..]
        ? new MalformedJsonException("begins with a byte-order mark, which readers of JSON refuse; save it without one")
        : _window.Malformed("is not valid JSON");

    private bool Advance(bool keep)
    {
        _window.Unmark();
        _isKept = keep;
        if (!PassSpace(out var next))
        {
            return _expected == Expected.Nothing ? false : throw EndsInTheMiddle();
        }

        if (_expected == Expected.Colon)
        {
            _expected = Expected.Value;
            next = PassOver(next == ':');
        }
        else if (_expected == Expected.CommaOrEnd && next == ',')
        {
            next = PassOver(true);
            var mayEnd = (_syntax & JsonSyntax.Comments) != 0;
            _expected = InObject ? mayEnd ? Expected.NameOrEnd : Expected.Name : mayEnd ? Expected.ValueOrEnd : Expected.Value;
        }

        switch (_expected)
        {
            case Expected.Value or Expected.ValueOrEnd when next != ']':
                ReadValue(next);
                return true;
            case Expected.Name or Expected.NameOrEnd when next == '"':
                Token = JsonTokenType.PropertyName;
                _expected = Expected.Colon;
                ReadText();
                return true;
            case Expected.NameOrEnd or Expected.CommaOrEnd when next == '}' && InObject:
                Leave(JsonTokenType.EndObject);
                return true;
            case Expected.ValueOrEnd or Expected.CommaOrEnd when next == ']' && Depth > 0 && !InObject:
                Leave(JsonTokenType.EndArray);
                return true;
            default:
                throw Unexpected();
        }
    }

    private void ReadValue(byte first)
    {
        _expected = Depth == 0 ? Expected.Nothing : Expected.CommaOrEnd;
        switch (first)
        {
            case (byte)'"':
                Token = JsonTokenType.String;
                ReadText();
                break;
            case (byte)'{':
                Enter(JsonTokenType.StartObject);
                break;
            case (byte)'[':
                Enter(JsonTokenType.StartArray);
                break;
            case (byte)'t':
                ReadLiteral(JsonTokenType.True, "true"u8);
                break;
            case (byte)'f':
                ReadLiteral(JsonTokenType.False, "false"u8);
                break;
            case (byte)'n':
                ReadLiteral(JsonTokenType.Null, "null"u8);
                break;
            default:
                ReadNumber(first);
                break;
        }
    }

    private void Enter(JsonTokenType container)
    {
        if (Depth == MaxDepth)
        {
            throw _window.Malformed($"is nested deeper than {MaxDepth} levels");
        }

        var bit = 1UL << (Depth & 63);
        ref var bits = ref _isObject[Depth >> 6];
        bits = container == JsonTokenType.StartObject ? bits | bit : bits & ~bit;
        Depth++;
        _expected = container == JsonTokenType.StartObject ? Expected.NameOrEnd : Expected.ValueOrEnd;
        Token = container;
        _window.Pass(1);
    }

    private void Leave(JsonTokenType end)
    {
        Depth--;
        _expected = Depth == 0 ? Expected.Nothing : Expected.CommaOrEnd;
        Token = end;
        _window.Pass(1);
    }

    private void ReadLiteral(JsonTokenType token, ReadOnlySpan<byte> literal)
    {
        Token = token;
        Keep();
        foreach (var letter in literal)
        {
            PassOne(letter);
        }
    }

    private void ReadNumber(byte first)
    {
        Token = JsonTokenType.Number;
        Keep();
        var takesLiterals = (_syntax & JsonSyntax.Python) != 0;
        if (first == 'N' && takesLiterals)
        {
            ReadLiteral(JsonTokenType.Number, "NaN"u8);
            return;
        }

        if (first == '-')
        {
            _window.Pass(1);
            first = Peek();
        }

        if (first == 'I' && takesLiterals)
        {
            foreach (var letter in "Infinity"u8)
            {
                PassOne(letter);
            }

            return;
        }

        if (first == '0')
        {
            _window.Pass(1);
        }
        else
        {
            PassDigits();
        }

        if (_window.TryPeek(out var next) && next == '.')
        {
            _window.Pass(1);
            PassDigits();
        }

        if (_window.TryPeek(out next) && next is (byte)'e' or (byte)'E')
        {
            _window.Pass(1);
            _window.Pass(Peek() is (byte)'+' or (byte)'-' ? 1 : 0);
            PassDigits();
        }
    }

    private void PassDigits()
    {
        if (Peek() is < (byte)'0' or > (byte)'9')
        {
            throw Unexpected();
        }

        while (_window.TryPeek(out var next) && next is >= (byte)'0' and <= (byte)'9')
        {
            _window.Pass(1);
        }
    }

    private void ReadText()
    {
        HasEscapes = false;
        Keep();
        _window.Pass(1);
        while (true)
        {
            var rest = _window.Rest;
            var stop = rest.IndexOfAny(StopsInText);
            _window.Pass(stop < 0 ? rest.Length : stop);
            if (stop < 0)
            {
                Peek();
                continue;
            }

            switch (rest[stop])
            {
                case (byte)'"':
                    _window.Pass(1);
                    return;
                case (byte)'\\':
                    HasEscapes = true;
                    _window.Pass(1);
                    PassEscape();
                    break;
                default:
                    throw Unexpected();
            }
        }
    }

    private void PassEscape()
    {
        var kind = Peek();
        if (!"\"\\/bfnrtu"u8.Contains(kind))
        {
            throw Unexpected();
        }

        _window.Pass(1);
        for (var digits = kind == 'u' ? 4 : 0; digits > 0; digits--)
        {
            if (!char.IsAsciiHexDigit((char)Peek()))
            {
                throw Unexpected();
            }

            _window.Pass(1);
        }
    }

    /// <summary>Stands at what follows white space, and comments where they are taken; false at the end.</summary>
    private bool PassSpace(out byte next)
    {
        while (_window.TryPeek(out next))
        {
            if (next is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            {
                _window.Pass(1);
            }
            else if (next != '/' || (_syntax & JsonSyntax.Comments) == 0)
            {
                return true;
            }
            else
            {
                _window.Pass(1);
                PassComment();
            }
        }

        return false;
    }

    private void PassComment()
    {
        switch (Peek())
        {
            case (byte)'/':
                while (_window.TryPeek(out var next) && next != '\n')
                {
                    _window.Pass(1);
                }

                break;
            case (byte)'*':
                _window.Pass(1);
                for (var star = false; !(star && Peek() == '/'); _window.Pass(1))
                {
                    star = Peek() == '*';
                }

                _window.Pass(1);
                break;
            default:
                throw Unexpected();
        }
    }

    private byte PassOver(bool isExpected)
    {
        if (!isExpected)
        {
            throw Unexpected();
        }

        _window.Pass(1);
        return PassSpace(out var next) ? next : throw EndsInTheMiddle();
    }

    private void PassOne(byte expected)
    {
        if (Peek() != expected)
        {
            throw Unexpected();
        }

        _window.Pass(1);
    }

    private byte Peek() => _window.TryPeek(out var next) ? next : throw EndsInTheMiddle();

    private void Keep()
    {
        if (_isKept)
        {
            _window.Mark();
        }
    }

    /// <summary>One bit for each level: whether it is an object.</summary>
    [InlineArray((MaxDepth + 63) / 64)]
    private struct Containers
    {
        private ulong _first;
    }
}

/// <summary>More than is read; the message completes the sentence "FILE …".</summary>
internal sealed class OversizeException(string message) : Exception(message)
{
    public static void ThrowIfMore(int count, int limit, string what)
    {
        if (count > limit)
            throw new OversizeException($"has more than {limit} {what}");
    }
}
