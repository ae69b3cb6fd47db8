using Exporter.Bots;

namespace Exporter.Checks;

/// <summary>Where one switch stands at one moment: what the bot wrote, judged by the clock.</summary>
internal sealed record SwitchStanding(string Name, SwitchReach Reach)
{
    /// <summary>What a switch that is written anew all the time says once it is too old to speak of now.</summary>
    public const string Stale = "stale";

    public bool Active { get; private init; }

    /// <summary>Something else of the bot lifts it until then, so that it stops nothing although it is set.</summary>
    public DateTimeOffset? LiftedUntil { get; private init; }

    /// <summary>Its block has ended and the bot has not cleared it yet.</summary>
    public bool Expired { get; private init; }

    /// <summary>Expired for longer than the grace, or never to be cleared.</summary>
    public bool Overdue { get; private init; }

    /// <summary>No code of the bot clears it once its block has ended.</summary>
    public bool IsNeverCleared { get; private init; }

    public bool NeverTriggered { get; private init; }

    /// <summary>When its file was removed, which is how it is cleared.</summary>
    public DateTimeOffset? GoneSince { get; private init; }

    /// <summary>The sentence on that removal.</summary>
    public string? Gone { get; private init; }

    /// <summary>It says that it tripped later than now.</summary>
    public bool FromTheFuture { get; private init; }

    public DateTimeOffset? BlockedUntil { get; private init; }

    public DateTimeOffset? TriggeredAt { get; private init; }

    /// <summary>From here on it is known to have been active; meaningful only while it is.</summary>
    public DateTimeOffset ActiveSince { get; private init; }

    /// <summary>So long after it an entry may still have been on its way.</summary>
    private TimeSpan BreachGrace { get; init; }

    /// <summary>Whether a position that it should have stopped was opened while it was active; null when the positions do not say.</summary>
    public bool? Breached { get; private init; } = false;

    /// <summary>Why the positions do not say, to complete "whether it was breached cannot be seen: …".</summary>
    public string? BreachUnseen { get; private init; }

    public DateTimeOffset? OpenedWhileBlocked { get; private init; }

    /// <summary>The file that says so; null when there is none.</summary>
    public Evidence? File { get; private init; }

    /// <summary>When the newest of it came to be: its file's writing, or the file's removal.</summary>
    public DateTimeOffset? DataAt => File?.Stamp ?? GoneSince;

    public string? Why { get; private init; }

    public string? Note { get; private init; }

    public string? UnseenCause { get; private init; }

    public string? UnseenReason { get; private init; }

    /// <summary>The name as reasons and details show it.</summary>
    public string Title => Phrase.Word(Name);

    /// <summary>What it does while it is active, behind its name.</summary>
    public string Does => Reach.Stops.Length > 0 ? $"stops {Reach.Stops}" : "the bot's own state says blocked; no entry of the verified version asks it";

    public static SwitchStanding Of(Named<KillSwitch> named, SwitchReach reach, DateTimeOffset now, TimeSpan grace) => named.Reading switch
    {
        Reading<KillSwitch>.Seen { Evidence.ZoneOff: not null } seen when !IsActive(seen.Value, now) => Blind(named.Name, reach, ZoneDoubt.Of(seen.Evidence)!),
        Reading<KillSwitch>.Seen { Value: { GoodFor: { } limit, Active: true } } seen when now - seen.Evidence.Stamp > limit => Blind(
            named.Name, reach, CheckResult.Unknown(
                Stale,
                $"{Phrase.Word(seen.Evidence.Source)} says {seen.Value.Why ?? "blocked"}, but was written {Phrase.Duration(now - seen.Evidence.Stamp)} ago, and " +
                $"{Phrase.Duration(limit)} is the limit: it is not written while the bot holds no position, and a restart of the bot lifts it whatever the file says.")),
        Reading<KillSwitch>.Seen seen => Judge(named.Name, reach, seen.Value, seen.Evidence, now, grace),
        Reading<KillSwitch>.Absent { GoneSince: null } => new SwitchStanding(named.Name, reach) { NeverTriggered = true },
        Reading<KillSwitch>.Absent gone => new SwitchStanding(named.Name, reach) { GoneSince = gone.GoneSince, Gone = gone.Reason },
        var unseen => Blind(named.Name, reach, CheckResult.Unknown(Unseen.Cause(unseen), Unseen.Sentence(unseen))),
    };

    /// <summary>
    /// The standing with its breach judged. A position is opened while blocked when it is newer than the trip and of a strategy that the
    /// switch should have stopped; one stamped later than now proves nothing, and one without a time may be any.
    /// </summary>
    public SwitchStanding WithBreach(Reading<PositionBook> positions, DateTimeOffset now)
    {
        if (!Active || LiftedUntil > now) return this;
        if (positions is not Reading<PositionBook>.Seen { Value: var book, Evidence: var file })
            return this with { Breached = null, BreachUnseen = Unseen.Sentence(positions) };

        // What is closed names no strategy.
        var forced = book.Open.Where(position => position.IsForced || (Reach.Direction is { } side && position.Direction != side)).ToList();
        var opened = book.Open.Except(forced).Where(position => Reach.Concerns(position.Strategy)).Select(position => position.OpenedAt)
            .Concat(Reach.Strategies.IsEmpty && Reach.Direction is null && !forced.Exists(position => position.OpenedAt == book.NewestOpenedAt) ? [book.NewestOpenedAt] : [])
            .Where(time => time > ActiveSince + BreachGrace && !Age.IsFuture(time.Value, now))
            .Max();
        return opened is null && book.Untimed is { } untimed
            ? this with { Breached = null, BreachUnseen = $"{file.Source} {untimed}." }
            : this with { Breached = opened is not null, OpenedWhileBlocked = opened };
    }

    private static SwitchStanding Blind(string name, SwitchReach reach, CheckResult why) =>
        new(name, reach) { UnseenCause = why.Cause, UnseenReason = why.Reason, Breached = null };

    private static bool IsActive(KillSwitch value, DateTimeOffset now) => value.Active || value.BlockedUntil > now;

    private static SwitchStanding Judge(string name, SwitchReach reach, KillSwitch value, Evidence file, DateTimeOffset now, TimeSpan grace)
    {
        var lifted = value.LiftedUntil > now;
        var active = IsActive(value, now);
        var expired = !active && value.BlockedUntil is { } until && !ClearedSince(value, until);
        return new SwitchStanding(name, reach)
        {
            Active = active && !lifted,
            LiftedUntil = active && lifted ? value.LiftedUntil : null,
            Expired = expired,
            Overdue = expired && (value.IsNeverCleared || now - value.BlockedUntil > grace),
            IsNeverCleared = value.IsNeverCleared,
            FromTheFuture = value.TriggeredAt is { } triggered && Age.IsFuture(triggered, now),
            BlockedUntil = value.BlockedUntil,
            TriggeredAt = value.TriggeredAt,
            // A switch that does not say when it tripped was active at the latest when its file was written, and is unchanged since.
            ActiveSince = value.TriggeredAt ?? file.Stamp,
            BreachGrace = value.BreachGrace,
            File = file,
            Why = value.Why,
            Note = value.Note,
        };
    }

    /// <summary>A clearing from before the last trip belongs to an earlier block.</summary>
    private static bool ClearedSince(KillSwitch value, DateTimeOffset until) =>
        value.ClearedAt is { } cleared && cleared > (value.TriggeredAt ?? until);
}
