using System.Text;
using Exporter.Healing.Files;
using Exporter.Platform;

namespace Exporter.Healing.Triggers;

/// <summary>Reads a secret from a file each time it is needed, so that it can be rotated; it must not be writable by everybody.</summary>
internal static class SecretFile
{
    private const int MaxBytes = 64 * 1024;

    /// <summary>The content without the line end, or null and a sentence that says why.</summary>
    public static string? Read(string path, out string? problem)
    {
        try
        {
            if (Posix.LookThroughLinks(path) is not { IsRegular: true } facts)
            {
                problem = $"The file {path} is missing or no regular file.";
                return null;
            }

            if (facts.IsWorldWritable)
            {
                problem = $"The file {path} is writable by everybody. Mend it with: chmod o-w '{path}'";
                return null;
            }

            if (facts.Identity.SizeBytes > MaxBytes)
            {
                problem = $"The file {path} is larger than {MaxBytes / 1024} KiB.";
                return null;
            }

            problem = null;
            return File.ReadAllText(path, Encoding.UTF8).TrimEnd('\r', '\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = $"The file {path} cannot be read: {e.Message}";
            return null;
        }
    }
}
