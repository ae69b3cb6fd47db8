using System.Collections.Immutable;

using Microsoft.Data.Sqlite;

namespace Exporter.Healing.Ledger;

/// <summary>Healings and their steps in the ledger. Every change of state writes its step in the same transaction.</summary>
internal static class HealingTable
{
    public static HealingRecord Accept(this LedgerTransaction ledger, HealingRecord healing, string reason)
    {
        var id = ledger.Insert(
            """
            INSERT INTO healings (episode, bot, action, target, check_name, trigger, accepted_at, alert_starts_at, confirmed, dry_run, state, attempt)
            VALUES ($episode, $bot, $action, $target, $check, $trigger, $now, $starts, $confirmed, $dry, 'accepted', 0)
            """,
            ("$episode", healing.Episode), ("$bot", healing.Bot), ("$action", healing.Action), ("$target", healing.Target),
            ("$check", healing.Check), ("$trigger", healing.Trigger), ("$now", ledger.Now), ("$starts", healing.AlertStartsAt),
            ("$confirmed", string.Join('\n', healing.Confirmed.Order(StringComparer.Ordinal))), ("$dry", healing.DryRun));
        var accepted = healing with { Id = id, AcceptedAt = ledger.Now, State = new HealingState.Accepted() };
        ledger.Step(accepted, "accepted", 0, reason);
        return accepted;
    }

    /// <summary>Answers false, and changes nothing, when the healing has ended meanwhile.</summary>
    public static bool Run(this LedgerTransaction ledger, HealingRecord healing, int attempt, string reason)
    {
        if (!ledger.Move(healing, "state = 'running', attempt = $attempt, started_at = $now, verifying_at = NULL", ("$attempt", attempt)))
            return false;
        ledger.Step(healing, "running", attempt, reason);
        return true;
    }

    public static bool Verify(this LedgerTransaction ledger, HealingRecord healing, int attempt, string reason, string? caveat)
    {
        if (!ledger.Move(healing, "state = 'verifying', verifying_at = $now, reason = $reason, caveat = $caveat", ("$reason", reason), ("$caveat", caveat)))
            return false;
        ledger.Step(healing, "verifying", attempt, reason);
        return true;
    }

    public static bool End(this LedgerTransaction ledger, HealingRecord healing, Verdict verdict, int attempt)
    {
        var rail = (verdict as Verdict.Refused)?.Rail;
        if (!ledger.Move(healing, "state = $outcome, ended_at = $now, reason = $reason, guard = $guard",
            ("$outcome", verdict.Outcome), ("$reason", verdict.Reason), ("$guard", rail)))
        {
            return false;
        }

        ledger.Step(healing with { State = new HealingState.Ended(verdict, attempt, ledger.Now) }, verdict.Outcome, attempt, verdict.Reason, verdict.Outcome);
        return true;
    }

    public static void Step(this LedgerTransaction ledger, HealingRecord healing, string step, int attempt, string reason, string? outcome = null)
    {
        var number = ledger.Insert(
            "INSERT INTO steps (healing, at, step, attempt, outcome, reason) VALUES ($healing, $now, $step, $attempt, $outcome, $reason)",
            ("$healing", healing.Id), ("$now", ledger.Now), ("$step", step), ("$attempt", attempt), ("$outcome", outcome), ("$reason", reason));
        ledger.Took(healing, new HealingStep(
            number, ledger.Now, healing.Id, healing.Bot, healing.Action, healing.Target, Word(healing.Trigger), step, attempt, outcome, reason));
    }

    public static HealingRecord? Healing(this LedgerTransaction ledger, long id) =>
        ledger.Row("SELECT * FROM healings WHERE id = $id", Read, ("$id", id));

    public static List<HealingRecord> Unfinished(this LedgerTransaction ledger) =>
        ledger.Rows("SELECT * FROM healings WHERE ended_at IS NULL ORDER BY id", Read);

    public static HealingRecord? ActiveIn(this LedgerTransaction ledger, long episode) => ledger.Row(
        "SELECT * FROM healings WHERE episode = $episode AND ended_at IS NULL AND dry_run = 0 ORDER BY id LIMIT 1", Read, ("$episode", episode));

    public static HealingRecord? LastIn(this LedgerTransaction ledger, long episode) => ledger.Row(
        "SELECT * FROM healings WHERE episode = $episode AND dry_run = 0 ORDER BY id DESC LIMIT 1", Read, ("$episode", episode));

    /// <summary>How many of the last verdicts of the episode were the same in a row.</summary>
    public static int InARow(this LedgerTransaction ledger, long episode, string outcome)
    {
        var last = ledger.Rows(
            "SELECT state FROM healings WHERE episode = $episode AND ended_at IS NOT NULL AND dry_run = 0 ORDER BY id DESC LIMIT 16",
            row => row.GetString(0), ("$episode", episode));
        return last.TakeWhile(state => state == outcome).Count();
    }

    /// <summary>Runs begun since then, of one action or of all; those that only ended in a suggestion cost nobody anything.</summary>
    public static int RunsSince(this LedgerTransaction ledger, DateTimeOffset since, string? action) => (int)ledger.Number(
        "SELECT count(*) FROM healings WHERE started_at > $since AND state <> 'suggested' AND ($action IS NULL OR action = $action)", ("$since", since), ("$action", action))!.Value;

    public static int Waiting(this LedgerTransaction ledger) =>
        (int)ledger.Number("SELECT count(*) FROM healings WHERE ended_at IS NULL AND state = 'accepted'")!.Value;

    public static string Word(HealingTrigger trigger) => trigger switch
    {
        HealingTrigger.Alertmanager => "alertmanager",
        HealingTrigger.Autonomous => "autonomous",
        HealingTrigger.Manual => "manual",
        HealingTrigger.Retry => "retry",
        _ => "order",
    };

    public static HealingRecord Read(SqliteDataReader row) => new(
        row.Number("id"),
        row.Number("episode"),
        row.Text("bot"),
        row.Text("action"),
        row.Text("target"),
        row.Text("check_name"),
        Enum.Parse<HealingTrigger>(row.Text("trigger")),
        row.Time("accepted_at"),
        row.TimeOrNull("alert_starts_at"),
        [.. row.Text("confirmed").Split('\n', StringSplitOptions.RemoveEmptyEntries)],
        row.Flag("dry_run"),
        ReadState(row));

    private static HealingState ReadState(SqliteDataReader row) => row.Text("state") switch
    {
        "accepted" => new HealingState.Accepted(),
        "running" => new HealingState.Running(row.Count("attempt"), row.Time("started_at")),
        "verifying" => new HealingState.Verifying(
            row.Count("attempt"), row.Time("started_at"), row.Time("verifying_at"), row.TextOrNull("reason") ?? "", row.TextOrNull("caveat")),
        var outcome => new HealingState.Ended(
            Verdict.Of(outcome, row.TextOrNull("guard"), row.TextOrNull("reason") ?? ""), row.Count("attempt"), row.Time("ended_at")),
    };

    /// <summary>Only a healing that has not ended moves: a resolved alert may have cancelled it meanwhile.</summary>
    private static bool Move(this LedgerTransaction ledger, HealingRecord healing, string changes, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        ledger.Execute(
            $"UPDATE healings SET {changes} WHERE id = $id AND ended_at IS NULL",
            [("$id", healing.Id), ("$now", ledger.Now), .. parameters]) == 1;
}
