using System.Text;
using Exporter.Platform;

namespace Exporter.Healing.Triggers;

/// <summary>Reads a secret from a file each time it is needed, so that it can be rotated.</summary>
internal static class SecretFile
{
    /// <summary>The content without the line end, or null and a sentence that says why.</summary>
    public static string? Read(string path, out string? problem)
    {
        var content = TrustedFile.Read(path);
        problem = content.Problem is { } why ? $"The file {path} {why}." : null;
        return content is { Bytes: { } bytes, Problem: null } ? Encoding.UTF8.GetString(bytes).TrimEnd('\r', '\n') : null;
    }
}
