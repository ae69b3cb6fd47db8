namespace Exporter.Healing.Triggers;

/// <summary>Tells a person, under the rules of triggers, what healing cannot mend. Gives <see cref="Escalate"/> its body.</summary>
/// <param name="trigger">An HTTP request or a command.</param>
/// <param name="page">Where a person can look: the status page.</param>
public sealed class EscalationSender(ITrigger trigger, Uri? page)
{
    /// <summary>The option's place in the configuration.</summary>
    public const string Key = "Healing:Escalation";

    /// <summary>Null when nothing is configured: then only metrics and journal tell.</summary>
    public static EscalationSender? Create(TriggerOptions? options, TriggerFactory triggers, Uri? page) =>
        triggers.Create(options, root: null) is { } trigger ? new EscalationSender(trigger, page) : null;

    /// <summary>Sends once. The engine asks again later when it throws.</summary>
    /// <exception cref="TryAgainException">It did not get through.</exception>
    public async Task SendAsync(EscalationNotice notice, CancellationToken cancellation)
    {
        var message = new TriggerMessage(notice.Bot, notice.Action ?? notice.Check, notice.Reason, page, notice.At, notice.Check, Word(notice.Cause));
        var result = await trigger.FireAsync(message, cancellation);
        if (!result.Fired)
            throw new TryAgainException(result.Reason);
    }

    private static string Word(EscalationCause cause) => cause switch
    {
        EscalationCause.Exhausted => "exhausted",
        EscalationCause.Storm => "storm",
        EscalationCause.Critical => "critical",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
