using System.Diagnostics;
using System.Globalization;

namespace Exporter.Benchmarks.Load;

/// <summary><c>load scrape URL PID COUNT PARALLEL [FILE]</c>: GETs in a closed loop; prints what they took and what they cost the server.</summary>
internal static class ScrapeLoad
{
    // Before this many the load driver itself is not compiled yet, and the server has not been everywhere.
    private const int WarmUp = 200;

    /// <param name="touched">Gets a new modification time before each scrape, to measure what a changed file costs; or null.</param>
    public static async Task<int> RunAsync(Uri url, int process, int count, int parallel, string? touched)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add("Accept", "text/plain;version=0.0.4");
        for (var warm = 0; warm < Math.Min(WarmUp, count); warm++)
        {
            await client.GetByteArrayAsync(url);
        }

        var latencies = new Latencies();
        var bytes = 0L;
        var failures = 0;
        var before = ProcessUse.Of(process);
        var watch = Stopwatch.StartNew();
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = parallel }, async (_, cancellation) =>
        {
            if (touched is not null)
            {
                File.SetLastWriteTimeUtc(touched, DateTime.UtcNow);
            }

            var start = Stopwatch.GetTimestamp();
            try
            {
                var body = await client.GetByteArrayAsync(url, cancellation);
                Interlocked.Exchange(ref bytes, body.Length);
                latencies.Add(Stopwatch.GetElapsedTime(start));
            }
            catch (HttpRequestException)
            {
                Interlocked.Increment(ref failures);
            }
        });
        watch.Stop();
        var after = ProcessUse.Of(process);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"cpu_ms={(after.Cpu - before.Cpu).TotalMilliseconds / count:F3} p50_ms={latencies.Percentile(0.5):F2} p99_ms={latencies.Percentile(0.99):F2} " +
            $"per_second={count / watch.Elapsed.TotalSeconds:F0} bytes={bytes} rss_mb={after.ResidentBytes / 1e6:F1} fds={after.Descriptors} failures={failures}"));
        return failures == 0 ? 0 : 1;
    }
}
