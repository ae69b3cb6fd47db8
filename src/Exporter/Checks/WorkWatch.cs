using System.Collections.Immutable;
using Exporter.Bots;

namespace Exporter.Checks;

/// <summary>
/// Remembers when a bot's positions and intelligence last moved, as the exporter saw it. Measured by the exporter's own monotonic clock
/// and from its first look on: neither a clock that jumps nor a bot that has just been found can look idle.
/// </summary>
internal sealed class WorkWatch
{
    private Trace? _last;
    private long _movedAt;

    /// <summary>Takes a look. The intelligence that decides is the first source.</summary>
    public WorkObservation Observe(Reading<PositionBook> positions, ImmutableArray<Named<Intelligence>> intelligence, TimeProvider time)
    {
        Reading<Intelligence> deciding = intelligence.IsEmpty
            ? new Reading<Intelligence>.Absent("", "The bot names no source of market intelligence.")
            : intelligence[0].Reading;
        var now = new Trace(TraceOf(positions), TraceOf(deciding));
        if (_last is null || now.MovedSince(_last))
        {
            _movedAt = time.GetTimestamp();
        }

        // What cannot be seen for a moment (a torn file) is compared with what was seen before it.
        _last = now.Over(_last);
        return new WorkObservation(
            time.GetElapsedTime(_movedAt),
            SeesAll: now is { Positions: not null, Intelligence: not null },
            SeesNothing: now is { Positions: null, Intelligence: null },
            now switch
            {
                { Positions: null } => Unseen.Sentence(positions),
                { Intelligence: null } => Unseen.Sentence(deciding),
                _ => null,
            });
    }

    private static SourceTrace? TraceOf(Reading<PositionBook> reading) => reading is Reading<PositionBook>.Seen seen
        ? new SourceTrace(seen.Evidence.Version, seen.Evidence.Stamp, seen.Value.NewestOpenedAt)
        : null;

    private static SourceTrace? TraceOf(Reading<Intelligence> reading) => reading is Reading<Intelligence>.Seen seen
        ? new SourceTrace(seen.Evidence.Version, seen.Evidence.Stamp, seen.Value.Timestamp)
        : null;

    /// <summary>What changes in a source when the bot works.</summary>
    private sealed record SourceTrace(string Version, DateTimeOffset ModifiedAt, DateTimeOffset? Stamp);

    private sealed record Trace(SourceTrace? Positions, SourceTrace? Intelligence)
    {
        public bool MovedSince(Trace before) =>
            (Positions is not null && Positions != before.Positions) || (Intelligence is not null && Intelligence != before.Intelligence);

        public Trace Over(Trace? before) => new(Positions ?? before?.Positions, Intelligence ?? before?.Intelligence);
    }
}

/// <summary>How the bot's work looked at one moment.</summary>
/// <param name="Unmoved">Since when nothing moved that can be seen.</param>
/// <param name="UnseenReason">Why something cannot be seen; null when all can.</param>
internal readonly record struct WorkObservation(TimeSpan Unmoved, bool SeesAll, bool SeesNothing, string? UnseenReason);
