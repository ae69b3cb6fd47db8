using System.Collections.Immutable;

namespace Exporter.Bots;

/// <summary>What an adapter found at a bot's root.</summary>
/// <param name="Found">Sources that are there, as a person reads them.</param>
/// <param name="Missing">Sources that the bot should have and that are not there.</param>
/// <param name="Sentences">The whole finding for a person, and what to do.</param>
public sealed record LayoutFinding(
    LayoutVerdict Verdict, ImmutableArray<string> Found, ImmutableArray<string> Missing, ImmutableArray<string> Sentences);

public enum LayoutVerdict
{
    Recognised,

    /// <summary>The directory is there, but nothing in it looks like this kind of bot.</summary>
    NotRecognised,

    /// <summary>There is no directory at the root, now: a disk may be mounted later.</summary>
    RootMissing,
}
