namespace Exporter.Healing.Guards;

/// <summary>The owner switched healing of the bot, or the action, off.</summary>
internal sealed class DisabledRail : IGuardRail
{
    public const string RailName = "disabled";

    public string Name => RailName;

    public string Stops => "The bot or the action is disabled in the configuration.";

    public bool SilencesSuggestion => true;

    public ValueTask<Verdict?> AskAsync(GuardQuestion question, CancellationToken cancellation) => ValueTask.FromResult<Verdict?>(
        question.Options.DisabledBots.Contains(question.Healing.Bot)
            ? new Verdict.Refused(Name, $"Healing of the bot {question.Healing.Bot} is disabled (Healing:DisabledBots).")
        : question.Options.DisabledActions.Contains(question.Healing.Action)
            ? new Verdict.Refused(Name, $"The action {question.Healing.Action} is disabled (Healing:DisabledActions).")
        : null);
}
