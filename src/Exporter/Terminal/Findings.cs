using System.Collections.Immutable;
using Exporter.Commands;
using Exporter.Evaluation;
using Exporter.Healing;
using Exporter.Healing.Ledger;

using Exporter.Web.Api;

namespace Exporter.Terminal;

/// <summary>What <c>why</c> tells of: the documents of the JSON API, whoever evaluated.</summary>
/// <param name="Origin">Who looked, in a sentence.</param>
/// <param name="Healings">Newest first; null when they cannot be known.</param>
/// <param name="RunbookOf">Where a person finds the page at this path.</param>
internal sealed record Findings(
    string Origin, StatusDocument Status, BlockersDocument Blockers, HealingsDocument? Healings, Func<string, string> RunbookOf)
{
    /// <summary>How far back healings are looked for: enough for the newest of each blocker of many bots.</summary>
    public const int RecentHealings = 200;

    /// <summary>By the rule of <see cref="Commands.ExitCodes.Of(Snapshot)"/>, of the bots that were asked for.</summary>
    public int ExitCode
    {
        get
        {
            var statuses = Blockers.Blockers.Select(blocker => blocker.Status).ToHashSet();
            return statuses.Contains("critical") ? ExitCodes.CheckCritical
                : statuses.Contains("unknown") ? ExitCodes.CheckUnknown
                : statuses.Contains("warning") ? ExitCodes.CheckWarning
                : ExitCodes.Success;
        }
    }

    public static Findings Of(Snapshot snapshot, string ledger, string origin) => new(
        origin,
        StatusDocument.Of(snapshot),
        BlockersDocument.Of(snapshot),
        HealingsIn(ledger),
        path => $"docs{path}.md");

    /// <summary>Only what concerns these bots; of all, when none is named.</summary>
    public Findings Only(IReadOnlyCollection<string> bots) => bots.Count == 0 ? this : this with
    {
        Status = Status with { Bots = [.. Status.Bots.Where(bot => bots.Contains(bot.Bot))] },
        Blockers = Blockers with { Blockers = [.. Blockers.Blockers.Where(blocker => bots.Contains(blocker.Bot))] },
    };

    private static HealingsDocument? HealingsIn(string ledger)
    {
        try
        {
            ImmutableArray<HealingEntry> entries = new HealingHistory(ledger).Find(new HealingQuery(Limit: RecentHealings));
            return new HealingsDocument([.. entries.Select(entry => HealingDocument.Of(entry.Healing, entry.Steps))], null);
        }
        catch (LedgerException)
        {
            return null;
        }
    }
}
