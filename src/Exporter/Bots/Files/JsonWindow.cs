using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.Win32.SafeHandles;

namespace Exporter.Bots.Files;

/// <summary>
/// The bytes of a document, of which as few as possible are held at a time. What is no UTF-8 ends it: nobody sees a byte that the bot
/// could not read either. A file is read by position, so nothing but this window moves.
/// </summary>
internal ref struct JsonWindow : IDisposable
{
    /// <summary>The longest text or number that can be asked for; a longer one can only be passed over. A bot's longest are a few hundred bytes.</summary>
    private const int MaxTokenBytes = 1024 * 1024;

    private readonly SafeFileHandle? _file;
    private readonly long _limit;
    private byte[] _buffer = [];
    private ReadOnlySpan<byte> _bytes;
    private int _held;
    private int _at;
    private int _mark = -1;
    private long _base;
    private long _line;
    private long _lineStart;
    private bool _ended;
    private bool _isNoText;

    public JsonWindow(SafeFileHandle file, long limit, int bufferBytes)
    {
        _file = file;
        _limit = limit;
        _buffer = ArrayPool<byte>.Shared.Rent(bufferBytes);
        Fill(0);
    }

    public JsonWindow(ReadOnlySpan<byte> content)
    {
        _ended = true;
        _bytes = content[..ValidPart(content)];
    }

    public readonly bool IsEmpty => _base == 0 && _bytes.IsEmpty && _ended && !_isNoText;

    /// <summary>What is held and not yet passed.</summary>
    public readonly ReadOnlySpan<byte> Rest => _bytes[_at..];

    public readonly bool IsAtStart => _base + _at == 0;

    /// <summary>From the mark on; empty when there is none, or when what it marked became too long to be held.</summary>
    public readonly ReadOnlySpan<byte> Marked => _mark < 0 ? default : _bytes[_mark.._at];

    public readonly bool IsMarked => _mark >= 0;

    /// <summary>How many bytes were passed.</summary>
    public readonly int Consumed => (int)(_base + _at);

    public void Pass(int count) => _at += count;

    public void Mark() => _mark = _at;

    public void Unmark() => _mark = -1;

    /// <summary>The next byte, without passing it; false at the end of the document.</summary>
    public bool TryPeek(out byte next)
    {
        if (_at == _bytes.Length && !More())
        {
            next = 0;
            return false;
        }

        next = _bytes[_at];
        return true;
    }

    /// <summary>Holds more of the document, and lets go of what was passed and is not marked; false at its end.</summary>
    /// <exception cref="MalformedJsonException">What comes is no UTF-8.</exception>
    /// <exception cref="OversizeException">The file is larger than is read.</exception>
    public bool More()
    {
        while (!_isNoText && !_ended)
        {
            if (_mark == 0 && _held == _buffer.Length)
            {
                Grow();
            }

            var from = _mark >= 0 ? _mark : _at;
            CountLines(_bytes[..from]);
            _base += from;
            _buffer.AsSpan(from, _held - from).CopyTo(_buffer);
            _at -= from;
            _mark = _mark >= 0 ? 0 : -1;
            Fill(_held - from);
            if (_at < _bytes.Length)
            {
                return true;
            }
        }

        return _isNoText ? throw Malformed("holds bytes that are no UTF-8") : false;
    }

    /// <summary>All bytes from the beginning on, whatever was read before.</summary>
    /// <exception cref="OversizeException">The file is larger than is read.</exception>
    public readonly byte[] Whole()
    {
        if (_file is null)
        {
            return _bytes.ToArray();
        }

        using var whole = new MemoryStream();
        Span<byte> chunk = stackalloc byte[8 * 1024];
        while (RandomAccess.Read(_file, chunk, whole.Length) is > 0 and var read)
        {
            whole.Write(chunk[..read]);
            if (whole.Length > _limit)
            {
                throw new OversizeException("grows while it is read");
            }
        }

        return whole.ToArray();
    }

    /// <summary>Says where, never what: the content may be a secret.</summary>
    public readonly MalformedJsonException Malformed(string what)
    {
        var before = _bytes[.._at];
        var last = before.LastIndexOf((byte)'\n');
        var (line, start) = last < 0 ? (_line, _lineStart) : (_line + before.Count((byte)'\n'), _base + last + 1);
        return new MalformedJsonException($"{what} (line {line + 1}, byte {_base + _at - start + 1})");
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = [];
    }

    private void Grow()
    {
        if (_buffer.Length >= MaxTokenBytes)
        {
            _mark = -1;
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        _buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private void Fill(int kept)
    {
        var count = RandomAccess.Read(_file!, _buffer.AsSpan(kept), _base + kept);
        if (_base + kept + count > _limit)
        {
            // It grew past the limit since its size was looked at.
            throw new OversizeException("grows while it is read");
        }

        _held = kept + count;
        _ended = count == 0;
        _bytes = _buffer.AsSpan(0, ValidPart(_buffer.AsSpan(0, _held)));
    }

    /// <summary>How many of the bytes are whole characters; the last one's rest may still come.</summary>
    private int ValidPart(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
        {
            return bytes.Length;
        }

        var at = bytes.Length;
        while (at > 0 && bytes.Length - at < 3 && (bytes[at - 1] & 0xc0) == 0x80)
        {
            at--;
        }

        at = Math.Max(0, at - 1);
        if (!_ended && Rune.DecodeFromUtf8(bytes[at..], out _, out _) == OperationStatus.NeedMoreData && Utf8.IsValid(bytes[..at]))
        {
            return at;
        }

        _isNoText = true;
        for (at = 0; Rune.DecodeFromUtf8(bytes[at..], out _, out var length) == OperationStatus.Done; at += length)
        {
        }

        return at;
    }

    private void CountLines(ReadOnlySpan<byte> passed)
    {
        if (passed.LastIndexOf((byte)'\n') is var last && last >= 0)
        {
            _line += passed.Count((byte)'\n');
            _lineStart = _base + last + 1;
        }
    }
}

/// <summary>What is there is not what the bot's reader takes; <see cref="What"/> completes the sentence "FILE …" and quotes nothing of it.</summary>
internal sealed class MalformedJsonException(string what) : JsonException(what)
{
    public string What => Message;
}
