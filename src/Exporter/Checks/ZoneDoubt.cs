using Exporter.Bots;

namespace Exporter.Checks;

/// <summary>What is said where a bot seems to write its times in another zone than the one that is configured for it.</summary>
internal static class ZoneDoubt
{
    public const string Cause = "zone";

    /// <summary>Unknown, because no time of that source can be trusted; null when its times fit the file's.</summary>
    public static CheckResult? Of(Evidence file) => file.ZoneOff is not { } off
        ? null
        : CheckResult.Unknown(
            Cause,
            $"The times in {Phrase.Word(file.Source)} have no zone and are {Phrase.Duration(off.Duration())} {(off < TimeSpan.Zero ? "behind" : "ahead of")} " +
            "the moment at which the file was written, so the bot writes the time of another zone; set Zone of the bot to it, such as America/New_York.");
}
