using System.Collections.Immutable;

using Microsoft.Data.Sqlite;

namespace Exporter.Healing.Ledger;

/// <summary>A healing with every step that it took, oldest first.</summary>
public sealed record HealingEntry(HealingRecord Healing, ImmutableArray<HealingStep> Steps);

/// <summary>Which healings to look up. Null means any.</summary>
/// <param name="Outcome">A verdict's word, or the word of a state: <c>accepted</c>, <c>running</c>, <c>verifying</c>.</param>
/// <param name="Since">Accepted then or later.</param>
/// <param name="Before">Only ids below this: the cursor of the page before.</param>
/// <param name="Limit">At most <see cref="HealingHistory.MaxLimit"/>.</param>
public sealed record HealingQuery(string? Bot = null, string? Action = null, string? Outcome = null, DateTimeOffset? Since = null, long? Before = null, int Limit = 50);

/// <summary>Reads the ledger, newest first, through a connection of its own that cannot write; also while an exporter runs, and when none does.</summary>
public sealed class HealingHistory(string path)
{
    public const int MaxLimit = 500;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private const string Healings = "SELECT * FROM healings WHERE";

    /// <exception cref="LedgerException">The ledger cannot be read.</exception>
    public ImmutableArray<HealingEntry> Find(HealingQuery query) => Read(ledger => ledger.Rows(
        $"""
        {Healings} ($bot IS NULL OR bot = $bot) AND ($action IS NULL OR action = $action) AND ($outcome IS NULL OR state = $outcome)
            AND ($since IS NULL OR accepted_at >= $since) AND ($before IS NULL OR id < $before)
        ORDER BY id DESC LIMIT $limit
        """,
        HealingTable.Read,
        ("$bot", query.Bot), ("$action", query.Action), ("$outcome", query.Outcome), ("$since", query.Since), ("$before", query.Before),
        ("$limit", Math.Clamp(query.Limit, 1, MaxLimit))));

    /// <exception cref="LedgerException">The ledger cannot be read.</exception>
    public HealingEntry? Get(long id) =>
        Read(ledger => ledger.Rows($"{Healings} id = $id", HealingTable.Read, ("$id", id))) is [var only] ? only : null;

    /// <summary>Within two seconds, also over a file system that hangs: pages and answers wait for it.</summary>
    private ImmutableArray<HealingEntry> Read(Func<LedgerTransaction, List<HealingRecord>> find)
    {
        var asked = Task.Run(() => ReadNow(find));
        return Task.WaitAny([asked], Longest) >= 0
            ? asked.GetAwaiter().GetResult()
            : throw new LedgerException($"The healing ledger {path} does not answer: its file system hangs.");
    }

    private ImmutableArray<HealingEntry> ReadNow(Func<LedgerTransaction, List<HealingRecord>> find)
    {
        if (!File.Exists(path))
            return [];
        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Mode = SqliteOpenMode.ReadOnly,
                Pooling = false,
                DefaultTimeout = 2,
            }.ToString());
            connection.Open();
            var ledger = new LedgerTransaction(connection, DateTimeOffset.MinValue);
            if (ledger.Number("PRAGMA user_version") is 0 or null)
                return [];
            // One view of both tables, whatever is written meanwhile.
            ledger.Execute("BEGIN");
            return [.. find(ledger).Select(healing => new HealingEntry(healing, Steps(ledger, healing)))];
        }
        catch (SqliteException e)
        {
            throw new LedgerException($"The healing ledger {path} cannot be read: {e.Message}", e);
        }
    }

    private static ImmutableArray<HealingStep> Steps(LedgerTransaction ledger, HealingRecord healing) =>
    [
        .. ledger.Rows(
            "SELECT * FROM steps WHERE healing = $healing ORDER BY number",
            row => new HealingStep(
                row.Number("number"), row.Time("at"), healing.Id, healing.Bot, healing.Action, healing.Target, HealingTable.Word(healing.Trigger),
                row.Text("step"), row.Count("attempt"), row.TextOrNull("outcome"), row.Text("reason")),
            ("$healing", healing.Id)),
    ];
}
