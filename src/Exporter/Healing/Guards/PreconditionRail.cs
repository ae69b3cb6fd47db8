namespace Exporter.Healing.Guards;

/// <summary>The action's own conditions, and its circuit, which opens after repeated failures.</summary>
/// <param name="circuit">Why the action of that name rests now; null when it does not.</param>
internal sealed class PreconditionRail(Func<string, string?> circuit) : IGuardRail
{
    public string Name => "precondition";

    public string Stops => "A condition of the action does not hold, or its circuit is open after repeated failures.";

    public async ValueTask<Verdict?> AskAsync(GuardQuestion question, CancellationToken cancellation) =>
        (circuit(question.Healing.Action) ?? await question.Action.WhyNotAsync(question.Healing.AsTarget(), cancellation)) is { } whyNot
            ? new Verdict.Refused(Name, whyNot)
            : null;
}
