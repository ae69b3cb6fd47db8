using System.Collections.Immutable;
using Exporter.Checks;
using Exporter.Evaluation;

namespace Exporter.Web;

/// <summary>One answer to "why am I not trading?": a check that is not ok, in words for the owner.</summary>
/// <param name="Query">PromQL that shows it, for this bot.</param>
/// <param name="RunbookPath">Where this exporter serves the page that says what to do.</param>
public sealed record Blocker(
    string Bot,
    CheckSpec Spec,
    CheckStatus Status,
    string? Cause,
    string Reason,
    DateTimeOffset Since,
    bool BlocksEntries,
    string Query,
    string RunbookPath)
{
    /// <summary>What it means. Of what cannot be seen nobody knows whether it does.</summary>
    public string Impact => Status == CheckStatus.Unknown ? $"Nobody knows whether it is so: {Spec.Impact}" : Spec.Impact;

    /// <summary>What a person can do. What cannot be seen has to be seen before anything is mended.</summary>
    public string Remedy => Status == CheckStatus.Unknown ? "Let the exporter see it again, as the reason says; until then there is nothing to mend." : Spec.Remedy;

    /// <summary>
    /// The blockers of one bot, worst first: what stops every entry, then critical, unknown and warning; the oldest first among equals,
    /// since what failed first is more likely the cause of the rest.
    /// </summary>
    public static ImmutableArray<Blocker> Of(BotSnapshot bot) =>
    [
        .. bot.Checks
            .Where(check => check.Result.Enabled && (check.Result.Status != CheckStatus.Ok || check.Result.BlocksEntries))
            .Select(check => Of(bot.Bot, check))
            .OrderByDescending(blocker => Rank(blocker))
            .ThenBy(blocker => blocker.Since)
            .ThenBy(blocker => blocker.Spec.Name, StringComparer.Ordinal),
    ];

    private static Blocker Of(string bot, CheckState check) => new(
        bot,
        check.Spec,
        check.Result.Status,
        check.Result.Cause,
        check.Result.Reason,
        check.Since,
        check.Result.BlocksEntries,
        check.Spec.Query.Replace("$bot", EscapeLabel(bot), StringComparison.Ordinal),
        $"/runbooks/{check.Spec.Runbook}");

    private static int Rank(Blocker blocker) =>
        (blocker.BlocksEntries ? 4 : 0) + blocker.Status.Badness();

    // A label value in PromQL is a Go string literal.
    private static string EscapeLabel(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);
}
