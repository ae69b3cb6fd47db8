using Exporter.Platform;

namespace Exporter.Bots.Files;

/// <summary>The file system under a directory, as df computes it.</summary>
internal static class DirectoryVolume
{
    /// <summary>Of a bot whose files only its kind judges.</summary>
    public static FileSystemState Of(string directory) => Native.Statvfs(Native.Path(directory), out var statistics) == 0
        ? new FileSystemState([Of(directory, statistics)], [], [])
        : new FileSystemState([], [], [$"The bot's directory {directory} does not exist or may not be entered, so its disk cannot be judged."]);

    /// <summary>As df computes it: what is reserved for root counts neither as used nor as available.</summary>
    internal static Volume Of(string path, in VolumeStatistics statistics) => new(
        path,
        statistics.Blocks * statistics.FragmentSize,
        Sensible(statistics.Blocks, statistics.BlocksAvailable) * statistics.FragmentSize,
        Ratio(statistics.Blocks, statistics.BlocksFree, statistics.BlocksAvailable),
        // btrfs, overlays and others have no fixed number of inodes: what is not counted is not judged.
        statistics.InodesFree > statistics.Inodes ? 0 : Ratio(statistics.Inodes, statistics.InodesFree, statistics.InodesAvailable),
        (statistics.Flags & Native.ReadOnlyMount) != 0 && MountTable.IsReadOnly(path) != false);

    /// <summary>Some file systems say that more is free than there is, or, past full, a number below 0 that wraps.</summary>
    private static double Ratio(ulong all, ulong free, ulong available)
    {
        var used = all - Sensible(all, free);
        var left = Sensible(all, available);
        return used + left == 0 ? 0 : used / (double)(used + left);
    }

    /// <summary>What can be free of so much: a number that wrapped below 0 is none, one above all of it is all.</summary>
    private static ulong Sensible(ulong all, ulong free) => free >= 1UL << 63 ? 0 : Math.Min(all, free);
}
