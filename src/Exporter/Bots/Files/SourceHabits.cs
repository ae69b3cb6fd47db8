using Polly;

namespace Exporter.Bots.Files;

/// <summary>What all sources of one bot share.</summary>
/// <param name="Seen">Which of them have ever been there.</param>
/// <param name="Retry">Reads again, a few times, while the answer is <see cref="Look.Again"/>.</param>
/// <param name="Zone">Of the times that the bot writes without one.</param>
internal sealed record SourceHabits(SeenMemory Seen, ResiliencePipeline<Look> Retry, TimeZoneInfo Zone, TimeProvider Time)
{
    /// <summary>Writing a file takes the bot less; what it held before stands as long, with its own time.</summary>
    public TimeSpan LongestWriting { get; init; } = TimeSpan.FromSeconds(2);
}
