using System.Text;
using Exporter.Platform;

namespace Exporter.Venues;

/// <summary>Reads an API key from its file, anew for each call so that a rotated key needs no restart.</summary>
internal static class KeyFile
{
    private const int LongestBytes = 4096;

    /// <summary>The key, or the sentence that says why there is none. The sentence never holds the content.</summary>
    public static (string? Key, string? Problem) Read(string path)
    {
        var content = TrustedFile.Read(path, LongestBytes);
        if (content.IsMissing)
            return (null, $"The key file {path} does not exist. Write the API key into it, or take the option away.");
        if (content is not { Bytes: { } bytes, Problem: null })
            return (null, $"The key file {path} {content.Problem}. It must be a regular file of 1 to {LongestBytes} bytes that holds nothing but the API key.");
        if (bytes.Length == 0)
            return (null, $"The key file {path} is empty; it must be a regular file that holds nothing but the API key.");
        var key = Encoding.UTF8.GetString(bytes).Trim();
        return key.Length > 0 && key.All(character => character is > ' ' and <= '~')
            ? (key, null)
            : (null, $"The key file {path} must hold one line of printable ASCII, nothing but the API key.");
    }
}
