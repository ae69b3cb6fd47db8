namespace Exporter.Healing.Guards;

/// <summary>The cause lies outside of any single bot.</summary>
internal sealed class StormRail(StormGuard storms, IBotHealth health) : IGuardRail
{
    public const string RailName = "storm";

    public string Name => RailName;

    public string Stops => "The check fails for most bots at once, or did a short while ago.";

    public ValueTask<Verdict?> AskAsync(GuardQuestion question, CancellationToken cancellation) => ValueTask.FromResult<Verdict?>(
        storms.WhyNot(question.Healing.Check, health.Latest) is { } storm ? new Verdict.Refused(Name, storm) : null);
}
