using System.Collections.Immutable;
using Exporter.Bots.Files;

namespace Exporter.Bots.Kinds.FeatureStore;

/// <summary>
/// The logs in which the bot says that it refused a signal, or advised against one. Of two that tell the same the fuller one is read,
/// and one refusal is counted once.
/// </summary>
internal sealed class RefusalLogs
{
    private readonly Lock _gate = new();
    private readonly BlockReasons _reasons = new();
    private readonly FollowedLog _signals;
    private readonly FollowedLog _beta;
    private readonly FollowedLog _conviction;
    private readonly FollowedLog _blocked;
    private readonly FollowedLog _fees;

    public RefusalLogs(FeatureStoreLayout layout, SourceHabits habits)
    {
        _signals = Log("signals", layout.At(null, "logs/signals.jsonl"));
        _beta = Log("beta_signals", layout.At(null, "logs/beta/blocked_signals.jsonl"));
        _conviction = Log("conviction_gate", layout.At(null, "logs/conviction_gate.jsonl"));
        _blocked = Log("blocked_signals", layout.BlockedSignals);
        _fees = Log("fee_blocks", layout.At(null, "logs/fee_entry_blocks.jsonl"));
        FollowedLog Log(string id, SourcePath path) => new(id, path, habits);
    }

    public Reading<BlockedSignals> Read()
    {
        lock (_gate)
        {
            var readings = ImmutableArray.CreateBuilder<Reading<Evidence>>();
            readings.Add(_signals.Read(line => Take(line, row => Is(row.Disposition, "blocked") ? Named(row, "signals") : null)));
            var beta = _beta.Read(line => Take(line, row => Named(row, "beta")));
            if (beta is not Reading<Evidence>.Unreadable { Cause: UnreadableCause.NoDirectory })
            {
                // Most bots have no directory for it.
                readings.Add(beta);
            }

            // The one repeats a part of the other.
            var conviction = _conviction.Read(line => Take(line, row => row.ShouldTrade == false ? "conviction_gate" : null));
            var repeated = _blocked.Read(line =>
            {
                if (conviction is not Reading<Evidence>.Seen) Take(line, row => Named(row, "conviction_gate"));
            });
            readings.Add(conviction);
            readings.Add(repeated);
            readings.Add(_fees.Read(line => Take(line, row => Is(row.Decision, "block") ? "fee_gate" : null)));
            return Conclude(readings.DrainToImmutable());
        }
    }

    private Reading<BlockedSignals> Conclude(ImmutableArray<Reading<Evidence>> readings)
    {
        if (readings.OfType<Reading<Evidence>.Unreadable>().FirstOrDefault() is { } unreadable)
        {
            return new Reading<BlockedSignals>.Unreadable(unreadable.Cause, unreadable.Path, unreadable.Reason);
        }

        var newest = readings.OfType<Reading<Evidence>.Seen>().Select(seen => seen.Evidence).MaxBy(evidence => evidence.Stamp);
        if (newest is not null)
        {
            return new Reading<BlockedSignals>.Seen(new BlockedSignals(_reasons.Counts), newest);
        }

        return new Reading<BlockedSignals>.Absent(
            _signals.Path.Full, $"Neither {_signals.Path.Shown} nor {_conviction.Path.Shown} nor {_blocked.Path.Shown} exists.");
    }

    /// <param name="gateOf">The gate of a row that refuses; null for one that does not.</param>
    private void Take(ReadOnlySpan<byte> line, Func<RefusalRow, string?> gateOf)
    {
        var row = RefusalRow.Of(line);
        if (gateOf(row) is { } gate)
        {
            _reasons.Count(gate, row);
        }
    }

    private static string Named(RefusalRow row, string otherwise) => string.IsNullOrWhiteSpace(row.Gate) ? otherwise : BlockReasons.Normalise(row.Gate, null);

    private static bool Is(string? word, string wanted) => string.Equals(word?.Trim(), wanted, StringComparison.OrdinalIgnoreCase);
}
