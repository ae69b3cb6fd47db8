using System.Globalization;
using Exporter.Platform;

namespace Exporter.Storage;

/// <summary>
/// The one place that the exporter writes to: journals, ledger, copies of good configurations, bans of venues. Mode 0700. One process
/// owns it at a time; <c>check</c> and <c>history</c> only read.
/// </summary>
public sealed class StorageDirectory : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerMayEnter = OwnerOnly | UnixFileMode.UserExecute;

    private readonly Lock _taking = new();
    private FileStream? _lock;
    private volatile string? _problem;

    private StorageDirectory(string path) => Path = path;

    public string Path { get; }

    /// <summary>Why nothing can be kept here, and what to do; null while this process owns the directory.</summary>
    public string? Problem => _problem;

    private string LockFile => System.IO.Path.Combine(Path, "lock");

    private string HolderFile => System.IO.Path.Combine(Path, "lock.holder");

    public string Logs => System.IO.Path.Combine(Path, "logs");

    public string Backups => System.IO.Path.Combine(Path, "backups");

    public string Venues => System.IO.Path.Combine(Path, "venues");

    public string Ledger => System.IO.Path.Combine(Path, "healing.db");

    /// <summary><c>$STATE_DIRECTORY</c> (systemd), else <c>$XDG_STATE_HOME/tradingbot_exporter</c>, else <c>~/.local/state/tradingbot_exporter</c>.</summary>
    public static string DefaultPath(Func<string, string?> environment)
    {
        // systemd separates several directories with colons; the first is ours.
        if (environment("STATE_DIRECTORY") is { Length: > 0 } state)
        {
            return state.Split(':')[0];
        }

        var stateHome = environment("XDG_STATE_HOME") is { Length: > 0 } xdg
            ? xdg
            : System.IO.Path.Combine(environment("HOME") is { Length: > 0 } home ? home : "/", ".local", "state");
        return System.IO.Path.Combine(stateHome, "tradingbot_exporter");
    }

    /// <summary>
    /// Creates the directory if need be and takes its lock. Where it cannot be used, it is given all the same, with its
    /// <see cref="Problem"/>: a full or read-only disk is what the exporter is there to tell of.
    /// </summary>
    /// <exception cref="StorageException">Another process holds it.</exception>
    public static StorageDirectory Open(string path)
    {
        var storage = new StorageDirectory(System.IO.Path.GetFullPath(path));
        storage.Keep();
        if (storage._lock is null && IsHeld(storage.LockFile) && storage.Problem is { } problem)
            throw new StorageException(problem);
        return storage;
    }

    /// <summary>For commands that only read. The directory need not exist.</summary>
    public static StorageDirectory OpenReadOnly(string path) => new(System.IO.Path.GetFullPath(path));

    /// <summary>
    /// Makes sure that the directory is there and that the lock is held in it, and takes both again where somebody has removed or replaced
    /// it. Asks the file system, so never call it where somebody waits.
    /// </summary>
    public void Keep()
    {
        lock (_taking)
        {
            if (_lock is { } held && Posix.Look(held.SafeFileHandle) is { } mine && Posix.LookThroughLinks(LockFile) is { } there
                && (mine.Identity.Device, mine.Identity.Inode) == (there.Identity.Device, there.Identity.Inode))
            {
                _problem = null;
                return;
            }

            _lock?.Dispose();
            _lock = null;
            _problem = TryTake();
        }
    }

    /// <summary>For who has waited for <see cref="Keep"/>; it says otherwise as soon as it has an answer.</summary>
    public void SayThatItHangs() =>
        _problem = $"The storage directory {Path} does not answer: its file system hangs. Until it does, nothing is recorded and nothing is healed. Mend the disk or the mount.";

    /// <summary>Makes a directory of ours in one that is there: made with its parents, these would be open to everybody.</summary>
    /// <exception cref="IOException">It cannot be made; the parent may be gone.</exception>
    public static void MakeInside(string path)
    {
        if (Directory.Exists(path))
            return;
        if (!Directory.Exists(System.IO.Path.GetDirectoryName(path)))
            throw new DirectoryNotFoundException($"The directory {System.IO.Path.GetDirectoryName(path)} is gone.");
        Directory.CreateDirectory(path, OwnerMayEnter);
    }

    public void Dispose() => _lock?.Dispose();

    private string? TryTake()
    {
        try
        {
            Directory.CreateDirectory(Path, OwnerMayEnter);
            File.SetUnixFileMode(Path, OwnerMayEnter);
            // FileShare.None is an flock(2): the kernel drops it with the process, however it ends.
            var held = new FileStream(LockFile, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = System.IO.FileAccess.ReadWrite,
                Share = FileShare.None,
                UnixCreateMode = OwnerOnly,
            });
            try
            {
                // Beside the lock, not in it: .NET locks for reading too, so a second process could not read the first one's number.
                File.WriteAllText(HolderFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
                File.SetUnixFileMode(HolderFile, OwnerOnly);
                MakeInside(Logs);
                MakeInside(Backups);
                MakeInside(Venues);
                _lock = held;
                return null;
            }
            catch
            {
                held.Dispose();
                throw;
            }
        }
        catch (IOException) when (IsHeld(LockFile))
        {
            return $"The storage directory {Path} belongs to another running exporter{(HolderOf(HolderFile) is { } holder ? $" (process {holder})" : "")}. " +
                "Stop that one, or give this one a directory of its own with --storage.path.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"The storage directory {Path} cannot be used: {Phrase.Ended(e.Message)} " +
                "Until it can, nothing is recorded and nothing is healed. Free space, or make it writable for the user that runs the exporter, or name another with --storage.path.";
        }
    }

    private static bool IsHeld(string lockPath)
    {
        try
        {
            using var file = new FileStream(lockPath, FileMode.Open, System.IO.FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (IOException)
        {
            return File.Exists(lockPath);
        }
    }

    private static string? HolderOf(string holderPath)
    {
        try
        {
            return File.ReadAllText(holderPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

/// <summary>The storage directory cannot be used; the message is a sentence for the owner.</summary>
public sealed class StorageException(string message) : Exception(message);
