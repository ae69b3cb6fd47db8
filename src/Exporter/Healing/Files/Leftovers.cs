using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Exporter.Healing.Files;

/// <summary>
/// What a killed process left beside a file. Its old name (a second name of the replaced file) tells what happened: while it is the
/// very file that stands there, nothing did; otherwise the replacement is in place, and if the bot wrote to the old file after that,
/// its version wins still.
/// </summary>
internal static class Leftovers
{
    public static void Mend(SafeFileHandle directory, string name)
    {
        foreach (var leftover in NamesIn(directory))
        {
            if (!leftover.StartsWith($".{name}.", StringComparison.Ordinal))
                continue;
            if (leftover.EndsWith(SafeFileReplace.NewSuffix, StringComparison.Ordinal))
            {
                // After an exchange this name, too, is the old file's; its second name decides.
                Posix.Unlink(directory, leftover);
            }
        }

        foreach (var leftover in NamesIn(directory))
        {
            if (!leftover.StartsWith($".{name}.", StringComparison.Ordinal) ||
                !leftover.EndsWith(SafeFileReplace.OldSuffix, StringComparison.Ordinal) ||
                Posix.Look(directory, leftover) is not { IsRegular: true } old)
            {
                continue;
            }

            var standing = Posix.Look(directory, name);
            var isTheFile = standing?.Identity.Inode == old.Identity.Inode;
            var wroteLast = old.Identity.ModifiedNanoseconds > standing?.Identity.ModifiedNanoseconds;
            if (isTheFile || !wroteLast || !Posix.Rename(directory, leftover, name, 0))
                Posix.Unlink(directory, leftover);
        }

        Posix.Flush(directory);
    }

    private static IEnumerable<string> NamesIn(SafeFileHandle directory)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{directory.DangerousGetHandle()}");
        return [.. Directory.EnumerateFiles(path, ".*", new EnumerationOptions { AttributesToSkip = 0 }).Select(Path.GetFileName).OfType<string>()];
    }
}
