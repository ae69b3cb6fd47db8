using Microsoft.Data.Sqlite;

namespace Exporter.Healing.Ledger;

/// <summary>Episodes in the ledger.</summary>
internal static class EpisodeTable
{
    /// <summary>What ended longest ago beyond as many is forgotten before its time: alerts that come and go must not fill the disk.</summary>
    public const int MaxEnded = 10_000;

    // Looking at each beginning would cost the busiest moment most.
    private const int BetweenLooks = 256;

    public static Episode? OpenEpisode(this LedgerTransaction ledger, string bot, string subject, string target) => ledger.Row(
        "SELECT * FROM episodes WHERE bot = $bot AND subject = $subject AND target = $target AND ended_at IS NULL",
        Read, ("$bot", bot), ("$subject", subject), ("$target", target));

    public static Episode Episode(this LedgerTransaction ledger, long id) =>
        ledger.Row("SELECT * FROM episodes WHERE id = $id", Read, ("$id", id))!;

    public static List<Episode> OpenEpisodes(this LedgerTransaction ledger) =>
        ledger.Rows("SELECT * FROM episodes WHERE ended_at IS NULL ORDER BY id", Read);

    /// <summary>The episodes of the same trouble that began after this one.</summary>
    public static List<Episode> Later(this LedgerTransaction ledger, Episode episode) => ledger.Rows(
        "SELECT * FROM episodes WHERE bot = $bot AND subject = $subject AND target = $target AND id > $id ORDER BY id",
        Read, ("$bot", episode.Bot), ("$subject", episode.Subject), ("$target", episode.Target), ("$id", episode.Id));

    /// <summary>A new episode, which goes on counting where one that ended within the hour stopped.</summary>
    public static Episode Begin(this LedgerTransaction ledger, string bot, string subject, string target, string action, string check)
    {
        var before = ledger.Row(
            "SELECT * FROM episodes WHERE bot = $bot AND subject = $subject AND target = $target ORDER BY id DESC LIMIT 1",
            Read, ("$bot", bot), ("$subject", subject), ("$target", target));
        var id = ledger.Insert(
            """
            INSERT INTO episodes (bot, subject, target, action, check_name, opened_at, attempts, setbacks)
            VALUES ($bot, $subject, $target, $action, $check, $now, 0, 0)
            """,
            ("$bot", bot), ("$subject", subject), ("$target", target), ("$action", action), ("$check", check), ("$now", ledger.Now));
        var episode = new Episode(id, bot, subject, target, action, check, ledger.Now);
        if (before is { EndedAt: { } ended } && ledger.Now - ended <= Ledger.Episode.Memory)
            episode = episode with { Attempts = before.Attempts, Setbacks = before.Setbacks, CoolUntil = before.CoolUntil };
        ledger.Save(episode);
        if (id % BetweenLooks == 0)
            Fold(ledger);
        return episode;
    }

    private static void Fold(LedgerTransaction ledger)
    {
        var folded = ledger.Execute(
            "DELETE FROM episodes WHERE id IN (SELECT id FROM episodes WHERE ended_at IS NOT NULL ORDER BY ended_at DESC LIMIT -1 OFFSET $kept)", ("$kept", MaxEnded));
        if (folded > 0)
            ledger.Execute("INSERT INTO facts VALUES ('folded_episodes', $folded) ON CONFLICT DO UPDATE SET value = value + $folded", ("$folded", folded));
    }

    public static void Save(this LedgerTransaction ledger, Episode episode) => ledger.Execute(
        """
        UPDATE episodes SET action = $action, check_name = $check, ended_at = $ended, quiet_since = $quiet, attempts = $attempts,
            setbacks = $setbacks, cool_until = $cool, due_at = $due, exhausted_at = $exhausted, pages = $pages, refused_by = $refused
        WHERE id = $id
        """,
        ("$id", episode.Id), ("$action", episode.Action), ("$check", episode.Check), ("$ended", episode.EndedAt),
        ("$quiet", episode.QuietSince), ("$attempts", episode.Attempts), ("$setbacks", episode.Setbacks), ("$cool", episode.CoolUntil),
        ("$due", episode.DueAt), ("$exhausted", episode.ExhaustedAt), ("$pages", episode.Pages), ("$refused", episode.RefusedBy));

    private static Episode Read(SqliteDataReader row) => new(
        row.Number("id"), row.Text("bot"), row.Text("subject"), row.Text("target"), row.Text("action"), row.Text("check_name"), row.Time("opened_at"))
    {
        EndedAt = row.TimeOrNull("ended_at"),
        QuietSince = row.TimeOrNull("quiet_since"),
        Attempts = row.Count("attempts"),
        Setbacks = row.Count("setbacks"),
        CoolUntil = row.TimeOrNull("cool_until"),
        DueAt = row.TimeOrNull("due_at"),
        ExhaustedAt = row.TimeOrNull("exhausted_at"),
        Pages = row.Flag("pages"),
        RefusedBy = row.TextOrNull("refused_by"),
    };
}
