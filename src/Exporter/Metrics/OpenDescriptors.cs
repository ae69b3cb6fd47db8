using System.Runtime.InteropServices;

namespace Exporter.Metrics;

/// <summary>
/// Counts this process's open file descriptors. By <c>readdir</c>: .NET's enumeration looks at the target of every link in
/// <c>/proc/self/fd</c>, which costs more than the rest of a scrape.
/// </summary>
internal static partial class OpenDescriptors
{
    /// <summary>Null when <c>/proc</c> is hidden.</summary>
    public static int? Count()
    {
        var directory = OpenDirectory("/proc/self/fd");
        if (directory == 0)
        {
            return null;
        }

        // Not counted: ".", ".." and the descriptor that reads them.
        var count = -3;
        while (ReadDirectory(directory) != 0)
        {
            count++;
        }

        _ = CloseDirectory(directory);
        return count;
    }

    [LibraryImport("libc", EntryPoint = "opendir", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint OpenDirectory(string path);

    [LibraryImport("libc", EntryPoint = "readdir")]
    private static partial nint ReadDirectory(nint directory);

    [LibraryImport("libc", EntryPoint = "closedir")]
    private static partial int CloseDirectory(nint directory);
}
