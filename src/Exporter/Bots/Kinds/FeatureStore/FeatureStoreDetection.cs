using System.Collections.Immutable;
using Exporter.Bots.Files;
using Exporter.Platform;

namespace Exporter.Bots.Kinds.FeatureStore;

/// <summary>Recognises the layout, and tells a person what was found of it and what is missing.</summary>
internal static class FeatureStoreDetection
{
    public static LayoutFinding Look(FeatureStoreLayout layout)
    {
        if (!Directory.Exists(layout.Root))
        {
            var what = File.Exists(layout.Root) ? "is a file, not a directory" : "does not exist";
            return new LayoutFinding(
                LayoutVerdict.RootMissing, [], [],
                [$"The bot's directory {layout.Root} {what}. Check the path, and whether its disk is mounted and may be entered."]);
        }

        // What tells this kind of bot from any other directory; a file that is created on a first event tells nothing.
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
        ImmutableArray<string> missing = [.. marks.Where(mark => !Exists(mark.Path)).Select(Say)];
        if (found.IsEmpty)
        {
            return new LayoutFinding(
                LayoutVerdict.NotRecognised, found, missing,
                [
                    $"{layout.Root} is not recognised as a {FeatureStoreBot.AdapterName} bot: none of its files is there.",
                    $"Looked for {string.Join(", ", missing)}. Give the directory that holds feature_store/, logs/ and configs/, or set Paths.",
                ]);
        }

        var sentences = ImmutableArray.CreateBuilder<string>();
        sentences.Add($"{layout.Root} is recognised as a {FeatureStoreBot.AdapterName} bot.");
        sentences.Add($"Found: {string.Join(", ", found)}.");
        if (!missing.IsEmpty)
        {
            sentences.Add($"Missing: {string.Join(", ", missing)}. The checks that need them say unknown until they are there.");
        }

        string[] quiet = [.. onEvent.Where(mark => !Exists(mark.Path)).Select(Say)];
        if (quiet.Length > 0)
        {
            sentences.Add($"Not there yet, as the bot writes them on their first event: {string.Join(", ", quiet)}.");
        }

        return new LayoutFinding(LayoutVerdict.Recognised, found, missing, sentences.DrainToImmutable());
    }

    private static bool Exists(SourcePath path) =>
        Native.Statx(Native.CurrentDirectory, path.Native, 0, Native.BasicStats, out _) == 0;

    private static string Say((string What, SourcePath Path) mark) => $"{mark.What} ({mark.Path.Shown})";
}
