namespace Exporter.Bots.Kinds.Freqtrade;

/// <summary>Since when something holds, look by look: what must last before it is a fault. Used by one evaluation at a time.</summary>
internal sealed class FirstSeen
{
    private readonly Dictionary<string, DateTimeOffset> _since = new(StringComparer.Ordinal);

    /// <summary>Since when <paramref name="what"/> holds; now when it has just begun. Forgets it when it does not hold.</summary>
    public DateTimeOffset? Since(string what, bool holds, DateTimeOffset now)
    {
        lock (_since)
        {
            if (!holds)
            {
                _since.Remove(what);
                return null;
            }

            return _since.TryGetValue(what, out var since) && since <= now ? since : _since[what] = now;
        }
    }

    /// <summary>Forgets whatever of <paramref name="family"/> was not asked for by these.</summary>
    public void Keep(string family, IEnumerable<string> these)
    {
        lock (_since)
        {
            var kept = these.ToHashSet(StringComparer.Ordinal);
            foreach (var gone in _since.Keys.Where(key => key.StartsWith(family, StringComparison.Ordinal) && !kept.Contains(key)).ToList()) _since.Remove(gone);
        }
    }
}
