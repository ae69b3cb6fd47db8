namespace Exporter.Bots;

/// <summary>
/// What came of looking at one source of a bot: its value, its certain absence, that there is no such thing, or that it cannot be seen.
/// The cases are kept apart because a check that cannot see must never be green.
/// </summary>
public abstract record Reading<T>
{
    private Reading()
    {
    }

    /// <summary>The source was read whole and every field that the value needs was there.</summary>
    public sealed record Seen(T Value, Evidence Evidence) : Reading<T>;

    /// <summary>
    /// The source is certainly not there: its directory was readable and does not hold it. For a file that the bot creates on its
    /// first event this means "never happened"; for every other source the check says <c>unknown</c>.
    /// </summary>
    /// <param name="GoneSince">When it was removed, for a source that was there and whose removal is how the bot clears it.</param>
    public sealed record Absent(string Path, string Reason, DateTimeOffset? GoneSince = null) : Reading<T>;

    /// <summary>
    /// This kind of bot keeps no such thing, or its owner has not said where: the check is disabled with this one sentence, which says
    /// what would be needed to see it. Never "unknown", and no alarm.
    /// </summary>
    public sealed record NotKept(string Reason) : Reading<T>;

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

    /// <summary>Nothing answers at the bot's address: refused, reset, no route.</summary>
    Refused,

    /// <summary>The bot did not answer in time.</summary>
    TimedOut,

    /// <summary>The bot answers, but user name and password are wrong or missing.</summary>
    Unauthorized,

    /// <summary>The bot answers with a redirect or a page to log in at.</summary>
    WantsLogin,

    /// <summary>Something answers that is not this kind of bot.</summary>
    NotThisBot,

    /// <summary>The bot asks to be asked less often.</summary>
    RateLimited,

    /// <summary>The bot is starting, stopped or in a mode in which it does not say.</summary>
    NotReady,

    /// <summary>The bot answers with an error of its own.</summary>
    Failed,
}

/// <summary>What a reading rests on.</summary>
/// <param name="Source">For people: a file (relative to the bot's root where it lies below it), a table, a call, a log.</param>
/// <param name="Stamp">When the data came to be, UTC: a file's modification, an answer's time. Proof that it is newer than an action.</param>
/// <param name="Version">Opaque; equal means that nothing has moved.</param>
/// <param name="LinkTarget">Where the file really lies, when a link was followed; else null.</param>
public sealed record Evidence(string Source, DateTimeOffset Stamp, string Version, string? LinkTarget = null)
{
    /// <summary>
    /// How far a time without a zone that was written with the data is off the time of that writing, where that looks like another zone
    /// than the one configured: a multiple of 15 minutes. Null: it is not, or nobody can tell.
    /// </summary>
    public TimeSpan? ZoneOff { get; init; }
}

/// <summary>One of several sources of the same kind, by the name that labels and reasons use.</summary>
public readonly record struct Named<T>(string Name, Reading<T> Reading);
