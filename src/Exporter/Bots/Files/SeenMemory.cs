using System.Collections.Concurrent;
using System.Collections.Immutable;
using Exporter.Platform;

namespace Exporter.Bots.Files;

/// <summary>Which sources have ever been there, and when last. Only grows; safe for concurrent readers.</summary>
internal sealed class SeenMemory
{
    private readonly ConcurrentDictionary<string, SourcePath> _paths = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _times = new(StringComparer.Ordinal);
    private ImmutableSortedSet<string> _seen = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    public ImmutableSortedSet<string> All => Volatile.Read(ref _seen);

    public bool Contains(string source) => All.Contains(source);

    /// <summary>When it was last known to be there; null when nobody wrote that down.</summary>
    public DateTimeOffset? LastSeen(string source) => _times.TryGetValue(source, out var time) ? time : null;

    /// <summary>Where a source lies, so that others of the same directory can be asked for.</summary>
    public void Register(string source, SourcePath path) => _paths[source] = path;

    public void Add(string source, DateTimeOffset at)
    {
        _times[source] = at;
        if (!Contains(source))
        {
            ImmutableInterlocked.Update(ref _seen, static (seen, added) => seen.Add(added), source);
        }
    }

    public void AddAll(IEnumerable<KeyValuePair<string, DateTimeOffset>> sources)
    {
        foreach (var (source, at) in sources)
        {
            Add(source, at);
        }
    }

    /// <summary>
    /// Whether the directory of a source still holds another one that was there before: then it is the bot's directory as it was, and
    /// what is missing from it was removed.
    /// </summary>
    public bool HasCompanion(string source, SourcePath path) => _paths.Any(other =>
        other.Key != source && other.Value.Directory == path.Directory && Contains(other.Key)
        && Native.Statx(Native.CurrentDirectory, other.Value.Native, Native.NoFollow, Native.BasicStats, out _) == 0);
}
