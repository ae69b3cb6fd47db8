namespace Exporter.Healing.Ledger;

/// <summary>The ledger cannot take a record now; the message is a sentence for the owner. Nothing was written.</summary>
public sealed class LedgerException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>Whether the ledger can be relied on.</summary>
public abstract record LedgerCondition
{
    private LedgerCondition()
    {
    }

    public sealed record Ready : LedgerCondition;

    /// <summary>It cannot be written now (full, read-only, locked) and is tried again with the next record.</summary>
    public sealed record Unavailable(string Reason) : LedgerCondition;

    /// <summary>It was damaged and kept aside; nothing is healed until its owner has deleted <paramref name="Marker"/>.</summary>
    public sealed record SetAside(string Reason, string Marker) : LedgerCondition;
}
