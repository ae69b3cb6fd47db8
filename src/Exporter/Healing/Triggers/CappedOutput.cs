using System.Buffers;
using System.Text;

namespace Exporter.Healing.Triggers;

/// <summary>What a program printed, at most 64 KiB of it; the rest is read, so that the program can go on, and forgotten.</summary>
internal sealed class CappedOutput : IDisposable
{
    private const int MaxBytes = 64 * 1024;
    private const int ChunkBytes = 16 * 1024;

    private readonly MemoryStream _kept = new();

    public string Text
    {
        get
        {
            lock (_kept)
            {
                return Encoding.UTF8.GetString(_kept.GetBuffer(), 0, (int)_kept.Length).Trim();
            }
        }
    }

    public async Task DrainAsync(Stream stream, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            while (await stream.ReadAsync(buffer.AsMemory(0, ChunkBytes), cancellation) is > 0 and var length)
                Keep(buffer.AsSpan(0, length));
        }
        catch (OperationCanceledException)
        {
            // The program has ended, and a child of it holds the pipe.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public void Dispose() => _kept.Dispose();

    private void Keep(ReadOnlySpan<byte> chunk)
    {
        lock (_kept)
        {
            _kept.Write(chunk[..Math.Min(chunk.Length, MaxBytes - (int)_kept.Length)]);
        }
    }
}
