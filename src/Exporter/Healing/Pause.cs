using System.Collections.Immutable;
using Exporter.Healing.Guards;
using Exporter.Healing.Ledger;
using Microsoft.Data.Sqlite;

namespace Exporter.Healing;

/// <summary>A time in which nothing is healed: a maintenance window, a person at work. Several can hold at once.</summary>
/// <param name="Bots">Empty: every bot.</param>
/// <param name="Actions">Empty: every action.</param>
/// <param name="Until">When it ends by itself; null: when it is lifted.</param>
public sealed record Pause(long Id, string Reason, ImmutableArray<string> Bots, ImmutableArray<string> Actions, DateTimeOffset Since, DateTimeOffset? Until)
{
    /// <summary>The number that stands for the pause file.</summary>
    public const long File = 0;

    public bool Covers(string bot, string action) =>
        (Bots.IsEmpty || Bots.Contains(bot)) && (Actions.IsEmpty || Actions.Contains(action));
}

/// <summary>Pauses in the ledger.</summary>
internal static class PauseTable
{
    public const int MaxHolding = 100;

    private const int MaxEnded = 1_000;

    public static Pause AddPause(
        this LedgerTransaction ledger, string reason, ImmutableArray<string> bots, ImmutableArray<string> actions, DateTimeOffset? until)
    {
        Fold(ledger);
        var id = ledger.Insert(
            "INSERT INTO pauses (reason, bots, actions, since, until) VALUES ($reason, $bots, $actions, $now, $until)",
            ("$reason", reason), ("$bots", string.Join('\n', bots)), ("$actions", string.Join('\n', actions)), ("$now", ledger.Now), ("$until", until));
        return new Pause(id, reason, bots, actions, ledger.Now, until);
    }

    /// <summary>
    /// Makes room for one more: the two oldest that hold become one that holds whatever either held, for as long as the longer one, and
    /// what was lifted longest ago is forgotten. A person's no is never lost.
    /// </summary>
    private static void Fold(LedgerTransaction ledger)
    {
        ledger.Execute(
            """
            DELETE FROM pauses WHERE id IN (SELECT id FROM pauses WHERE lifted_at IS NOT NULL OR until <= $now
                ORDER BY id DESC LIMIT -1 OFFSET $kept)
            """,
            ("$now", ledger.Now), ("$kept", MaxEnded));
        if (Pauses(ledger) is not [var oldest, var next, ..] holding || holding.Count < MaxHolding)
            return;
        ledger.Execute(
            """
            UPDATE pauses SET bots = $bots, actions = $actions, since = $since, until = $until,
                folded = folded + 1 + (SELECT folded FROM pauses WHERE id = $oldest)
            WHERE id = $id
            """,
            ("$id", next.Id), ("$oldest", oldest.Id), ("$bots", Both(oldest.Bots, next.Bots)), ("$actions", Both(oldest.Actions, next.Actions)), ("$since", oldest.Since),
            ("$until", oldest.Until is { } one && next.Until is { } other ? (one > other ? one : other) : null));
        ledger.Execute("DELETE FROM pauses WHERE id = $id", ("$id", oldest.Id));
    }

    /// <summary>None named means all.</summary>
    private static string Both(ImmutableArray<string> one, ImmutableArray<string> other) =>
        one.IsEmpty || other.IsEmpty ? "" : string.Join('\n', one.Union(other));

    public static bool LiftPause(this LedgerTransaction ledger, long id) => ledger.Execute(
        "UPDATE pauses SET lifted_at = $now WHERE id = $id AND lifted_at IS NULL AND (until IS NULL OR until > $now)",
        ("$id", id), ("$now", ledger.Now)) == 1;

    public static List<Pause> Pauses(this LedgerTransaction ledger) => ledger.Rows(
        "SELECT * FROM pauses WHERE lifted_at IS NULL AND (until IS NULL OR until > $now) ORDER BY id", Read, ("$now", ledger.Now));

    private static Pause Read(SqliteDataReader row) => new(
        row.Number("id"), Reason(row.Text("reason"), row.Count("folded")), Lines(row.Text("bots")), Lines(row.Text("actions")), row.Time("since"), row.TimeOrNull("until"));

    private static string Reason(string reason, int folded) =>
        folded == 0 ? reason : $"{reason} (and what {Phrase.Count(folded, "older pause")} held)";

    private static ImmutableArray<string> Lines(string text) => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
}
