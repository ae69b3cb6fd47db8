using Exporter.Platform;

namespace Exporter.Healing.Files;

/// <summary>A look at a file of the bot's before anything is decided. Links are followed here; writing never does.</summary>
internal abstract record StateFile
{
    private StateFile()
    {
    }

    public sealed record Seen(ReadOnlyMemory<byte> Content) : StateFile;

    public sealed record Missing : StateFile;

    /// <summary>Something is there that cannot be read; the reason is a sentence.</summary>
    public sealed record Unreadable(string Reason) : StateFile;

    public static StateFile Read(string path)
    {
        try
        {
            if (Posix.Look(path) is null)
                return new Missing();
            // Before opening: a FIFO would wait for its other end.
            if (Posix.LookThroughLinks(path) is not { IsRegular: true } facts)
                return new Unreadable($"{path} is no regular file, or a link that leads to none. Put a file there.");
            if (facts.Identity.SizeBytes > SafeFileReplace.MaxBytes)
                return new Unreadable($"{path} is larger than {SafeFileReplace.MaxBytes / (1024 * 1024)} MiB, so it is not what it should be. Look at it.");
            return new Seen(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new Missing();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Unreadable($"{path} cannot be read: {e.Message}");
        }
    }
}
