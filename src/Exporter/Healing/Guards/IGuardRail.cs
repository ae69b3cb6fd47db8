namespace Exporter.Healing.Guards;

/// <summary>One reason for which a healing must not run, by a name that people read and that <c>confirm</c> takes.</summary>
internal interface IGuardRail
{
    /// <summary>snake_case, stable: it stands in the ledger, in the API and in the documentation.</summary>
    string Name { get; }

    /// <summary>One sentence for the documentation: when it stops a healing.</summary>
    string Stops { get; }

    /// <summary>What it stops never needed doing, or a person forbade it: then the action is not even suggested.</summary>
    bool SilencesSuggestion => false;

    /// <summary>The verdict that ends the healing, or null when this rail lets it pass.</summary>
    ValueTask<Verdict?> AskAsync(GuardQuestion question, CancellationToken cancellation);
}

/// <summary>What a guard rail is asked about.</summary>
/// <param name="Resumes">It ran when the exporter stopped: its cooldown is that run's own and does not stand in its way.</param>
internal readonly record struct GuardQuestion(HealingRecord Healing, IHealingAction Action, HealingSetup Setup, bool Resumes)
{
    public HealingOptions Options => Setup.Options;
}
