using Exporter.Platform;

namespace Exporter.Healing.Files;

/// <summary>One file to put in place, and all that must still hold when it happens.</summary>
internal sealed record FileReplacement
{
    /// <summary>The bot's root.</summary>
    public required string Root { get; init; }

    /// <summary>Absolute.</summary>
    public required string Path { get; init; }

    /// <summary>The file as it was when it was judged; null when it was missing.</summary>
    public required FileIdentity? Expected { get; init; }

    /// <summary>
    /// Judges the old content once more (empty when the file is missing): the new content, or a sentence that says why it is not to be
    /// replaced after all.
    /// </summary>
    public required Func<ReadOnlyMemory<byte>, Rewrite> Decide { get; init; }

    /// <summary>Keeps the old content elsewhere before anything happens. Not called for a missing file.</summary>
    /// <exception cref="IOException">It cannot; nothing is touched then.</exception>
    public required Action<ReadOnlyMemory<byte>> Backup { get; init; }

    /// <summary>Whether bytes that a killed process left beside the file may be put in its place: valid by the file's rule, and certainly not live.</summary>
    public Func<byte[], bool> MayStand { get; init; } = static _ => false;

    /// <summary>Permission bits of a file that was missing.</summary>
    public uint NewMode { get; init; } = 0x1A0; // 0640
}

/// <summary>The new content, or why there is none.</summary>
internal readonly record struct Rewrite(ReadOnlyMemory<byte> Content, string? WhyNot)
{
    public static Rewrite With(ReadOnlyMemory<byte> content) => new(content, null);

    public static Rewrite Not(string why) => new(default, why);
}
