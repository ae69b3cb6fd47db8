using System.Runtime.InteropServices;

namespace Exporter.Platform;

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
