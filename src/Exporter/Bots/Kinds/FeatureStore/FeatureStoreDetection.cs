using System.Collections.Immutable;
using Exporter.Bots.Files;
using Exporter.Platform;

namespace Exporter.Bots.Kinds.FeatureStore;

/// <summary>Recognises the layout, and tells a person what was found of it and what is missing.</summary>
internal static class FeatureStoreDetection
{
    public static KindFinding Look(FeatureStoreLayout layout)
    {
        // What tells this kind of bot from any other directory; a file that is created on a first event tells it too, and is not missed.
        (string What, SourcePath Path)[] marks =
        [
            ("positions", layout.Positions),
            ("intelligence", layout.IntelligenceSummary),
            .. layout.Heartbeats.Select(beat => ($"heartbeat {beat.Component}", beat.Path)),
            .. layout.Configs.Select(config => ("config", config.Path)),
        ];
        (string What, SourcePath Path)[] onEvent =
        [
            ("kill switch", layout.KillSwitch), ("probation", layout.Probation), ("blocked signals", layout.BlockedSignals),
            ("soft kill switch", layout.SoftKillSwitch), ("exchange health", layout.ExchangeHealth),
            ("trading frozen", layout.TradingFrozen), ("global freeze", layout.GlobalFreeze),
        ];
        ImmutableArray<string> found = [.. marks.Concat(onEvent).Where(mark => Exists(mark.Path)).Select(Say)];
        return new KindFinding(
            !found.IsEmpty, [.. marks.Select(mark => mark.Path.Shown)], found, [.. marks.Where(mark => !Exists(mark.Path)).Select(Say)]);
    }

    private static bool Exists(SourcePath path) =>
        Native.Statx(Native.CurrentDirectory, path.Native, 0, Native.BasicStats, out _) == 0;

    private static string Say((string What, SourcePath Path) mark) => $"{mark.What} ({mark.Path.Shown})";
}
