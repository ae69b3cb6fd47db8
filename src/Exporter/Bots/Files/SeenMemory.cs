using System.Collections.Immutable;

namespace Exporter.Bots.Files;

/// <summary>Which sources have ever been there. Only grows; safe for concurrent readers.</summary>
internal sealed class SeenMemory
{
    private ImmutableSortedSet<string> _seen = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    public ImmutableSortedSet<string> All => Volatile.Read(ref _seen);

    public bool Contains(string source) => All.Contains(source);

    public void Add(string source)
    {
        if (!Contains(source))
        {
            ImmutableInterlocked.Update(ref _seen, static (seen, added) => seen.Add(added), source);
        }
    }

    public void AddAll(IEnumerable<string> sources) =>
        ImmutableInterlocked.Update(ref _seen, static (seen, added) => seen.Union(added), sources);
}
