using Exporter.Bots.Files;
using Polly;

namespace Exporter.Tests.Bots;

/// <summary>Sources that show at once what is there: what was good a moment ago does not stand while a file is being written.</summary>
internal static class Impatient
{
    /// <param name="retry">Null: what is torn at the first look stays torn.</param>
    public static SourceHabits Habits(ResiliencePipeline<Look>? retry = null) =>
        new(new SeenMemory(), retry ?? ResiliencePipeline<Look>.Empty, TimeZoneInfo.Utc, TimeProvider.System) { LongestWriting = TimeSpan.FromSeconds(-1) };
}
