using Exporter.Bots;

namespace Exporter.Checks;

/// <summary>Where one switch stands at one moment: what the bot wrote, judged by the clock.</summary>
internal sealed record SwitchStanding(string Name)
{
    public bool Active { get; private init; }

    /// <summary>Its block has ended and the bot has not cleared it yet.</summary>
    public bool Expired { get; private init; }

    /// <summary>Expired for longer than the grace.</summary>
    public bool Overdue { get; private init; }

    public bool NeverTriggered { get; private init; }

    /// <summary>It says that it tripped later than now.</summary>
    public bool FromTheFuture { get; private init; }

    public DateTimeOffset? BlockedUntil { get; private init; }

    public DateTimeOffset? TriggeredAt { get; private init; }

    /// <summary>From here on it is known to have been active; meaningful only while it is.</summary>
    public DateTimeOffset ActiveSince { get; private init; }

    /// <summary>Whether a position was opened while it was active; null when the positions do not say.</summary>
    public bool? Breached { get; private init; } = false;

    public DateTimeOffset? OpenedWhileBlocked { get; private init; }

    /// <summary>The file that says so; null when there is none.</summary>
    public Evidence? File { get; private init; }

    public string? Why { get; private init; }

    public string? UnseenCause { get; private init; }

    public string? UnseenReason { get; private init; }

    /// <summary>The name as reasons and details show it.</summary>
    public string Title => Phrase.Word(Name);

    public static SwitchStanding Of(Named<KillSwitch> named, DateTimeOffset now, TimeSpan grace) => named.Reading switch
    {
        Reading<KillSwitch>.Seen seen => Judge(named.Name, seen.Value, seen.Evidence, now, grace),
        Reading<KillSwitch>.Absent => new SwitchStanding(named.Name) { NeverTriggered = true },
        var unseen => new SwitchStanding(named.Name)
        {
            UnseenCause = Unseen.Cause(unseen),
            UnseenReason = Unseen.Sentence(unseen),
            Breached = null,
        },
    };

    /// <summary>
    /// The standing with its breach judged. A position is opened while blocked when it is newer than the trip; one stamped later than
    /// now proves nothing.
    /// </summary>
    public SwitchStanding WithBreach(Reading<PositionBook> positions, DateTimeOffset now)
    {
        if (!Active) return this;
        if (positions is not Reading<PositionBook>.Seen { Value: var book }) return this with { Breached = null };

        var opened = book.Open.Select(position => position.OpenedAt).Append(book.NewestOpenedAt)
            .Where(time => time > ActiveSince && !Age.IsFuture(time.Value, now))
            .Max();
        return this with { Breached = opened is not null, OpenedWhileBlocked = opened };
    }

    private static SwitchStanding Judge(string name, KillSwitch value, Evidence file, DateTimeOffset now, TimeSpan grace)
    {
        var active = value.Active || value.BlockedUntil > now;
        var expired = !active && value.BlockedUntil is { } until && !ClearedSince(value, until);
        return new SwitchStanding(name)
        {
            Active = active,
            Expired = expired,
            Overdue = expired && now - value.BlockedUntil > grace,
            FromTheFuture = value.TriggeredAt is { } triggered && Age.IsFuture(triggered, now),
            BlockedUntil = value.BlockedUntil,
            TriggeredAt = value.TriggeredAt,
            // A switch that does not say when it tripped was active at the latest when its file was written, and is unchanged since.
            ActiveSince = value.TriggeredAt ?? file.Stamp,
            File = file,
            Why = value.Why,
        };
    }

    /// <summary>A clearing from before the last trip belongs to an earlier block.</summary>
    private static bool ClearedSince(KillSwitch value, DateTimeOffset until) =>
        value.ClearedAt is { } cleared && cleared > (value.TriggeredAt ?? until);
}
