using System.Runtime.InteropServices;

namespace Exporter.Platform;

/// <summary>
/// The system calls that .NET does not offer: opening without hanging on a FIFO, inode and nanoseconds of a file, statvfs, access
/// by the effective user, extended attributes. Constants are those of Linux on x64 and arm64.
/// </summary>
internal static partial class Native
{
    public const int CurrentDirectory = -100; // AT_FDCWD
    public const int OpenReadOnlyNonBlocking = 0x800 | 0x80000; // O_RDONLY | O_NONBLOCK | O_CLOEXEC
    public const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    public const int EmptyPath = 0x1000; // AT_EMPTY_PATH
    public const int EffectiveAccess = 0x200; // AT_EACCESS
    public const int BasicStats = 0x7ff; // STATX_BASIC_STATS
    public const int BasicStatsAndMount = 0x17ff; // and STATX_MNT_ID

    public const int ReadAccess = 4;
    public const int WriteAccess = 2;
    public const int SearchAccess = 1;

    /// <summary>ST_RDONLY of <see cref="VolumeStatistics.Flags"/>.</summary>
    public const ulong ReadOnlyMount = 1;

    private const string Libc = "libc";

    [LibraryImport(Libc, EntryPoint = "open", SetLastError = true)]
    public static partial int Open(ReadOnlySpan<byte> path, int flags);

    // statx and not stat: its structure is the same on every architecture.
    [LibraryImport(Libc, EntryPoint = "statx", SetLastError = true)]
    public static partial int Statx(int directory, ReadOnlySpan<byte> path, int flags, uint mask, out FileStatistics result);

    [LibraryImport(Libc, EntryPoint = "statvfs", SetLastError = true)]
    public static partial int Statvfs(ReadOnlySpan<byte> path, out VolumeStatistics result);

    [LibraryImport(Libc, EntryPoint = "faccessat", SetLastError = true)]
    public static partial int Faccessat(int directory, ReadOnlySpan<byte> path, int mode, int flags);

    [LibraryImport(Libc, EntryPoint = "getxattr", SetLastError = true)]
    public static partial nint Getxattr(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, nint value, nuint size);

    [LibraryImport(Libc, EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    // A user of the name service (LDAP, …) has groups that /etc/group does not know.
    [LibraryImport(Libc, EntryPoint = "getgrouplist", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Getgrouplist(string user, uint group, Span<uint> groups, ref int count);

    /// <summary>A path as the system calls take it.</summary>
    public static byte[] Path(string path) => System.Text.Encoding.UTF8.GetBytes(path + "\0");
}
