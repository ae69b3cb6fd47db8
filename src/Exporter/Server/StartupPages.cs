using Exporter.Commands;
using System.Globalization;

using System.Runtime.InteropServices;

namespace Exporter.Server;

/// <summary>
/// Gives the pages of programs back that only the start needed. The kernel maps what is read from a file in runs of 64 KiB, so that after
/// the start nearly the whole program is resident, of which a scrape uses a third. What is needed again comes from the page cache.
/// </summary>
internal static partial class StartupPages
{
    private const int DontNeed = 4; // MADV_DONTNEED

    /// <summary>Does nothing where <c>/proc</c> is hidden.</summary>
    public static void GiveBack()
    {
        try
        {
            foreach (var (start, length) in Clean(File.ReadLines("/proc/self/smaps"), Environment.ProcessPath))
            {
                // A refusal leaves things as they were.
                _ = Advise(start, length, DontNeed);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A sandbox may hide /proc.
        }
    }

    /// <summary>
    /// The mappings of <c>/proc/…/smaps</c> (proc_pid_smaps(5)) that hold code of any file, or constants of the program, and no page of the
    /// process's own: of these the kernel drops nothing that it cannot read again. A page that was written to would be lost. (Constants of a
    /// library may be about to be written to: it may just be loading.)
    /// </summary>
    internal static IEnumerable<(nint Start, nuint Length)> Clean(IEnumerable<string> smaps, string? program)
    {
        // "7f3a1c000000-7f3a1ca00000 r-xp 00029000 fe:00 1835014    /usr/bin/tradingbot_exporter", then lines such as "Anonymous:  0 kB".
        (nint Start, nuint Length)? clean = null;
        foreach (var line in smaps)
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields is [var range, var rights, _, _, var inode, ..] && range.Split('-') is [var first, var last])
            {
                var start = nint.Parse(first, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                var end = nint.Parse(last, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                var constants = rights == "r--p" && program is not null && line.EndsWith(' ' + program, StringComparison.Ordinal);
                clean = inode != "0" && (rights == "r-xp" || constants) ? (start, (nuint)(end - start)) : null;
            }
            else if (clean is { } mapping && fields is ["Anonymous:", "0", "kB"])
            {
                yield return mapping;
                clean = null;
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint start, nuint length, int advice);
}
