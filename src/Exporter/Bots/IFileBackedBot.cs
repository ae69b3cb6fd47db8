using System.Collections.Immutable;

namespace Exporter.Bots;

/// <summary>
/// A bot whose state lies in files. What healing needs to mend them, so that healing itself knows no file name.
/// </summary>
public interface IFileBackedBot : IBot
{
    /// <summary>The configuration files, in the order and by the names of <see cref="IBot.ReadConfigsAsync"/>.</summary>
    ImmutableArray<ConfigLocation> Configs { get; }

    /// <summary>The <c>max_drawdown</c> switch's state, absolute, before links are followed. It need not exist.</summary>
    string KillSwitchStatePath { get; }

    /// <summary>The bytes of a configuration as this process last read it valid; null when it never did.</summary>
    ReadOnlyMemory<byte>? LastValid(string config);

    /// <summary>Whether the configuration was ever there, also for an earlier process.</summary>
    bool WasSeen(string config);

    /// <summary>Whether a file of the bot's is there that is none of its configurations: false while a disk is not mounted or a deployment is under way.</summary>
    bool HasFiles();
}

/// <summary>Where a configuration file lies and what it must hold.</summary>
/// <param name="Name">Relative to the bot's root with forward slashes; absolute when it lies elsewhere.</param>
/// <param name="FullPath">Absolute, before links are followed.</param>
/// <param name="Rule">Judges its bytes, for the check and for healing.</param>
/// <param name="RequiredByLayout">The bot needs the file; without it, it may be created although it was never seen valid.</param>
/// <param name="ShippedDefault">JSON text on the safe side, to write when no good copy is known; null when the exporter has none.</param>
public sealed record ConfigLocation(
    string Name,
    string FullPath,
    ConfigRule Rule,
    bool RequiredByLayout,
    string? ShippedDefault);

/// <summary>
/// A bot that remembers which of its sources have ever been there, because the loss of a source that was seen is <c>unknown</c>, while
/// one that never was may mean "never happened". Whoever keeps state across restarts keeps this too.
/// </summary>
public interface IRemembersSources
{
    /// <summary>The sources seen so far, by stable names, sorted. A new reference exactly when it has changed.</summary>
    ImmutableSortedSet<string> SeenSources { get; }

    /// <summary>Adds what an earlier process had seen. Names that the bot does not know are kept, and mean nothing.</summary>
    void Restore(IEnumerable<KeyValuePair<string, DateTimeOffset>> seen);

    /// <summary>When a source was last known to be there; null when that is not known.</summary>
    DateTimeOffset? LastSeen(string source);
}
