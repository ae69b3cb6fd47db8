namespace Exporter.Healing.Guards;

/// <summary>Another exporter heals the same bot: two that mend one file by turns mend nothing.</summary>
internal sealed class OtherHealerRail : IGuardRail
{
    public string Name => "other_healer";

    public string Stops => "Another exporter holds the bot's directory for healing.";

    public ValueTask<Verdict?> AskAsync(GuardQuestion question, CancellationToken cancellation) => ValueTask.FromResult<Verdict?>(
        question.Action.Spec.ChangesTheBot && question.Setup.HeldElsewhere(question.Healing.Bot) is { } why ? new Verdict.Refused(Name, why) : null);
}
