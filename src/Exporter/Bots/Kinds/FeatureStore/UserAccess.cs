using System.Runtime.InteropServices;
using Exporter.Bots.Files;
using Exporter.Platform;

namespace Exporter.Bots.Kinds.FeatureStore;

/// <summary>
/// Whether the bot's user may read and write a file, without opening it. When the exporter runs as that user the kernel answers;
/// else owner, groups, mode and a read-only mount decide, of the file and of every directory on its way, and an ACL makes it unknown.
/// </summary>
internal static class UserAccess
{
    private const uint Superuser = 0;

    private static readonly uint Self = Native.EffectiveUser();

    public static FileAccess Judge(SourcePath file, UserAccount user)
    {
        var path = file.Full;
        const int both = Native.ReadAccess | Native.WriteAccess;
        // What is nearly always so takes one question.
        if (user.Id == Self && Native.Faccessat(Native.CurrentDirectory, file.Native, both, Native.EffectiveAccess) == 0)
        {
            return Answer(file, Permission.Granted, Permission.Granted, null);
        }

        if (Native.Statx(Native.CurrentDirectory, file.Native, 0, Native.BasicStats, out _) != 0)
        {
            return JudgeMissing(file, user, Marshal.GetLastPInvokeError());
        }

        if (May(path, user, both).Permission == Permission.Granted)
        {
            return Answer(file, Permission.Granted, Permission.Granted, null);
        }

        var (read, readWhy) = May(path, user, Native.ReadAccess);
        var (write, writeWhy) = May(path, user, Native.WriteAccess);
        return Answer(file, read, write, readWhy ?? writeWhy);
    }

    private static FileAccess JudgeMissing(SourcePath file, UserAccount user, int error)
    {
        if (error != Errno.NoEntry)
        {
            return Answer(file, Permission.Unknown, Permission.Unknown, "the exporter's user may not look there");
        }

        if (!Directory.Exists(file.Directory))
        {
            return Answer(file, Permission.Unknown, Permission.Unknown, $"its directory {file.Directory} does not exist");
        }

        // Not there yet: then the question is whether the bot can make it.
        var (make, why) = May(file.Directory, user, Native.WriteAccess | Native.SearchAccess);
        return Answer(file, make, make, why, missing: true);
    }

    private static FileAccess Answer(SourcePath file, Permission read, Permission write, string? why, bool missing = false) => new(
        file.Shown, read, write, why is null ? null : missing ? $"{file.Shown} does not exist yet, and cannot be made: {why}" : $"{file.Shown}: {why}");

    private static (Permission Permission, string? Why) May(string path, UserAccount user, int mode) =>
        user.Id == Self ? AskKernel(path, user, mode) : Work(path, user, mode);

    private static (Permission, string?) AskKernel(string path, UserAccount user, int mode)
    {
        if (Native.Faccessat(Native.CurrentDirectory, Native.Path(path), mode, Native.EffectiveAccess) == 0)
        {
            return (Permission.Granted, null);
        }

        return Marshal.GetLastPInvokeError() switch
        {
            // The kernel asks for the rights first: with a view that is read-only for us alone, they were there.
            Errno.ReadOnlyFileSystem => MountTable.IsReadOnly(path) switch
            {
                true => (Permission.Denied, ReadOnly(path)),
                false => (Permission.Granted, null),
                null => (Permission.Unknown, $"{path} is mounted read-only here, and whether also for the bot cannot be told"),
            },
            Errno.AccessDenied or Errno.NotPermitted => (Permission.Denied, $"{user} may not {Verb(mode)} {path}"),
            var error => (Permission.Unknown, $"{path} cannot be asked: {Marshal.GetPInvokeErrorMessage(error)}"),
        };
    }

    private static (Permission, string?) Work(string path, UserAccount user, int mode)
    {
        var native = Native.Path(path);
        if ((mode & Native.WriteAccess) != 0
            && Native.Statvfs(native, out var volume) == 0 && (volume.Flags & Native.ReadOnlyMount) != 0 && MountTable.IsReadOnly(path) != false)
        {
            return (Permission.Denied, ReadOnly(path));
        }

        var worst = (Permission: Permission.Granted, Why: (string?)null);
        foreach (var directory in DirectoriesOnTheWay(path))
        {
            worst = Worse(worst, JudgeOne(directory, user, Native.SearchAccess));
        }

        return Worse(worst, JudgeOne(path, user, mode));
    }

    /// <summary>All directories above the file, by its name and where it really lies: a link's target is reached through its own.</summary>
    private static IEnumerable<string> DirectoriesOnTheWay(string path)
    {
        var real = Path.Combine(Links.RealPath(Path.GetDirectoryName(path) ?? "/"), Path.GetFileName(path));
        var target = Links.RealPath(path);
        return new[] { path, real, target }.SelectMany(Above).Distinct(StringComparer.Ordinal);

        static IEnumerable<string> Above(string path)
        {
            for (var directory = Path.GetDirectoryName(path); directory is not null; directory = Path.GetDirectoryName(directory))
            {
                yield return directory;
            }
        }
    }

    private static (Permission, string?) JudgeOne(string path, UserAccount user, int mode)
    {
        var native = Native.Path(path);
        if (Native.Statx(Native.CurrentDirectory, native, 0, Native.BasicStats, out var file) != 0)
        {
            return (Permission.Unknown, $"the exporter's user may not look at {path}");
        }

        if ((mode & Native.WriteAccess) != 0 && file.IsImmutable)
        {
            return (Permission.Denied, $"{path} is immutable (chattr -i lifts it)");
        }

        if (user.Id == Superuser)
        {
            return (Permission.Granted, null);
        }

        // ERANGE cannot come: a size of 0 only asks how long it is.
        if (Native.Getxattr(native, "system.posix_acl_access\0"u8, 0, 0) >= 0)
        {
            return (Permission.Unknown, $"{path} has an access control list, which only its own user can judge; run the exporter as the bot's user");
        }

        var bits = file.PermissionBits;
        var (asOwner, asGroup, asOther) = (Has(bits >> 6, mode), Has(bits >> 3, mode), Has(bits, mode));
        var denied = (Permission.Denied, $"{user} may not {Verb(mode)} {path} (mode {Convert.ToString(bits, 8)}, owner {file.Owner}, group {file.Group})");
        if (file.Owner == user.Id)
        {
            return asOwner ? (Permission.Granted, null) : denied;
        }

        if (user.Groups is null && asGroup != asOther)
        {
            return (Permission.Unknown, $"the groups of {user} are not known on this host, and {path} is open to its group or to others only");
        }

        return (user.Groups?.Contains(file.Group) == true ? asGroup : asOther) ? (Permission.Granted, null) : denied;
    }

    private static bool Has(int bits, int mode) => (bits & mode) == mode;

    private static (Permission Permission, string? Why) Worse((Permission Permission, string? Why) one, (Permission Permission, string? Why) other) =>
        one.Permission == Permission.Denied || other.Permission == Permission.Granted
        || (one.Permission == Permission.Unknown && other.Permission == Permission.Unknown)
            ? one
            : other;

    private static string ReadOnly(string path) =>
        $"{path} is on a file system that is read-only";

    private static string Verb(int mode) => mode switch
    {
        Native.ReadAccess => "read",
        Native.WriteAccess => "write",
        Native.SearchAccess => "enter",
        _ => "make files in",
    };
}
