using System.Collections.Immutable;
using Exporter.Healing.Ledger;

namespace Exporter.Healing.Guards;

/// <summary>
/// What may stop a healing, asked in one order so that the reason is the same for the same situation: from what is cheap and absolute to
/// what is costly and relative. Adding a rail adds a file and one line of <see cref="InOrder"/>.
/// </summary>
internal sealed class GuardRails(CurrentSetup setup, ImmutableArray<IGuardRail> rails)
{
    /// <summary>What an action's own rules refuse while it runs: no rail, but a refusal like one.</summary>
    public const string ActionsOwn = "action";

    private const string HowToEnable = "Healing is switched off: start the exporter with --heal (Healing:Enabled) to let it act.";

    /// <summary>Every guard rail, in the order in which they are asked.</summary>
    public static ImmutableArray<IGuardRail> InOrder(
        HealingLedger ledger, IBotHealth health, Pauses pauses, StormGuard storms, Func<string, string?> circuit, TimeProvider time) =>
    [
        new PausedRail(pauses),
        new DisabledRail(),
        new OtherHealerRail(),
        new AlreadyHealthyRail(health),
        new PreconditionRail(circuit),
        new CooldownRail(ledger, time),
        new AttemptsRail(ledger),
        new RateLimitRail(ledger, time),
        new StormRail(storms, health),
    ];

    /// <summary>The verdict of the first guard rail that stops the healing, or null when it may run.</summary>
    public async ValueTask<Verdict?> StopAsync(HealingRecord healing, IHealingAction action, bool resumes, CancellationToken cancellation)
    {
        var question = new GuardQuestion(healing, action, setup.Value, resumes);
        var (rail, stop) = await FirstAsync(question, cancellation);
        var (rehearsal, howToEnable) = Rehearsal(question);
        // What never needed doing, and what a person forbade, is no suggestion; but who asks for a rehearsal wants to see all of it.
        return !rehearsal || (rail is { SilencesSuggestion: true } && !healing.DryRun)
            ? stop
            : await RehearseAsync(question, rail, stop, howToEnable, cancellation);
    }

    private async ValueTask<(IGuardRail? Rail, Verdict? Stop)> FirstAsync(GuardQuestion question, CancellationToken cancellation)
    {
        foreach (var rail in rails)
        {
            if (await rail.AskAsync(question, cancellation) is { } stop)
            {
                return (rail, stop);
            }
        }

        return (null, null);
    }

    private static (bool Rehearsal, string? HowToEnable) Rehearsal(GuardQuestion question) =>
        question.Healing.DryRun ? (true, null)
        : question.Action.Spec.ChangesTheBot && !question.Options.Enabled ? (true, HowToEnable)
        : question.Options.DryRun ? (true, "Every healing is a dry run: set Healing:DryRun to false to let it act.")
        : (false, null);

    private static async ValueTask<Verdict> RehearseAsync(
        GuardQuestion question, IGuardRail? rail, Verdict? stop, string? howToEnable, CancellationToken cancellation)
    {
        var plan = await question.Action.PlanAsync(question.Healing.AsTarget(), cancellation);
        var would = plan.IsEmpty ? "It would do nothing." : string.Join(" ", plan.Select(Phrase.Ended));
        var stops = rail is not null && stop is not null ? $"The guard rail '{rail.Name}' would stop it now: {Phrase.Ended(stop.Reason)}"
            : question.Healing.DryRun ? "No guard rail would stop it."
            : null;
        return new Verdict.Suggested(string.Join(" ", new[] { would, stops, howToEnable }.Where(text => text is not null)));
    }
}
