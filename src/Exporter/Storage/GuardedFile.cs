namespace Exporter.Storage;

/// <summary>
/// Files that the exporter obeys (configuration, tokens, secrets of triggers): whoever can write one can make the exporter run
/// commands, so nobody but its owner may.
/// </summary>
public static class GuardedFile
{
    /// <summary>The sentence that refuses a file which its group or others may write, with the command that mends it; null when it is safe or missing.</summary>
    public static string? Complaint(string path)
    {
        try
        {
            var mode = File.GetUnixFileMode(path);
            return (mode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) == 0
                ? null
                : $"may be written by others than its owner; run: chmod go-w {path}";
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"cannot be looked at: {e.Message}";
        }
    }
}
