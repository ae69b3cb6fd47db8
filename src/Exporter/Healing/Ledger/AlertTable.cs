using Microsoft.Data.Sqlite;

namespace Exporter.Healing.Ledger;

/// <summary>The alerts that joined an episode, by fingerprint.</summary>
internal static class AlertTable
{
    /// <summary>More alerts than a rule of any fleet has for one bot; a label that never repeats would otherwise fill the disk.</summary>
    public const int MaxAlerts = 256;

    /// <summary>Records a delivery; answers whether the alert is new to the episode, or fires in it again.</summary>
    public static bool Join(this LedgerTransaction ledger, long episode, string fingerprint, DateTimeOffset startsAt)
    {
        var known = ledger.Number(
            "SELECT 1 FROM alerts WHERE episode = $episode AND fingerprint = $fingerprint AND ended_at IS NULL",
            ("$episode", episode), ("$fingerprint", fingerprint));
        ledger.Execute(
            """
            INSERT INTO alerts (episode, fingerprint, starts_at, first_seen, last_seen, deliveries)
            VALUES ($episode, $fingerprint, $starts, $now, $now, 1)
            ON CONFLICT DO UPDATE SET last_seen = $now, deliveries = deliveries + 1, ended_at = NULL,
                starts_at = CASE WHEN ended_at IS NULL THEN min(starts_at, $starts) ELSE $starts END
            """,
            ("$episode", episode), ("$fingerprint", fingerprint), ("$starts", startsAt), ("$now", ledger.Now));
        if (known is null)
            Fold(ledger, episode);
        return known is null;
    }

    /// <summary>The alert that was heard of longest ago is only counted from now on.</summary>
    private static void Fold(LedgerTransaction ledger, long episode)
    {
        var folded = ledger.Execute(
            """
            DELETE FROM alerts WHERE episode = $episode AND fingerprint IN
                (SELECT fingerprint FROM alerts WHERE episode = $episode ORDER BY last_seen DESC, starts_at DESC LIMIT -1 OFFSET $kept)
            """,
            ("$episode", episode), ("$kept", MaxAlerts));
        if (folded > 0)
            ledger.Execute("UPDATE episodes SET folded_alerts = folded_alerts + $folded WHERE id = $episode", ("$folded", folded), ("$episode", episode));
    }

    /// <summary>The alert's last resolution, unless it fires in that episode.</summary>
    public static (long Episode, DateTimeOffset At)? LastResolution(this LedgerTransaction ledger, string bot, string subject, string target, string fingerprint)
    {
        var found = ledger.Rows(
            """
            SELECT alerts.episode, alerts.ended_at FROM alerts JOIN episodes ON episodes.id = alerts.episode
            WHERE fingerprint = $fingerprint AND bot = $bot AND subject = $subject AND target = $target
            ORDER BY alerts.episode DESC LIMIT 1
            """,
            row => (Episode: row.Number("episode"), At: row.TimeOrNull("ended_at")),
            ("$fingerprint", fingerprint), ("$bot", bot), ("$subject", subject), ("$target", target));
        return found is [{ At: { } at } last] ? (last.Episode, at) : null;
    }

    public static void CountDelivery(this LedgerTransaction ledger, long episode, string fingerprint) => ledger.Execute(
        "UPDATE alerts SET deliveries = deliveries + 1, last_seen = $now WHERE episode = $episode AND fingerprint = $fingerprint",
        ("$now", ledger.Now), ("$episode", episode), ("$fingerprint", fingerprint));

    /// <summary>Resolves the alert in every open episode of the bot; answers those episodes.</summary>
    public static List<long> Resolve(this LedgerTransaction ledger, string bot, string fingerprint, DateTimeOffset endedAt)
    {
        var episodes = ledger.Rows(
            """
            SELECT alerts.episode FROM alerts JOIN episodes ON episodes.id = alerts.episode
            WHERE fingerprint = $fingerprint AND bot = $bot AND episodes.ended_at IS NULL AND alerts.ended_at IS NULL
            """,
            row => row.GetInt64(0), ("$fingerprint", fingerprint), ("$bot", bot));
        foreach (var episode in episodes)
        {
            ledger.Execute(
                "UPDATE alerts SET ended_at = max(starts_at, $ended), last_seen = $now, deliveries = deliveries + 1 WHERE episode = $episode AND fingerprint = $fingerprint",
                ("$ended", endedAt), ("$now", ledger.Now), ("$episode", episode), ("$fingerprint", fingerprint));
        }

        return episodes;
    }

    public static bool AnyFiring(this LedgerTransaction ledger, long episode) =>
        ledger.Number("SELECT 1 FROM alerts WHERE episode = $episode AND ended_at IS NULL LIMIT 1", ("$episode", episode)) is not null;

    /// <summary>When the failure began, by the alerts that fire.</summary>
    public static DateTimeOffset? FiringSince(this LedgerTransaction ledger, long episode) =>
        ledger.Number("SELECT min(starts_at) FROM alerts WHERE episode = $episode AND ended_at IS NULL", ("$episode", episode)) is { } since
            ? DateTimeOffset.FromUnixTimeMilliseconds(since)
            : null;

    public static DateTimeOffset? LastDelivery(this LedgerTransaction ledger, long episode) =>
        ledger.Number("SELECT max(last_seen) FROM alerts WHERE episode = $episode", ("$episode", episode)) is { } last
            ? DateTimeOffset.FromUnixTimeMilliseconds(last)
            : null;

    /// <summary>The next action's episode stands on the same alerts, and ends with them.</summary>
    public static void HandOver(this LedgerTransaction ledger, long from, long to) => ledger.Execute(
        """
        INSERT OR IGNORE INTO alerts (episode, fingerprint, starts_at, first_seen, last_seen, deliveries)
        SELECT $to, fingerprint, starts_at, $now, $now, 0 FROM alerts WHERE episode = $from AND ended_at IS NULL
        """,
        ("$from", from), ("$to", to), ("$now", ledger.Now));

    /// <summary>The exporter's own alerts that still fire, as (bot, fingerprint, episode).</summary>
    public static List<(string Bot, string Fingerprint, long Episode)> OwnAlerts(this LedgerTransaction ledger) => ledger.Rows(
        """
        SELECT bot, fingerprint, episode FROM alerts JOIN episodes ON episodes.id = alerts.episode
        WHERE episodes.ended_at IS NULL AND alerts.ended_at IS NULL AND fingerprint GLOB 'exporter/*'
        """,
        row => (row.GetString(0), row.GetString(1), row.GetInt64(2)));
}
