using Exporter.Platform;
using Microsoft.Win32.SafeHandles;

namespace Exporter.Healing.Files;

/// <summary>
/// The directory of a bot's file, reached component by component without following a link, each of which only the effective user or
/// root can have made. Every later call is relative to the open directory: who renames a directory meanwhile redirects nothing.
/// </summary>
internal sealed class GuardedDirectory : IDisposable
{
    private const uint Root = 0;

    private readonly string _path;

    private GuardedDirectory(SafeFileHandle handle, string path)
    {
        Handle = handle;
        _path = path;
    }

    public SafeFileHandle Handle { get; }

    /// <summary>
    /// Opens the directory of <paramref name="file"/>. A file outside the bot's root (its owner named another path) is held to the
    /// same rules from <c>/</c> on.
    /// </summary>
    /// <param name="root">The bot's root; links above it are its owner's choice and are followed.</param>
    /// <param name="file">Absolute, normalised.</param>
    /// <param name="refusal">A sentence that says which rule forbids it and how to mend it.</param>
    public static GuardedDirectory? Open(string root, string file, out string? refusal)
    {
        root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        var directory = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var below = directory == root ? "" : directory.StartsWith(root + '/', StringComparison.Ordinal) ? directory[(root.Length + 1)..] : null;
        var current = below is null ? "/" : root;
        var handle = Posix.OpenDirectory(current);
        if (handle is null)
        {
            refusal = $"The directory {current} cannot be opened: {Posix.Message(Posix.LastError)}.";
            return null;
        }

        refusal = WhyNot(handle, current);
        foreach (var name in (below ?? directory).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (refusal is not null)
                break;
            current = Path.Combine(current, name);
            var next = Posix.OpenDirectory(handle, name);
            var error = Posix.LastError;
            handle.Dispose();
            if (next is null)
            {
                refusal = error is Errno.TooManyLinks or Errno.NotADirectory
                    ? $"{current} is a link or no directory, and nothing is written through links. Name the real path in the bot's options."
                    : $"The directory {current} cannot be opened: {Posix.Message(error)}.";
                return null;
            }

            handle = next;
            refusal = WhyNot(handle, current);
        }

        if (refusal is null)
            return new GuardedDirectory(handle, current);
        handle.Dispose();
        return null;
    }

    /// <summary>Why the entry must not be replaced, or null. A missing one may be made where the directory is the effective user's.</summary>
    public string? WhyNotReplace(string name, FileFacts? facts)
    {
        var path = Path.Combine(_path, name);
        var user = Posix.EffectiveUser;
        if (facts is not { } file)
        {
            return Posix.Look(Handle) is { } directory && directory.User == user
                ? null
                : $"The directory {_path} does not belong to the exporter's user ({user}), who alone would own a file made there. " +
                  "Run the exporter as the bot's user.";
        }

        if (file.IsLink)
            return $"{path} is a link, and nothing is written through links. Name the real path in the bot's options.";
        if (!file.IsRegular)
            return $"{path} is no regular file. Put a file there, or name another path in the bot's options.";
        if (file.IsMountPoint)
            return $"{path} is a mount point of its own and cannot be replaced in one step. Mount its directory instead of the single file.";
        if (file.User != user)
            return $"{path} belongs to user {file.User}, the exporter runs as user {user}. Run the exporter as the bot's user.";
        return file.IsWorldWritable ? $"{path} is writable by everybody. Mend it with: chmod o-w '{path}'" : null;
    }

    public void Dispose() => Handle.Dispose();

    private static string? WhyNot(SafeFileHandle handle, string path)
    {
        if (Posix.Look(handle) is not { } facts)
            return $"The directory {path} cannot be looked at: {Posix.Message(Posix.LastError)}.";
        if (facts.User != Posix.EffectiveUser && facts.User != Root)
        {
            return $"The directory {path} belongs to user {facts.User}, neither to the exporter's user ({Posix.EffectiveUser}) nor to root, " +
                "and its owner could swap what is below. Run the exporter as the bot's user.";
        }

        return facts.IsWorldWritable ? $"The directory {path} is writable by everybody. Mend it with: chmod o-w '{path}'" : null;
    }
}
