using Exporter.Platform;

namespace Exporter.Bots.Files;

/// <summary>
/// Remembers why a file is absent, as long as its directory is as it was: to explain it anew takes several system calls each time, and
/// most bots have few of the files that they might have.
/// </summary>
internal sealed class KnownAbsence<T>(SourcePath path)
{
    private volatile Known? _known;

    /// <summary>The reading for the path, which has just not opened with <paramref name="error"/>.</summary>
    public Reading<T> Explain(int error, bool seenBefore)
    {
        // Before the explanation: what changes meanwhile makes the next look explain it again.
        var directory = path.DirectoryStamp();
        if (error == Errno.NoEntry && !seenBefore && _known is { } known && known.Directory == directory)
        {
            return known.Reading;
        }

        var reading = Absence.Explain<T>(path, error, seenBefore);
        _known = reading is Reading<T>.Absent && directory is { } stamp ? new Known(reading, stamp) : null;
        return reading;
    }

    private sealed record Known(Reading<T> Reading, FileStamp Directory);
}
