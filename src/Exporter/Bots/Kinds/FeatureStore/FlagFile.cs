using System.Runtime.InteropServices;
using Exporter.Bots.Files;
using Exporter.Platform;

namespace Exporter.Bots.Kinds.FeatureStore;

/// <summary>A switch that is a file: active while it exists, whatever it holds. Its owner sets it by touching and clears it by removing.</summary>
internal sealed class FlagFile(SourcePath path)
{
    private readonly KnownAbsence<KillSwitch> _absence = new(path);

    public ValueTask<Reading<KillSwitch>> ReadAsync(CancellationToken cancellation) => ValueTask.FromResult(Read());

    private Reading<KillSwitch> Read()
    {
        if (Native.Statx(Native.CurrentDirectory, path.Native, 0, Native.BasicStats, out var found) != 0)
        {
            // Never lost: removing it is how it is cleared.
            return _absence.Explain(Marshal.GetLastPInvokeError(), seenBefore: false);
        }

        var stamp = found.Stamp;
        return new Reading<KillSwitch>.Seen(
            new KillSwitch(true, null, stamp.ModifiedAt, null, null),
            new Evidence(path.Shown, stamp.ModifiedAt, stamp.Version));
    }
}
