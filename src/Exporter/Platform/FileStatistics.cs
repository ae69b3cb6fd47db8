using System.Runtime.InteropServices;

namespace Exporter.Platform;

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
    public readonly ushort Mode;
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

    /// <summary>As the first field of <c>/proc/self/mountinfo</c>; 0 where it was not asked for, or the kernel is older than 5.8.</summary>
    public readonly ulong MountId;
    private readonly Spare _spare;

    /// <summary>What of a file must stay the same for its content to be the same.</summary>
    public FileStamp Stamp => new(
        ((ulong)DeviceMajor << 32) | DeviceMinor, Inode, (long)Size, _modified.Nanoseconds, _changed.Nanoseconds);

    /// <summary>STATX_ATTR_IMMUTABLE: <c>chattr +i</c>.</summary>
    public bool IsImmutable => (_attributes & 0x10) != 0;

    /// <summary>STATX_ATTR_MOUNT_ROOT: something is mounted just here, such as a single file by a container.</summary>
    public bool IsMountPoint => (_attributesMask & _attributes & 0x2000) != 0;

    public int PermissionBits => Mode & 0xfff;

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

    private int Kind => Mode & 0xf000;

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Moment
    {
        private readonly long _seconds;
        private readonly uint _nanoseconds;
        private readonly int _reserved;

        public long Nanoseconds => unchecked((_seconds * 1_000_000_000) + _nanoseconds);
    }

    [StructLayout(LayoutKind.Sequential, Size = 104)]
    private readonly struct Spare
    {
    }
}

/// <summary>Device, inode, size, and the nanoseconds of the last change of content and of the inode.</summary>
internal readonly record struct FileStamp(ulong Device, ulong Inode, long Size, long ModifiedNanoseconds, long ChangedNanoseconds)
{
    public DateTimeOffset ModifiedAt => Time(ModifiedNanoseconds);

    /// <summary>When the inode last changed, which nobody can set back.</summary>
    public DateTimeOffset ChangedAt => Time(ChangedNanoseconds);

    /// <summary>Equal exactly when nothing of the file has moved.</summary>
    public string Version => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"{Device:x}.{Inode:x}.{Size:x}.{ModifiedNanoseconds:x}.{ChangedNanoseconds:x}");

    private static DateTimeOffset Time(long nanoseconds) => nanoseconds / 100 is var ticks && ticks <= (DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).Ticks
        && ticks >= (DateTimeOffset.MinValue - DateTimeOffset.UnixEpoch).Ticks
            ? DateTimeOffset.UnixEpoch.AddTicks(ticks)
            : DateTimeOffset.UnixEpoch;
}
