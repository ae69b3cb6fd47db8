using System.Globalization;

using Microsoft.Data.Sqlite;

namespace Exporter.Healing.Ledger;

/// <summary>What a unit of work may do with the ledger: run SQL with parameters. It lives on the writer's thread and only there.</summary>
internal sealed class LedgerTransaction(SqliteConnection connection, DateTimeOffset now)
{
    private readonly List<TakenStep> _taken = [];

    /// <summary>One time for the whole unit of work.</summary>
    public DateTimeOffset Now { get; } = now;

    /// <summary>The steps that the work wrote; told to others once they are on the disk.</summary>
    public IReadOnlyList<TakenStep> Taken => _taken;

    public void Took(HealingRecord healing, HealingStep step) => _taken.Add(new TakenStep(healing, step));

    public int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = Command(sql, parameters);
        return command.ExecuteNonQuery();
    }

    /// <summary>Runs an INSERT and answers the new row's id.</summary>
    public long Insert(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = Command(sql + " RETURNING rowid", parameters);
        return (long)command.ExecuteScalar()!;
    }

    public long? Number(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = Command(sql, parameters);
        return command.ExecuteScalar() as long?;
    }

    public List<T> Rows<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = Command(sql, parameters);
        using var reader = command.ExecuteReader();
        List<T> rows = [];
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    public T? Row<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> parameters)
        where T : class
    {
        using var command = Command(sql, parameters);
        using var reader = command.ExecuteReader();
        return reader.Read() ? read(reader) : null;
    }

    private SqliteCommand Command(string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var stored = value switch
            {
                null => DBNull.Value,
                DateTimeOffset time => time.ToUnixTimeMilliseconds(),
                bool flag => flag ? 1L : 0L,
                Enum word => word.ToString("G"),
                _ => value,
            };
            command.Parameters.AddWithValue(name, stored);
        }

        return command;
    }
}

/// <summary>A step with the healing that took it.</summary>
internal sealed record TakenStep(HealingRecord Healing, HealingStep Step);

/// <summary>Columns as the domain's types.</summary>
internal static class LedgerColumns
{
    public static DateTimeOffset Time(this SqliteDataReader row, string column) =>
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(row.GetOrdinal(column)));

    public static DateTimeOffset? TimeOrNull(this SqliteDataReader row, string column) =>
        row.IsDBNull(row.GetOrdinal(column)) ? null : row.Time(column);

    public static string Text(this SqliteDataReader row, string column) => row.GetString(row.GetOrdinal(column));

    public static string? TextOrNull(this SqliteDataReader row, string column) =>
        row.IsDBNull(row.GetOrdinal(column)) ? null : row.Text(column);

    public static long Number(this SqliteDataReader row, string column) => row.GetInt64(row.GetOrdinal(column));

    public static int Count(this SqliteDataReader row, string column) =>
        Convert.ToInt32(row.Number(column), CultureInfo.InvariantCulture);

    public static bool Flag(this SqliteDataReader row, string column) => row.Number(column) != 0;
}
