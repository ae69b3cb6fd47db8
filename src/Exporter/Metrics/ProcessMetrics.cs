using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Prometheus;

namespace Exporter.Metrics;

/// <summary>The few <c>process_*</c> values that operators look at, under the names that every exporter uses. From <c>/proc</c>.</summary>
internal sealed class ProcessMetrics : IDisposable
{
    private readonly Counter _cpu;
    private readonly Gauge _resident;
    private readonly Gauge _virtual;
    private readonly Gauge _descriptors;
    private SafeFileHandle? _pages;

    public ProcessMetrics(IMetricFactory factory)
    {
        _cpu = factory.CreateCounter("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.");
        _resident = factory.CreateGauge("process_resident_memory_bytes", "Resident memory size in bytes.");
        _virtual = factory.CreateGauge("process_virtual_memory_bytes", "Virtual memory size in bytes.");
        _descriptors = factory.CreateGauge("process_open_fds", "Number of open file descriptors.");
        factory.CreateGauge("process_max_fds", "Maximum number of open file descriptors.").Set(DescriptorLimit());
        using var self = Process.GetCurrentProcess();
        factory.CreateGauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds.")
            .Set(new DateTimeOffset(self.StartTime).ToUnixTimeMilliseconds() / 1000.0);
    }

    public void Update()
    {
        try
        {
            _cpu.IncTo(Environment.CpuUsage.TotalTime.TotalSeconds);
            // Pages: total, then resident.
            Span<byte> buffer = stackalloc byte[128];
            _pages ??= File.OpenHandle("/proc/self/statm");
            var text = buffer[..RandomAccess.Read(_pages, buffer, 0)];
            if (Utf8Parser.TryParse(text, out long total, out var end) && Utf8Parser.TryParse(text[(end + 1)..], out long resident, out _))
            {
                _virtual.Set((double)total * Environment.SystemPageSize);
                _resident.Set((double)resident * Environment.SystemPageSize);
            }

            if (OpenDescriptors.Count() is { } descriptors)
            {
                _descriptors.Set(descriptors);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A sandbox may hide /proc; the rest of the exposition matters more.
        }
    }

    public void Dispose() => _pages?.Dispose();

    private static double DescriptorLimit()
    {
        try
        {
            // "Max open files            1024                 524288               files"
            var line = File.ReadLines("/proc/self/limits").FirstOrDefault(line => line.StartsWith("Max open files", StringComparison.Ordinal));
            var soft = line?["Max open files".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
            return double.TryParse(soft, CultureInfo.InvariantCulture, out var limit) ? limit : double.PositiveInfinity;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return double.NaN;
        }
    }
}
