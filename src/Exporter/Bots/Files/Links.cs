using Exporter.Platform;
using Microsoft.Win32.SafeHandles;

namespace Exporter.Bots.Files;

/// <summary>Names where an open file really lies. Links are followed for reading (logs on another disk are common), and said.</summary>
internal static class Links
{
    /// <summary>The real path when a link below the bot's root led to it; null when none did, or nobody can tell.</summary>
    public static string? TargetOf(SafeFileHandle file, SourcePath path)
    {
        var real = ReadLink($"/proc/self/fd/{file.DangerousGetHandle()}");
        if (real is null || !real.StartsWith('/') || real == path.Full || real.EndsWith(" (deleted)", StringComparison.Ordinal))
        {
            return null;
        }

        // A link above or at the root is the owner's way of naming the bot and says nothing of this file.
        return path.Shown != path.Full && real == System.IO.Path.Combine(RealPath(path.Root), path.Shown) ? null : real;
    }

    /// <summary>The directory with every link in it followed; itself when that cannot be told.</summary>
    public static string RealPath(string directory)
    {
        var descriptor = Native.Open(Native.Path(directory), Native.OpenReadOnlyNonBlocking);
        if (descriptor < 0)
        {
            return directory;
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        return ReadLink($"/proc/self/fd/{descriptor}") ?? directory;
    }

    private static string? ReadLink(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: false)?.FullName;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
