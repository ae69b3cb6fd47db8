using System.Globalization;
using System.Text;
using Exporter.Healing.Files;
using Exporter.Platform;

namespace Exporter.Healing.Triggers;

/// <summary>Ends a program with everything that it has started, also what has left its process group or lost its parent.</summary>
internal static class ProcessGroup
{
    // Between two looks a process may fork once more: look until none is found, but not for ever.
    private const int MaxRounds = 20;

    public static void Kill(int process, string run, bool leads)
    {
        if (leads)
            Posix.KillGroup(process);
        else
            Posix.KillProcess(process);
        var mark = Encoding.UTF8.GetBytes($"{CommandTrigger.RunVariable}={run}");
        for (var round = 0; round < MaxRounds; round++)
        {
            var marked = Marked(mark).ToList();
            if (marked.Count == 0)
                return;
            foreach (var child in marked)
                Posix.KillProcess(child);
        }
    }

    /// <summary>The environment is inherited and outlives <c>setsid</c> and the parent's death; a zombie's is empty.</summary>
    private static IEnumerable<int> Marked(byte[] mark)
    {
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var process) && HasMark(directory, mark))
                yield return process;
        }
    }

    private static bool HasMark(string directory, byte[] mark)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(directory, "environ")).AsSpan().IndexOf(mark) >= 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
