using System.Globalization;
using Exporter.Platform;
using Microsoft.Win32.SafeHandles;

namespace Exporter.Healing.Files;

/// <summary>
/// What a killed process left beside a file: a new name and an old name, the latter a second name of the very file that was to be
/// replaced. While that still stands in its place, nothing had happened. Otherwise names were exchanged or the bot wrote meanwhile, and
/// whatever of the three was written last is what stands. Only what belongs to the exporter's own user, or to that of the file or its directory, is taken for one of these, and only what
/// may stand there by the file's rule is put there: in a directory that others may write anybody can leave such a name.
/// </summary>
internal static class Leftovers
{
    /// <param name="mayStand">Whether these bytes may be put in place: valid by the file's rule, and certainly not live.</param>
    /// <param name="mended">Told of each leftover that was put in place.</param>
    public static void Mend(SafeFileHandle directory, string name, Func<byte[], bool> mayStand, Action<string> mended)
    {
        var stems = NamesIn(directory, name)
            .Select(leftover => leftover[..leftover.LastIndexOf('.')])
            .Distinct(StringComparer.Ordinal)
            .ToList();
        foreach (var stem in stems)
            Mend(directory, name, stem + SafeFileReplace.NewSuffix, stem + SafeFileReplace.OldSuffix, mayStand, mended);
        if (stems.Count > 0)
            Posix.Flush(directory);
    }

    private static void Mend(
        SafeFileHandle directory, string name, string newName, string oldName, Func<byte[], bool> mayStand, Action<string> mended)
    {
        uint?[] owners = [Posix.EffectiveUser, OwnerOf(directory, name), OwnerOf(directory, ".")];
        bool IsOurs(string leftover) => OwnerOf(directory, leftover) is { } owner && owners.Contains(owner);
        var stays = new List<string>();
        var standing = Posix.Look(directory, name)?.Identity;
        var old = Posix.Look(directory, oldName)?.Identity;
        if (standing is not null && old is not null && standing.Value.Inode != old.Value.Inode)
        {
            foreach (var leftover in new[] { newName, oldName })
            {
                if (IsOurs(leftover) && Posix.Look(directory, leftover) is { IsRegular: true, Identity.ModifiedNanoseconds: var written } &&
                    written > standing.Value.ModifiedNanoseconds)
                {
                    if (Content(directory, leftover) is not { } content || !mayStand(content) || !Posix.Rename(directory, leftover, name, 0))
                    {
                        // Somebody's last word, which a person has to judge: it is neither taken nor lost.
                        stays.Add(leftover);
                        continue;
                    }

                    mended(leftover);
                    standing = Posix.Look(directory, name)?.Identity ?? standing;
                }
            }
        }

        foreach (var leftover in new[] { newName, oldName })
        {
            if (IsOurs(leftover) && !stays.Contains(leftover))
                Posix.Unlink(directory, leftover);
        }
    }

    /// <summary>The owner of a regular file or a directory; null for anything else, and for what cannot be opened.</summary>
    private static uint? OwnerOf(SafeFileHandle directory, string name)
    {
        using var file = Posix.OpenFile(directory, name);
        return file is not null && Native.Statx((int)file.DangerousGetHandle(), "\0"u8, Native.EmptyPath, Native.BasicStats, out var facts) == 0
            ? facts.Owner
            : null;
    }

    private static byte[]? Content(SafeFileHandle directory, string name)
    {
        using var file = Posix.OpenFile(directory, name);
        if (file is null || Posix.Look(file) is not { IsRegular: true, Identity.SizeBytes: var size } || size > SafeFileReplace.MaxBytes)
            return null;
        var content = new byte[size];
        var length = 0;
        while (length < content.Length && RandomAccess.Read(file, content.AsSpan(length), length) is > 0 and var read)
            length += read;
        return length == content.Length ? content : null;
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
