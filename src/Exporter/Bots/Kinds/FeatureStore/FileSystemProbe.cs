using System.Collections.Immutable;
using Exporter.Bots.Files;
using Exporter.Platform;

namespace Exporter.Bots.Kinds.FeatureStore;

/// <summary>The file systems below a bot, each once, and the access of the bot's user to its critical files.</summary>
internal sealed class FileSystemProbe(FeatureStoreLayout layout, string? botUser)
{
    private readonly ImmutableArray<(string Path, byte[] Native)> _directories =
        [.. layout.Directories.Select(directory => (directory, Native.Path(directory)))];

    // One for all bots: they share the host's users.
    private static readonly AccountsFile Accounts = new();

    public FileSystemState Read()
    {
        var problems = ImmutableArray.CreateBuilder<string>();
        var volumes = ReadVolumes(problems);
        if (volumes.IsEmpty)
        {
            return new FileSystemState([], [], problems.DrainToImmutable());
        }

        if (FindUser(out var why) is not { } user)
        {
            problems.Add(why);
            return new FileSystemState(volumes, Unknown(why), problems.DrainToImmutable());
        }

        return new FileSystemState(
            volumes,
            [.. layout.CriticalFiles.Select(file => UserAccess.Judge(file, user))],
            problems.DrainToImmutable());
    }

    private ImmutableArray<Volume> ReadVolumes(ImmutableArray<string>.Builder problems)
    {
        var volumes = ImmutableArray.CreateBuilder<Volume>();
        Span<ulong> devices = stackalloc ulong[_directories.Length];
        foreach (var (path, native) in _directories)
        {
            if (Native.Statx(Native.CurrentDirectory, native, 0, Native.BasicStats, out var file) != 0)
            {
                // The root is always one of them; for the others their sources say what is wrong.
                if (path == layout.Root)
                {
                    problems.Add($"The bot's directory {path} does not exist or may not be entered, so its disk cannot be judged.");
                    return [];
                }

                continue;
            }

            if (devices[..volumes.Count].Contains(file.Stamp.Device))
            {
                continue;
            }

            if (Native.Statvfs(native, out var statistics) != 0)
            {
                problems.Add($"The file system of {path} does not tell its usage.");
                continue;
            }

            devices[volumes.Count] = file.Stamp.Device;
            volumes.Add(ToVolume(path, statistics));
        }

        return volumes.DrainToImmutable();
    }

    /// <summary>As df computes it: what is reserved for root counts neither as used nor as available.</summary>
    internal static Volume ToVolume(string path, in VolumeStatistics statistics) => new(
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

    private UserAccount? FindUser(out string why)
    {
        why = "";
        if (botUser is { Length: > 0 })
        {
            if (Accounts.Find(botUser) is { } named)
            {
                return named;
            }

            why = $"The bot's user '{botUser}' is not known on this host. Set BotUser to a user's name or number.";
            return null;
        }

        if (Native.Statx(Native.CurrentDirectory, Native.Path(layout.Root), 0, Native.BasicStats, out var root) == 0)
        {
            return Accounts.Find(root.Owner);
        }

        why = $"The owner of {layout.Root} cannot be told. Set BotUser.";
        return null;
    }

    private ImmutableArray<FileAccess> Unknown(string why) =>
        [.. layout.CriticalFiles.Select(file => new FileAccess(file.Shown, Permission.Unknown, Permission.Unknown, why))];
}
