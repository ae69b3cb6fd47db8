using System.Globalization;
using Exporter.Platform;
using Microsoft.Win32.SafeHandles;

namespace Exporter.Healing.Files;

/// <summary>
/// What a killed process left beside a file: a new name and an old name, the latter a second name of the very file that was to be
/// replaced. While that still stands in its place, nothing had happened. Otherwise names were exchanged or the bot wrote meanwhile, and
/// whatever of the three was written last is what stands.
/// </summary>
internal static class Leftovers
{
    public static void Mend(SafeFileHandle directory, string name)
    {
        var stems = NamesIn(directory, name)
            .Select(leftover => leftover[..leftover.LastIndexOf('.')])
            .Distinct(StringComparer.Ordinal)
            .ToList();
        foreach (var stem in stems)
            Mend(directory, name, stem + SafeFileReplace.NewSuffix, stem + SafeFileReplace.OldSuffix);
        if (stems.Count > 0)
            Posix.Flush(directory);
    }

    private static void Mend(SafeFileHandle directory, string name, string newName, string oldName)
    {
        var standing = Posix.Look(directory, name)?.Identity;
        var old = Posix.Look(directory, oldName)?.Identity;
        if (standing is not null && old is not null && standing.Value.Inode != old.Value.Inode)
        {
            foreach (var leftover in new[] { newName, oldName })
            {
                if (Posix.Look(directory, leftover) is { IsRegular: true, Identity.ModifiedNanoseconds: var written } &&
                    written > standing.Value.ModifiedNanoseconds &&
                    Posix.Rename(directory, leftover, name, 0))
                {
                    standing = Posix.Look(directory, name)?.Identity ?? standing;
                }
            }
        }

        Posix.Unlink(directory, newName);
        Posix.Unlink(directory, oldName);
    }

    private static IEnumerable<string> NamesIn(SafeFileHandle directory, string name)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{directory.DangerousGetHandle()}");
        return Directory.EnumerateFiles(path, ".*", new EnumerationOptions { AttributesToSkip = 0 })
            .Select(found => Path.GetFileName(found)!)
            .Where(found => found.StartsWith($".{name}.", StringComparison.Ordinal) &&
                (found.EndsWith(SafeFileReplace.NewSuffix, StringComparison.Ordinal) || found.EndsWith(SafeFileReplace.OldSuffix, StringComparison.Ordinal)));
    }
}
