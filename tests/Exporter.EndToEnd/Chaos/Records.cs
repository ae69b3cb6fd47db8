using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Exporter.EndToEnd.Chaos;

/// <summary>What the exporter left behind, read after its end: ledger and journals, held against each other and against what was answered.</summary>
internal sealed class Records(string storage)
{
    private sealed record Step(long Number, long Healing, DateTimeOffset At, string Name, string? Outcome);

    public int Healings => (int)Rows("SELECT count(*) FROM healings", row => row.GetInt64(0)).Single();

    public IReadOnlyDictionary<string, int> Verdicts => Rows("SELECT state, count(*) FROM healings GROUP BY state", row => (row.GetString(0), row.GetInt32(1)))
        .ToDictionary(row => row.Item1, row => row.Item2);

    /// <summary>Sentences about everything that does not hold.</summary>
    public IEnumerable<string> Audit(IEnumerable<string> accepted, Func<DateTimeOffset, bool> mayBeMissing)
    {
        var steps = Steps();
        return [.. Lost(accepted), .. Overlapping(), .. Unverified(steps), .. Journal(steps, mayBeMissing), .. Broken("failure_point_monitor.jsonl")];
    }

    private IEnumerable<string> Lost(IEnumerable<string> accepted)
    {
        var known = Rows("SELECT fingerprint FROM alerts", row => row.GetString(0)).ToHashSet();
        return accepted.Where(fingerprint => fingerprint.Length > 0 && !known.Contains(fingerprint))
            .Select(fingerprint => $"The alert {fingerprint} was answered 202 and is not in the ledger.");
    }

    private List<string> Overlapping() => Rows(
        """
        SELECT a.id, b.id FROM healings a JOIN healings b ON a.episode = b.episode AND a.id < b.id
        WHERE a.dry_run = 0 AND b.dry_run = 0 AND a.started_at IS NOT NULL AND b.started_at IS NOT NULL
          AND (a.ended_at IS NULL OR b.started_at < a.ended_at)
        UNION ALL
        SELECT min(id), max(id) FROM healings WHERE ended_at IS NULL AND dry_run = 0 GROUP BY episode HAVING count(*) > 1
        """,
        row => $"The healings {row.GetInt64(0)} and {row.GetInt64(1)} of one episode ran at the same time.");

    private static IEnumerable<string> Unverified(List<Step> steps)
    {
        foreach (var healing in steps.GroupBy(step => step.Healing))
        {
            string? before = null;
            foreach (var step in healing.OrderBy(step => step.Number))
            {
                if (step.Name == "running" && before == "running")
                {
                    yield return $"The healing {healing.Key} ran twice without a look at the check between.";
                }

                before = step.Name;
            }

            if (healing.Count(step => step.Outcome is not null) > 1)
            {
                yield return $"The healing {healing.Key} has more than one verdict.";
            }
        }
    }

    private IEnumerable<string> Journal(List<Step> steps, Func<DateTimeOffset, bool> mayBeMissing)
    {
        var ledger = steps.ToDictionary(step => step.Number);
        HashSet<long> told = [];
        foreach (var line in Lines("failure_point_healing.jsonl"))
        {
            if (Parse(line) is not { } json)
            {
                yield return $"The healing journal holds a line that is no JSON: {line}";
                continue;
            }

            var number = json.GetProperty("number").GetInt64();
            if (!ledger.TryGetValue(number, out var step) || step.Name != json.GetProperty("step").GetString() || step.Healing != json.GetProperty("id").GetInt64())
            {
                yield return $"The healing journal tells of step {number}, and the ledger does not: {line}";
            }

            told.Add(number);
        }

        foreach (var step in steps.Where(step => !told.Contains(step.Number) && !mayBeMissing(step.At)))
        {
            yield return $"Step {step.Number} ({step.Name} of healing {step.Healing} at {step.At:O}) is in the ledger and not in the healing journal.";
        }
    }

    private IEnumerable<string> Broken(string journal) =>
        Lines(journal).Where(line => Parse(line) is null).Select(line => $"{journal} holds a line that is no JSON: {line}");

    private string[] Lines(string journal)
    {
        var path = Path.Combine(storage, "logs", journal);
        return File.Exists(path) ? File.ReadAllLines(path) : [];
    }

    private static JsonElement? Parse(string line)
    {
        try
        {
            return JsonElement.Parse(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private List<Step> Steps() => Rows(
        "SELECT number, healing, at, step, outcome FROM steps ORDER BY number",
        row => new Step(row.GetInt64(0), row.GetInt64(1), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2)), row.GetString(3), row.IsDBNull(4) ? null : row.GetString(4)));

    private List<T> Rows<T>(string sql, Func<SqliteDataReader, T> read)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(storage, "healing.db"), Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        using var row = command.ExecuteReader();
        List<T> rows = [];
        while (row.Read())
        {
            rows.Add(read(row));
        }

        return rows;
    }
}
