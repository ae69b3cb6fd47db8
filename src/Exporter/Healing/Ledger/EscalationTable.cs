namespace Exporter.Healing.Ledger;

/// <summary>What a person must hear of, once each.</summary>
internal static class EscalationTable
{
    /// <summary>Does nothing when the key was told of before.</summary>
    public static void Escalate(this LedgerTransaction ledger, string key, EscalationNotice notice) => ledger.Execute(
        """
        INSERT OR IGNORE INTO escalations (key, cause, bot, action, check_name, reason, at, due_at)
        VALUES ($key, $cause, $bot, $action, $check, $reason, $at, $at)
        """,
        ("$key", key), ("$cause", notice.Cause), ("$bot", notice.Bot), ("$action", notice.Action), ("$check", notice.Check),
        ("$reason", notice.Reason), ("$at", notice.At));

    /// <summary>What nobody could be told for an hour is no news: an escalation that is configured later must not tell all of the past.</summary>
    public static List<(long Id, int Tries, EscalationNotice Notice)> DueEscalations(this LedgerTransaction ledger) => ledger.Rows(
        "SELECT * FROM escalations WHERE due_at <= $now AND at > $oldest ORDER BY id LIMIT 16",
        row => (row.Number("id"), row.Count("tries"), new EscalationNotice(
            Enum.Parse<EscalationCause>(row.Text("cause")), row.Text("bot"), row.TextOrNull("action"), row.Text("check_name"), row.Text("reason"), row.Time("at"))),
        ("$now", ledger.Now), ("$oldest", ledger.Now - TimeSpan.FromHours(1)));

    public static void Told(this LedgerTransaction ledger, long id) =>
        ledger.Execute("UPDATE escalations SET tries = tries + 1, due_at = NULL, told_at = $now WHERE id = $id", ("$now", ledger.Now), ("$id", id));

    /// <param name="again">When to try again; null gives up.</param>
    public static void NotTold(this LedgerTransaction ledger, long id, DateTimeOffset? again) =>
        ledger.Execute("UPDATE escalations SET tries = tries + 1, due_at = $again WHERE id = $id", ("$again", again), ("$id", id));
}
