namespace Exporter.Healing.Guards;

/// <summary>A person said no.</summary>
internal sealed class PausedRail(Pauses pauses) : IGuardRail
{
    public string Name => "paused";

    public string Stops => "Healing is paused, for all or for this bot or action.";

    public bool SilencesSuggestion => true;

    public async ValueTask<Verdict?> AskAsync(GuardQuestion question, CancellationToken cancellation)
    {
        var holding = await pauses.HoldingAsync(cancellation);
        return holding.FirstOrDefault(pause => pause.Covers(question.Healing.Bot, question.Healing.Action)) is { } pause
            ? new Verdict.Refused(Name, $"Healing is paused{Until(pause)}: {Phrase.Ended(pause.Reason)}")
            : null;
    }

    private static string Until(Pause pause) => pause.Until is { } until ? $" until {Moment.Of(until)}" : "";
}
