using System.Globalization;

namespace Exporter.Platform;

/// <summary>
/// What this process sees mounted, and how. A view that is read-only for us (a sandbox's, a container's) says nothing about the bot: its
/// file system itself may well be writable.
/// </summary>
internal static class MountTable
{
    private const string Here = "/proc/self/mountinfo";

    /// <summary>Whether the file system below the path is read-only for everybody; null when that cannot be told.</summary>
    public static bool? IsReadOnly(string path)
    {
        if (Native.Statx(Native.CurrentDirectory, Native.Path(path), 0, Native.BasicStatsAndMount, out var file) != 0)
            return null;
        try
        {
            return IsReadOnly(File.ReadLines(Here), file.MountId);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>
    /// By the lines of <c>/proc/self/mountinfo</c> (<c>man 5 proc</c>): the mount's number first, its own options in the sixth field, and
    /// the options of the file system that all its mounts share in the last.
    /// </summary>
    internal static bool? IsReadOnly(IEnumerable<string> lines, ulong mount)
    {
        var number = mount.ToString(CultureInfo.InvariantCulture) + " ";
        if (lines.LastOrDefault(line => line.StartsWith(number, StringComparison.Ordinal)) is not { } line)
            return null;
        return line[(line.LastIndexOf(' ') + 1)..].Split(',')[0] switch
        {
            "ro" => true,
            "rw" => false,
            _ => null,
        };
    }
}
