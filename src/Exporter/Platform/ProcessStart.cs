using System.Globalization;

namespace Exporter.Platform;

/// <summary>When a process was started: with its number, what tells it from a later one of the same number.</summary>
internal static class ProcessStart
{
    private const int StartTime = 19;

    /// <summary>Clock ticks since boot (<c>man 5 proc</c>, field 22); null for a process that is gone or only waits to be reaped.</summary>
    public static long? Of(int process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/stat");
            // The name stands in brackets and may hold anything, brackets and blanks too.
            var fields = text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return fields.Length > StartTime && fields[0] is not ("Z" or "X") ? long.Parse(fields[StartTime], CultureInfo.InvariantCulture) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
