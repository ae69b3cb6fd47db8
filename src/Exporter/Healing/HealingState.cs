namespace Exporter.Healing;

/// <summary>Where a healing stands: <c>accepted → running → verifying →</c> a verdict. Each case holds just what it can know.</summary>
public abstract record HealingState
{
    private HealingState()
    {
    }

    /// <summary>The word in the ledger, the journal and the API.</summary>
    public abstract string Name { get; }

    /// <summary>Durably in the ledger, not started.</summary>
    public sealed record Accepted : HealingState
    {
        public override string Name => "accepted";
    }

    /// <summary>The action runs. <paramref name="Attempt"/> counts within the episode, from 1.</summary>
    public sealed record Running(int Attempt, DateTimeOffset Since) : HealingState
    {
        public override string Name => "running";
    }

    /// <summary>The action did what it can; its check is being re-run.</summary>
    /// <param name="ActionBeganAt">Data that proves a recovery must be stamped after this.</param>
    public sealed record Verifying(int Attempt, DateTimeOffset ActionBeganAt, DateTimeOffset Since, string Done, string? Caveat) : HealingState
    {
        public override string Name => "verifying";
    }

    /// <summary>The end of a healing, with one plain sentence.</summary>
    public sealed record Ended(Verdict Verdict, int Attempt, DateTimeOffset At) : HealingState
    {
        public override string Name => Verdict.Outcome;
    }
}

/// <summary>How a healing ended, and why in one plain sentence.</summary>
public abstract record Verdict
{
    private Verdict()
    {
    }

    public abstract string Reason { get; init; }

    /// <summary>The value of the label <c>outcome</c>.</summary>
    public abstract string Outcome { get; }

    /// <summary>Every outcome that there is.</summary>
    public static IReadOnlyList<string> Outcomes { get; } = ["healed", "failed", "refused", "suggested", "cancelled"];

    /// <summary>The check was re-run after the action and is healthy, by newer data, and stayed so.</summary>
    public sealed record Healed(string Reason) : Verdict
    {
        public override string Outcome => "healed";
    }

    public sealed record Failed(string Reason) : Verdict
    {
        public override string Outcome => "failed";
    }

    /// <summary>A guard rail, by its name, or a rule of the action forbids it.</summary>
    public sealed record Refused(string Rail, string Reason) : Verdict
    {
        public override string Outcome => "refused";
    }

    /// <summary>Nothing was done; the reason says what would be, or what a person should do.</summary>
    public sealed record Suggested(string Reason) : Verdict
    {
        public override string Outcome => "suggested";
    }

    /// <summary>The reason for acting went away.</summary>
    public sealed record Cancelled(string Reason) : Verdict
    {
        public override string Outcome => "cancelled";
    }

    internal static Verdict Of(string outcome, string? rail, string reason) => outcome switch
    {
        "healed" => new Healed(reason),
        "failed" => new Failed(reason),
        "refused" => new Refused(rail ?? "", reason),
        "suggested" => new Suggested(reason),
        "cancelled" => new Cancelled(reason),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "no such outcome"),
    };
}
