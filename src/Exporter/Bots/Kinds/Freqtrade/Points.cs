using System.Collections.Immutable;
using Exporter.Words;

namespace Exporter.Bots.Kinds.Freqtrade;

/// <summary>Finds the failure points that hold at one moment, in the order of <see cref="PointNames.All"/>.</summary>
internal static class Points
{
    public static ImmutableArray<FailurePoint> Of(Scene scene, Life life, FirstSeen seen)
    {
        IEnumerable<FailurePoint> found =
        [
            .. LifePoints.Of(scene, life, seen),
            .. ExchangePoints.Of(scene, life),
            .. StrategyPoints.Of(scene, life, seen),
            .. TradePoints.Of(scene, life, seen),
        ];
        return [.. found.OrderBy(point => PointNames.All.IndexOf(PointNames.All.First(spec => spec.Name == point.Name)))];
    }

    /// <summary>Those that repeat in a log: at least <paramref name="times"/> over <paramref name="span"/>, the newest at most a minute old.</summary>
    public static IEnumerable<(string Subject, ImmutableArray<LogEntry> Entries)> Repeated(
        Scene scene, int times, TimeSpan span, Func<LogEntry, bool> which) => scene.Words.All
        .Where(entry => scene.Now - entry.At <= TimeSpan.FromMinutes(15) && entry.Word is not null && which(entry))
        .GroupBy(entry => entry.Subject ?? "", StringComparer.Ordinal)
        .Select(group => (Subject: group.Key, Entries: group.ToImmutableArray()))
        .Where(group => group.Entries.Length >= times && group.Entries[^1].At - group.Entries[0].At >= span && scene.Now - group.Entries[^1].At <= TimeSpan.FromSeconds(60));
}
