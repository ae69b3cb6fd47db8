namespace Exporter.Venues;

/// <summary>Reads an API key from its file, anew for each call so that a rotated key needs no restart.</summary>
internal static class KeyFile
{
    private const int LongestBytes = 4096;

    /// <summary>The key, or the sentence that says why there is none. The sentence never holds the content.</summary>
    public static (string? Key, string? Problem) Read(string path)
    {
        try
        {
            var named = new FileInfo(path);
            if (!named.Exists)
                return (null, $"The key file {path} does not exist. Write the API key into it, or take the option away.");
            // Mounted secrets are links to a versioned directory.
            var file = new FileInfo(named.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path);
            // A FIFO would wait for a writer for ever.
            if ((file.Attributes & (FileAttributes.Directory | FileAttributes.Device)) != 0 || file.Length is 0 or > LongestBytes)
                return (null, $"The key file {path} must be a regular file of 1 to {LongestBytes} bytes that holds nothing but the API key.");
            var key = File.ReadAllText(path).Trim();
            return key.Length > 0 && key.All(character => character is > ' ' and <= '~')
                ? (key, null)
                : (null, $"The key file {path} must hold one line of printable ASCII, nothing but the API key.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, $"The key file {path} cannot be read: {e.Message} Make it readable for the user that runs the exporter.");
        }
    }
}
