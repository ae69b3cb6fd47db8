using System.Buffers;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace Exporter.Bots.Files;

/// <summary>
/// A JSON reader over a file of any size with a small pooled buffer: a positions file grows without bound and is never built in
/// memory. Reads forward only; the file is read by position, so nothing but this reader moves.
/// </summary>
internal ref struct JsonStream : IDisposable
{
    /// <summary>Deeper than any bot writes; the reader fails beyond it, so nobody's stack overflows.</summary>
    private const int MaxDepth = 64;

    /// <summary>The longest single text. It must fit into the buffer whole; a bot's longest are a few hundred bytes.</summary>
    private const int MaxTokenBytes = 1024 * 1024;

    internal const int DefaultBufferBytes = 64 * 1024;

    private readonly SafeFileHandle _file;
    private readonly long _limit;
    private Utf8JsonReader _reader;
    private byte[] _buffer;
    private int _held;
    private int _start;
    private long _offset;
    private bool _final;
    private bool _whole;

    public JsonStream(SafeFileHandle file, long limit, int bufferBytes = DefaultBufferBytes)
    {
        _file = file;
        _limit = limit;
        _buffer = ArrayPool<byte>.Shared.Rent(bufferBytes);
        Fill(0);
        var start = _buffer.AsSpan(0, _held).StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0;
        IsEmpty = _held == start;
        _reader = new Utf8JsonReader(
            _buffer.AsSpan(start, _held - start), _final, new JsonReaderState(new JsonReaderOptions { MaxDepth = MaxDepth }));
        _start = start;
    }

    /// <summary>The file holds nothing, or nothing but a byte-order mark.</summary>
    public bool IsEmpty { get; }

    public readonly JsonTokenType Token => _reader.TokenType;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xef, 0xbb, 0xbf];

    /// <summary>The whole file, for who judges bytes; nothing is left to read then.</summary>
    public byte[] Whole()
    {
        _whole = true;
        var bytes = new byte[(int)Math.Min(RandomAccess.GetLength(_file), _limit)];
        var length = 0;
        while (length < bytes.Length && RandomAccess.Read(_file, bytes.AsSpan(length), length) is > 0 and var read)
        {
            length += read;
        }

        return length == bytes.Length ? bytes : bytes[..length];
    }

    /// <summary>The next token; false at the end of the document.</summary>
    /// <exception cref="JsonException">The content is no JSON.</exception>
    /// <exception cref="OversizeException">The file, or one text in it, is larger than is read.</exception>
    public bool Read()
    {
        while (!_reader.Read())
        {
            if (_final)
            {
                return false;
            }

            Refill();
        }

        return true;
    }

    /// <summary>The next token of the document; its end is an error here.</summary>
    public void Next()
    {
        if (!Read())
        {
            throw new JsonException("ends in the middle");
        }
    }

    /// <summary>Passes over the value that the reader stands at, or whose name it stands at.</summary>
    public void Skip()
    {
        if (Token == JsonTokenType.PropertyName)
        {
            Next();
        }

        if (Token is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return;
        }

        var depth = _reader.CurrentDepth;
        do
        {
            // The inner loop is the hot path of a large file.
            while (_reader.Read())
            {
                if (_reader.CurrentDepth == depth)
                {
                    return;
                }
            }

            if (_final)
            {
                throw new JsonException("ends in the middle");
            }

            Refill();
        }
        while (true);
    }

    /// <summary>Moves to the next name in the object that the reader is in; false at its end.</summary>
    public bool NextName()
    {
        Next();
        return Token == JsonTokenType.PropertyName;
    }

    public readonly bool Is(ReadOnlySpan<byte> text) => _reader.ValueTextEquals(text);

    /// <summary>The name or text that the reader stands at.</summary>
    /// <exception cref="InvalidOperationException">It is no valid Unicode.</exception>
    public readonly string Text() => _reader.GetString() ?? "";

    public readonly bool HasEscapes => _reader.ValueIsEscaped;

    /// <summary>The bytes of the number or text that the reader stands at; the text itself only when it has no escapes.</summary>
    public readonly ReadOnlySpan<byte> Bytes => _reader.ValueSpan;

    public readonly bool TryNumber(out double number) => _reader.TryGetDouble(out number) && double.IsFinite(number);

    /// <summary>Reads to the end: after the document only white space may follow.</summary>
    public void End()
    {
        while (!_whole && Read())
        {
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private void Refill()
    {
        var used = _start + (int)_reader.BytesConsumed;
        var rest = _held - used;
        if (rest == _buffer.Length)
        {
            Grow();
        }
        else
        {
            _buffer.AsSpan(used, rest).CopyTo(_buffer);
        }

        Fill(rest);
        _start = 0;
        _reader = new Utf8JsonReader(_buffer.AsSpan(0, _held), _final, _reader.CurrentState);
    }

    private void Grow()
    {
        if (_buffer.Length >= MaxTokenBytes)
        {
            throw new OversizeException($"holds a single value longer than {MaxTokenBytes / 1024} KiB");
        }

        var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        _buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private void Fill(int rest)
    {
        var count = RandomAccess.Read(_file, _buffer.AsSpan(rest), _offset);
        _offset += count;
        if (_offset > _limit)
        {
            // It grew past the limit since its size was looked at.
            throw new OversizeException("grows while it is read");
        }

        _held = rest + count;
        _final = count == 0;
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
