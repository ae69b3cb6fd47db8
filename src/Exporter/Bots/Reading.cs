namespace Exporter.Bots;

/// <summary>
/// What came of looking at one source of a bot: its value, its certain absence, or that it cannot be seen.
/// The three are kept apart because a check that cannot see must never be green.
/// </summary>
public abstract record Reading<T>
{
    private Reading()
    {
    }

    /// <summary>The source was read whole and every field that the value needs was there.</summary>
    public sealed record Seen(T Value, SourceFile File) : Reading<T>;

    /// <summary>
    /// The source is certainly not there: its directory was readable and does not hold it. For a file that the bot creates on its
    /// first event this means "never happened"; for every other source the check says <c>unknown</c>.
    /// </summary>
    public sealed record Absent(string Path, string Reason) : Reading<T>;

    /// <summary>The source cannot be seen; the reason is one plain sentence that names the file, what is wrong and what to do.</summary>
    public sealed record Unreadable(UnreadableCause Cause, string Path, string Reason) : Reading<T>;
}

/// <summary>Why a source could not be read.</summary>
public enum UnreadableCause
{
    /// <summary>The directory that would hold the file is missing or not readable, so that absence proves nothing.</summary>
    NoDirectory,

    /// <summary>The operating system refuses access.</summary>
    AccessDenied,

    /// <summary>A directory, FIFO, socket or device stands where a file is expected.</summary>
    NotAFile,

    /// <summary>The content is empty, torn or no JSON, also after reading it again.</summary>
    Invalid,

    /// <summary>The content is JSON, but a field that the value needs is missing or has the wrong type.</summary>
    MissingField,

    /// <summary>The file is larger than the adapter reads.</summary>
    TooLarge,

    /// <summary>Any other error of the file system.</summary>
    InputOutput,

    /// <summary>The source had been seen before and is gone now.</summary>
    Lost,
}

/// <summary>A file as it was when it was read. <paramref name="Path"/> is relative to the bot's root where it lies below it.</summary>
/// <param name="Path">Relative to the bot's root, with forward slashes.</param>
/// <param name="FullPath">Absolute, before links are followed.</param>
/// <param name="LinkTarget">Where it really lies, when a link was followed; else null.</param>
/// <param name="Inode">Inode number of the file that was read.</param>
/// <param name="SizeBytes">Size in bytes.</param>
/// <param name="ModifiedAt">Last modification, UTC.</param>
public sealed record SourceFile(string Path, string FullPath, string? LinkTarget, ulong Inode, long SizeBytes, DateTimeOffset ModifiedAt);

/// <summary>One of several sources of the same kind, by the name that labels and reasons use.</summary>
public readonly record struct Named<T>(string Name, Reading<T> Reading);
