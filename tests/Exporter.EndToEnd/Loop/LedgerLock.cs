using Microsoft.Data.Sqlite;

namespace Exporter.EndToEnd.Loop;

/// <summary>Another program writes into the healing ledger and does not come to an end, as a careless backup would.</summary>
internal sealed class LedgerLock : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteTransaction _transaction;

    public LedgerLock(string ledger)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = ledger, Pooling = false }.ToString());
        _connection.Open();
        _transaction = _connection.BeginTransaction();
    }

    public void Dispose()
    {
        _transaction.Dispose();
        _connection.Dispose();
    }
}
