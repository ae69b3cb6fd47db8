using Exporter.Platform;

namespace Exporter.Bots.Files;

/// <summary>Where a source lies: by the name that people read, and as the system calls take it.</summary>
internal sealed class SourcePath
{
    private SourcePath(string root, string full, string shown)
    {
        Root = root;
        Full = full;
        Shown = shown;
        Directory = Path.GetDirectoryName(full) ?? full;
        Native = Platform.Native.Path(full);
        NativeDirectory = Platform.Native.Path(Directory);
    }

    /// <summary>The bot's root, absolute.</summary>
    public string Root { get; }

    /// <summary>Absolute, before links are followed.</summary>
    public string Full { get; }

    /// <summary>Relative to the root with forward slashes where it lies below it, else absolute.</summary>
    public string Shown { get; }

    public string Directory { get; }

    public byte[] Native { get; }

    public byte[] NativeDirectory { get; }

    /// <summary>Of the directory as it is now; null when it cannot be looked at.</summary>
    public FileStamp? DirectoryStamp() =>
        Platform.Native.Statx(Platform.Native.CurrentDirectory, NativeDirectory, 0, Platform.Native.BasicStats, out var directory) == 0 ? directory.Stamp : null;

    /// <param name="root">Absolute.</param>
    /// <param name="path">Below the root, or absolute.</param>
    public static SourcePath Under(string root, string path)
    {
        var full = Path.GetFullPath(path, root);
        var relative = Path.GetRelativePath(root, full);
        var below = relative != ".." && !relative.StartsWith("../", StringComparison.Ordinal);
        return new SourcePath(root, full, below ? relative : full);
    }
}
