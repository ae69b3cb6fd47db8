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
            volumes.Add(DirectoryVolume.Of(path, statistics));
        }

        return volumes.DrainToImmutable();
    }

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
