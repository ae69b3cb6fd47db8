using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Exporter.Bots.Files;

/// <summary>Reads whole lines forward from an offset. A line that has no end yet is left for another time, unless it is too long for one.</summary>
/// <param name="limit">No more is read behind this offset, whether a line ends there or not.</param>
/// <param name="inLongLine">Whether the offset lies within a line whose beginning was returned before.</param>
internal sealed class LineReader(SafeFileHandle file, long offset, int maxLineBytes, long limit, bool inLongLine = false) : IDisposable
{
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(maxLineBytes);
    private int _start;
    private int _end;

    /// <summary>Whether the offset lies within a line whose beginning was returned.</summary>
    public bool InLongLine { get; private set; } = inLongLine;

    /// <summary>Behind the last line that was returned.</summary>
    public long Offset { get; private set; } = offset;

    /// <summary>The next line without its end; of one that is too long, its beginning.</summary>
    public bool TryNext(out ReadOnlySpan<byte> line)
    {
        while (true)
        {
            var newline = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                line = _buffer.AsSpan(_start, newline);
                _start += newline + 1;
                Offset += newline + 1;
                if (!InLongLine)
                {
                    line = line.TrimEnd((byte)'\r');
                    return true;
                }

                InLongLine = false;
                continue;
            }

            if (_start == 0 && _end == _buffer.Length)
            {
                Offset += _end;
                _end = 0;
                line = _buffer;
                if (!InLongLine)
                {
                    InLongLine = true;
                    return true;
                }

                continue;
            }

            if (Offset >= limit || !Fill())
            {
                line = default;
                return false;
            }
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private bool Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        var count = RandomAccess.Read(file, _buffer.AsSpan(_end), Offset + _end);
        _end += count;
        return count > 0;
    }
}
