using System.IO.Compression;
using Prometheus;

namespace Exporter.Metrics;

/// <summary>
/// One rendered exposition, which every scrape of its snapshot shares. Its memory is written to again once the last of them has sent it.
/// </summary>
internal sealed class Body(ExpositionFormat format) : IDisposable
{
    private readonly MemoryStream _instruments = new();
    private readonly MemoryStream _zipped = new();
    private int _holders;

    public ExpositionWriter Text { get; } = new(format);

    public bool IsIdle => Volatile.Read(ref _holders) == 0;

    /// <summary>Adds the exporter's own instruments, which end an exposition, and with OpenMetrics its end mark.</summary>
    public async ValueTask AppendAsync(CollectorRegistry instruments)
    {
        _instruments.SetLength(0);
        // The body belongs to all who share it, so nobody's cancellation ends it.
        await instruments.CollectAndExportAsTextAsync(_instruments, format, CancellationToken.None);
        Text.Append(_instruments.GetBuffer().AsSpan(0, (int)_instruments.Length));
        _zipped.SetLength(0);
    }

    /// <summary>For one scrape. Only who may render it may ask: what is idle may be written to at any time.</summary>
    public Lease Hold(bool gzip)
    {
        if (gzip && _zipped.Length == 0)
        {
            using var zip = new GZipStream(_zipped, CompressionLevel.Fastest, leaveOpen: true);
            zip.Write(Text.Written.Span);
        }

        Interlocked.Increment(ref _holders);
        return new Lease(this, gzip ? _zipped.GetBuffer().AsMemory(0, (int)_zipped.Length) : Text.Written);
    }

    public void Dispose()
    {
        _instruments.Dispose();
        _zipped.Dispose();
    }

    internal sealed class Lease(Body body, ReadOnlyMemory<byte> bytes) : IDisposable
    {
        private Body? _body = body;

        /// <summary>Until the lease is disposed.</summary>
        public ReadOnlyMemory<byte> Bytes { get; } = bytes;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _body, null) is { } held)
            {
                Interlocked.Decrement(ref held._holders);
            }
        }
    }
}
