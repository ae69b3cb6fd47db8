using System.Collections.Immutable;

using Exporter.Healing.Ledger;
using Exporter.Platform;

namespace Exporter.Healing.Guards;

/// <summary>Every pause that holds: those in the ledger, and the pause file, which works also when nothing else does.</summary>
public sealed class Pauses
{
    private const int MaxReasonLength = 200;

    private readonly HealingLedger _ledger;
    private readonly Func<string> _file;
    private readonly TimeProvider _time;

    internal Pauses(HealingLedger ledger, Func<string> file, TimeProvider time)
    {
        _ledger = ledger;
        _file = file;
        _time = time;
    }

    /// <summary>Raised when one was set or lifted.</summary>
    internal event Action? Changed;

    /// <summary>The pause is durable when the task completes.</summary>
    /// <param name="bots">Empty: every bot.</param>
    /// <param name="actions">Empty: every action.</param>
    /// <exception cref="LedgerException">It could not be kept; use the pause file.</exception>
    public async Task<Pause> AddAsync(
        string reason, ImmutableArray<string> bots, ImmutableArray<string> actions, DateTimeOffset? until, CancellationToken cancellation)
    {
        var pause = await _ledger.WriteAsync(ledger => ledger.AddPause(Plain.Text(reason, MaxReasonLength).Trim(), bots, actions, until), cancellation);
        Changed?.Invoke();
        return pause;
    }

    /// <summary>Answers false when no such pause holds.</summary>
    /// <exception cref="LedgerException">It could not be lifted durably.</exception>
    public async Task<bool> LiftAsync(long id, CancellationToken cancellation)
    {
        var lifted = await _ledger.WriteAsync(ledger => ledger.LiftPause(id), cancellation);
        Changed?.Invoke();
        return lifted;
    }

    /// <exception cref="LedgerException">The ledger cannot be asked.</exception>
    public async Task<ImmutableArray<Pause>> HoldingAsync(CancellationToken cancellation)
    {
        var kept = await _ledger.WriteAsync(ledger => ledger.Pauses(), cancellation);
        return FromFile() is { } file ? [file, .. kept] : [.. kept];
    }

    /// <summary>The pause file's own, or null when there is none. A file that cannot be read pauses all the same.</summary>
    internal Pause? FromFile()
    {
        var path = _file();
        try
        {
            if (!File.Exists(path))
                return null;
            // To open a FIFO is to wait for whoever writes it; it pauses all the same.
            if (Posix.LookThroughLinks(path) is not { IsRegular: true })
                return Of(path, "", _time.GetUtcNow());
            using var reader = new StreamReader(path);
            Span<char> start = stackalloc char[MaxReasonLength];
            var text = start[..reader.ReadBlock(start)].ToString().Split('\n')[0];
            return Of(path, Plain.Text(text, MaxReasonLength).Trim(), File.GetLastWriteTimeUtc(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Of(path, "", _time.GetUtcNow());
        }
    }

    private static Pause Of(string path, string reason, DateTimeOffset since) =>
        new(Pause.File, reason.Length == 0 ? $"The file {path} exists" : reason, [], [], since, null);
}
