using System.Runtime.InteropServices;

namespace Exporter.Bots.Files;

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

    public const int ReadAccess = 4;
    public const int WriteAccess = 2;
    public const int SearchAccess = 1;

    public const int NoEntry = 2; // ENOENT
    public const int NoDevice = 6; // ENXIO, from opening a socket
    public const int NotPermitted = 1; // EPERM
    public const int AccessDenied = 13; // EACCES
    public const int NotADirectory = 20; // ENOTDIR
    public const int NoAttribute = 61; // ENODATA
    public const int NotSupported = 95; // EOPNOTSUPP
    public const int ReadOnlyFileSystem = 30; // EROFS

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

/// <summary><c>struct statx</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct FileStatistics
{
    private readonly uint _mask;
    private readonly uint _blockSize;
    private readonly ulong _attributes;
    private readonly uint _links;
    public readonly uint Owner;
    public readonly uint Group;
    private readonly ushort _mode;
    private readonly ushort _spare0;
    public readonly ulong Inode;
    public readonly ulong Size;
    private readonly ulong _blocks;
    private readonly ulong _attributesMask;
    private readonly Moment _accessed;
    private readonly Moment _born;
    private readonly Moment _changed;
    private readonly Moment _modified;
    private readonly uint _specialMajor;
    private readonly uint _specialMinor;
    public readonly uint DeviceMajor;
    public readonly uint DeviceMinor;
    private readonly Spare _spare;

    /// <summary>What of a file must stay the same for its content to be the same.</summary>
    public FileStamp Stamp => new(
        ((ulong)DeviceMajor << 32) | DeviceMinor, Inode, (long)Size, _modified.Nanoseconds, _changed.Nanoseconds);

    /// <summary>STATX_ATTR_IMMUTABLE: <c>chattr +i</c>.</summary>
    public bool IsImmutable => (_attributes & 0x10) != 0;

    public int PermissionBits => _mode & 0xfff;

    public bool IsDirectory => Kind == 0x4000;

    public bool IsFile => Kind == 0x8000;

    public bool IsLink => Kind == 0xa000;

    /// <summary>For people: what stands where a file was expected.</summary>
    public string KindName => Kind switch
    {
        0x1000 => "a FIFO",
        0x2000 => "a character device",
        0x4000 => "a directory",
        0x6000 => "a block device",
        0xc000 => "a socket",
        _ => "no regular file",
    };

    private int Kind => _mode & 0xf000;

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Moment
    {
        private readonly long _seconds;
        private readonly uint _nanoseconds;
        private readonly int _reserved;

        public long Nanoseconds => unchecked((_seconds * 1_000_000_000) + _nanoseconds);
    }

    [StructLayout(LayoutKind.Sequential, Size = 112)]
    private readonly struct Spare
    {
    }
}

/// <summary>Device, inode, size, and the nanoseconds of the last change of content and of the inode.</summary>
internal readonly record struct FileStamp(ulong Device, ulong Inode, long Size, long ModifiedNanoseconds, long ChangedNanoseconds)
{
    public DateTimeOffset ModifiedAt => ModifiedNanoseconds / 100 is var ticks && ticks <= (DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).Ticks
        && ticks >= (DateTimeOffset.MinValue - DateTimeOffset.UnixEpoch).Ticks
            ? DateTimeOffset.UnixEpoch.AddTicks(ticks)
            : DateTimeOffset.UnixEpoch;

    /// <summary>Equal exactly when nothing of the file has moved.</summary>
    public string Version => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"{Device:x}.{Inode:x}.{Size:x}.{ModifiedNanoseconds:x}.{ChangedNanoseconds:x}");
}

/// <summary><c>struct statvfs</c> on 64-bit Linux.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct VolumeStatistics
{
    private readonly ulong _blockSize;
    public readonly ulong FragmentSize;
    public readonly ulong Blocks;
    public readonly ulong BlocksFree;
    public readonly ulong BlocksAvailable;
    public readonly ulong Inodes;
    public readonly ulong InodesFree;
    public readonly ulong InodesAvailable;
    private readonly ulong _fileSystem;
    public readonly ulong Flags;
    private readonly ulong _nameLength;
    private readonly Spare _spare;

    // 24 bytes in glibc; room for more costs nothing and forgives another libc.
    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private readonly struct Spare
    {
    }
}
