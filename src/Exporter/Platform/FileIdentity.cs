namespace Exporter.Platform;

/// <summary>What changes when somebody writes a file or puts another in its place.</summary>
/// <param name="ModifiedNanoseconds">Since 1970, UTC.</param>
internal readonly record struct FileIdentity(ulong Device, ulong Inode, long SizeBytes, long ModifiedNanoseconds);

/// <summary>A directory entry as it is, links not followed.</summary>
/// <param name="Mode">Type and permission bits, as <c>st_mode</c>.</param>
/// <param name="IsMountPoint">Something is mounted just here, such as a single file by a container.</param>
internal readonly record struct FileFacts(FileIdentity Identity, uint User, uint Group, uint Mode, bool IsMountPoint)
{
    public static FileFacts Of(in FileStatistics file) => new(
        new FileIdentity(file.Stamp.Device, file.Inode, file.Stamp.Size, file.Stamp.ModifiedNanoseconds),
        file.Owner,
        file.Group,
        file.Mode,
        file.IsMountPoint);

    public bool IsRegular => (Mode & 0xF000) == 0x8000;

    public bool IsLink => (Mode & 0xF000) == 0xA000;

    public bool IsWorldWritable => (Mode & 2) != 0;

    public uint Permissions => Mode & 0xFFF;
}
