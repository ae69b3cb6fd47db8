using System.Globalization;

namespace Exporter.Benchmarks.Load;

/// <summary>What the kernel says that a process has used (proc(5)).</summary>
internal readonly record struct ProcessUse(TimeSpan Cpu, long ResidentBytes, int Descriptors)
{
    private const int TicksPerSecond = 100;

    public static ProcessUse Of(int process)
    {
        // The command may hold spaces and brackets: the fields are counted behind its closing bracket.
        var stat = File.ReadAllText($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        var pages = long.Parse(fields[21], CultureInfo.InvariantCulture);
        return new ProcessUse(
            TimeSpan.FromSeconds((double)ticks / TicksPerSecond),
            pages * Environment.SystemPageSize,
            Directory.GetFiles($"/proc/{process}/fd").Length);
    }
}
