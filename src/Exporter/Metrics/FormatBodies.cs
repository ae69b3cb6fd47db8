using System.IO.Compression;
using Prometheus;

namespace Exporter.Metrics;

/// <summary>
/// What is rendered in one format. The text itself stays in buffers that are used again: at 1,000 bots it is 18 MB, and as garbage of
/// each scrape it would cost more than rendering. The bodies that are handed out are never written to again.
/// </summary>
internal sealed class FormatBodies(ExpositionFormat format) : IDisposable
{
    /// <summary>A buffer may be so much larger than its text before it is cut.</summary>
    private const double Slack = 1.25;

    /// <summary>Below it nobody counts.</summary>
    private const int SmallBytes = 1024 * 1024;

    private readonly MemoryStream _steady = new();
    private readonly MemoryStream _rest = new();
    private ReadOnlyMemory<byte>? _plain;
    private ReadOnlyMemory<byte>? _gzip;
    private long _steadyVersion = -1;
    private long _number = -1;
    private int _gzipLength;

    /// <summary>
    /// The steady families come first; they are rendered again only when one of their values has changed: at 1,000 bots they are half of
    /// the work.
    /// </summary>
    public async ValueTask RenderAsync(CollectorRegistry steady, long steadyVersion, CollectorRegistry rest, long number)
    {
        if (number == _number)
        {
            return;
        }

        (_plain, _gzip) = (null, null);
        if (steadyVersion != _steadyVersion)
        {
            await WriteAsync(steady, _steady);
            // OpenMetrics has one end mark, at the end of all.
            var endMark = "# EOF\n"u8;
            if (Written(_steady).Span.EndsWith(endMark))
            {
                _steady.SetLength(_steady.Length - endMark.Length);
            }

            _steadyVersion = steadyVersion;
        }

        await WriteAsync(rest, _rest);
        _number = number;
    }

    public ReadOnlyMemory<byte> Plain => _plain ??= (byte[])[.. Written(_steady).Span, .. Written(_rest).Span];

    public ReadOnlyMemory<byte> Gzip => _gzip ??= Compress();

    public void Dispose()
    {
        _steady.Dispose();
        _rest.Dispose();
    }

    private static ReadOnlyMemory<byte> Written(MemoryStream stream) => stream.GetBuffer().AsMemory(0, (int)stream.Length);

    private async ValueTask WriteAsync(CollectorRegistry registry, MemoryStream into)
    {
        into.SetLength(0);
        // The body belongs to all who share it, so nobody's cancellation ends it.
        await registry.CollectAndExportAsTextAsync(into, format, CancellationToken.None);
        if (into.Capacity > SmallBytes && into.Capacity > into.Length * Slack)
        {
            into.Capacity = (int)(into.Length * (1 + ((Slack - 1) / 2)));
        }
    }

    private ReadOnlyMemory<byte> Compress()
    {
        var stream = new MemoryStream(_gzipLength + (_gzipLength / 16) + 1024);
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Written(_steady).Span);
            gzip.Write(Written(_rest).Span);
        }

        _gzipLength = (int)stream.Length;
        return Written(stream);
    }
}
