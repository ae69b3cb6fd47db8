using System.Globalization;

namespace Exporter.Storage;

/// <summary>
/// The one place that the exporter writes to: journals, ledger, copies of good configurations, bans of venues. Mode 0700. One process
/// owns it at a time; <c>check</c> and <c>history</c> only read.
/// </summary>
public sealed class StorageDirectory : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileStream? _lock;

    private StorageDirectory(string path, FileStream? held)
    {
        Path = path;
        _lock = held;
    }

    public string Path { get; }

    /// <summary>Whether this process may write here.</summary>
    public bool Owned => _lock is not null;

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

    /// <summary>Creates the directory if need be and takes its lock.</summary>
    /// <exception cref="StorageException">It cannot be created or written, or another process holds it.</exception>
    public static StorageDirectory Open(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        var lockPath = System.IO.Path.Combine(path, "lock");
        var holderPath = System.IO.Path.Combine(path, "lock.holder");
        try
        {
            Directory.CreateDirectory(path, owner);
            File.SetUnixFileMode(path, owner);
            // FileShare.None is an flock(2): the kernel drops it with the process, however it ends.
            var held = new FileStream(lockPath, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = System.IO.FileAccess.ReadWrite,
                Share = FileShare.None,
                UnixCreateMode = OwnerOnly,
            });
            try
            {
                // Beside the lock, not in it: .NET locks for reading too, so a second process could not read the first one's number.
                File.WriteAllText(holderPath, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
                File.SetUnixFileMode(holderPath, OwnerOnly);
                var storage = new StorageDirectory(path, held);
                Directory.CreateDirectory(storage.Logs, owner);
                Directory.CreateDirectory(storage.Backups, owner);
                Directory.CreateDirectory(storage.Venues, owner);
                return storage;
            }
            catch
            {
                held.Dispose();
                throw;
            }
        }
        catch (IOException) when (IsHeld(lockPath) && HolderOf(holderPath) is { } holder)
        {
            throw new StorageException(
                $"The storage directory {path} belongs to another running exporter (process {holder}). " +
                "Stop that one, or give this one a directory of its own with --storage.path.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(
                $"The storage directory {path} cannot be used: {e.Message} " +
                "Make it writable for the user that runs the exporter, or name another with --storage.path.");
        }
    }

    /// <summary>For commands that only read. The directory need not exist.</summary>
    public static StorageDirectory OpenReadOnly(string path) => new(System.IO.Path.GetFullPath(path), null);

    public void Dispose() => _lock?.Dispose();

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
