using Microsoft.Data.Sqlite;

namespace Exporter.Healing.Ledger;

/// <summary>
/// The tables of the ledger. A migration is never changed once released: a new one is appended, and <c>user_version</c> counts them.
/// Times are Unix milliseconds.
/// </summary>
internal static class LedgerSchema
{
    private static readonly string[] _migrations =
    [
        """
        CREATE TABLE episodes (
            id INTEGER PRIMARY KEY,
            bot TEXT NOT NULL,
            subject TEXT NOT NULL,          -- the action, or the group of actions that share one trigger
            target TEXT NOT NULL,
            action TEXT NOT NULL,           -- the action that runs
            check_name TEXT NOT NULL,       -- the check that proves it
            opened_at INTEGER NOT NULL,
            ended_at INTEGER,
            quiet_since INTEGER,            -- healthy since; null while it fails
            attempts INTEGER NOT NULL,
            setbacks INTEGER NOT NULL,      -- verdicts in a row that brought no recovery: the exponent of the cooldown
            cool_until INTEGER,
            due_at INTEGER,                 -- when the engine itself looks again
            exhausted_at INTEGER,
            pages INTEGER NOT NULL DEFAULT 0, -- exhausted, and no other action has its turn
            refused_by TEXT
        ) STRICT;
        CREATE UNIQUE INDEX episodes_open ON episodes (bot, subject, target) WHERE ended_at IS NULL;
        CREATE INDEX episodes_by_subject ON episodes (bot, subject, target, id);
        CREATE INDEX episodes_by_end ON episodes (ended_at);

        CREATE TABLE alerts (
            episode INTEGER NOT NULL REFERENCES episodes (id) ON DELETE CASCADE,
            fingerprint TEXT NOT NULL,
            starts_at INTEGER NOT NULL,
            first_seen INTEGER NOT NULL,
            last_seen INTEGER NOT NULL,
            deliveries INTEGER NOT NULL,
            ended_at INTEGER,               -- by the alert's own word, at most the time of receipt
            PRIMARY KEY (episode, fingerprint)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX alerts_by_fingerprint ON alerts (fingerprint, episode);

        CREATE TABLE healings (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            episode INTEGER NOT NULL REFERENCES episodes (id) ON DELETE CASCADE,
            bot TEXT NOT NULL,
            action TEXT NOT NULL,
            target TEXT NOT NULL,
            check_name TEXT NOT NULL,
            trigger TEXT NOT NULL,
            accepted_at INTEGER NOT NULL,
            alert_starts_at INTEGER,
            confirmed TEXT NOT NULL,
            dry_run INTEGER NOT NULL,
            state TEXT NOT NULL,
            attempt INTEGER NOT NULL,
            started_at INTEGER,             -- when the action began
            verifying_at INTEGER,
            ended_at INTEGER,
            guard TEXT,
            reason TEXT,                    -- of the verdict; while verifying, what the action said
            caveat TEXT
        ) STRICT;
        CREATE INDEX healings_by_episode ON healings (episode, id);
        CREATE INDEX healings_unfinished ON healings (id) WHERE ended_at IS NULL;
        CREATE INDEX healings_by_start ON healings (started_at);

        CREATE TABLE steps (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            healing INTEGER NOT NULL REFERENCES healings (id) ON DELETE CASCADE,
            at INTEGER NOT NULL,
            step TEXT NOT NULL,
            attempt INTEGER NOT NULL,
            outcome TEXT,
            reason TEXT NOT NULL
        ) STRICT;
        CREATE INDEX steps_by_healing ON steps (healing, number);

        CREATE TABLE pauses (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            reason TEXT NOT NULL,
            bots TEXT NOT NULL,             -- one name a line; empty: every bot
            actions TEXT NOT NULL,
            since INTEGER NOT NULL,
            until INTEGER,
            lifted_at INTEGER
        ) STRICT;

        CREATE TABLE storms (
            check_name TEXT PRIMARY KEY,
            since INTEGER NOT NULL,
            passed_at INTEGER               -- null while it holds
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE escalations (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            key TEXT NOT NULL UNIQUE,       -- what it is about: once per exhausted episode, storm, critical period
            cause TEXT NOT NULL,
            bot TEXT NOT NULL,
            action TEXT,
            check_name TEXT NOT NULL,
            reason TEXT NOT NULL,
            at INTEGER NOT NULL,
            tries INTEGER NOT NULL DEFAULT 0,
            due_at INTEGER,                 -- null once told, or given up
            told_at INTEGER
        ) STRICT;

        CREATE TABLE facts (
            name TEXT PRIMARY KEY,
            value INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """,
        """
        CREATE TABLE commands (
            healing INTEGER PRIMARY KEY REFERENCES healings (id) ON DELETE CASCADE,
            process INTEGER NOT NULL,
            started INTEGER NOT NULL,       -- clock ticks since boot, as in /proc: the process number alone may be another's by now
            leads INTEGER NOT NULL,         -- it leads a process group of its own
            until INTEGER NOT NULL          -- the end of its time-out
        ) STRICT;
        ALTER TABLE episodes ADD COLUMN folded_alerts INTEGER NOT NULL DEFAULT 0; -- alerts that are only counted, since there were too many
        ALTER TABLE pauses ADD COLUMN folded INTEGER NOT NULL DEFAULT 0; -- older pauses that this one holds as well
        CREATE INDEX pauses_by_end ON pauses (lifted_at);
        """,
    ];

    public static int Version => _migrations.Length;

    /// <exception cref="LedgerException">A newer exporter wrote the file.</exception>
    public static void Migrate(SqliteConnection connection, string path)
    {
        using var ask = connection.CreateCommand();
        ask.CommandText = "PRAGMA user_version";
        var found = Convert.ToInt32(ask.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
        if (found > _migrations.Length)
        {
            throw new LedgerException(
                $"The healing ledger {path} has format {found}, and this exporter knows formats up to {_migrations.Length}: a newer one wrote it. " +
                "Run that version again, or move the file away to start an empty ledger.");
        }

        for (var next = found; next < _migrations.Length; next++)
        {
            using var transaction = connection.BeginTransaction();
            using var step = connection.CreateCommand();
            step.Transaction = transaction;
            step.CommandText = $"{_migrations[next]}\nPRAGMA user_version = {next + 1};";
            step.ExecuteNonQuery();
            transaction.Commit();
        }
    }
}
