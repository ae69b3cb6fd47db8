namespace Exporter.Healing.Guards;

/// <summary>The check is asked first: what works is left alone.</summary>
internal sealed class AlreadyHealthyRail(IBotHealth health) : IGuardRail
{
    public string Name => "already_healthy";

    public string Stops => "The check is healthy when it is asked again.";

    public bool SilencesSuggestion => true;

    public async ValueTask<Verdict?> AskAsync(GuardQuestion question, CancellationToken cancellation)
    {
        var state = await health.VerifyAsync(question.Healing.Bot, question.Healing.Check, cancellation);
        return state.IsHealthy() ? new Verdict.Cancelled($"Already healthy, nothing to do: {Phrase.Ended(state.Result.Reason)}") : null;
    }
}
