using System.Collections.Concurrent;
using Exporter.Platform;

namespace Exporter.Healing.Files;

/// <summary>
/// Knows since when a file that fails has not moved. Every evaluation that finds it failing looks at it; a healing may write it only
/// when it was the same at two looks at least the settle time apart, for a bot that is just writing looks like a broken file too.
/// </summary>
internal sealed class StillFiles(TimeProvider time)
{
    private static readonly TimeSpan _lookAgain = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Sight> _sights = new(StringComparer.Ordinal);

    /// <summary>Called at each evaluation that finds the file failing.</summary>
    public void Look(string path) => See(path);

    /// <summary>Called when an evaluation finds the file healthy again: its stillness counts anew.</summary>
    public void Forget(string path) => _sights.TryRemove(path, out _);

    /// <summary>Waits until the file has been still for so long.</summary>
    public async Task<Stillness> WaitAsync(string path, TimeSpan settle, CancellationToken cancellation)
    {
        var first = See(path);
        for (var sight = first; ; sight = See(path))
        {
            if (sight.Identity != first.Identity)
                return new Stillness(false, sight.Identity);
            var left = settle - time.GetElapsedTime(sight.Since);
            if (left <= TimeSpan.Zero && sight.Looks > 1)
                return new Stillness(true, sight.Identity);
            await Task.Delay(left > _lookAgain || left <= TimeSpan.Zero ? _lookAgain : left, time, cancellation);
        }
    }

    private Sight See(string path)
    {
        var identity = Posix.Look(path)?.Identity;
        return _sights.AddOrUpdate(
            path,
            static (_, seen) => new Sight(seen.identity, seen.now, 1),
            static (_, before, seen) => before.Identity == seen.identity ? before with { Looks = before.Looks + 1 } : new Sight(seen.identity, seen.now, 1),
            (identity, now: time.GetTimestamp()));
    }

    private sealed record Sight(FileIdentity? Identity, long Since, int Looks);
}

/// <summary>Whether the file was still, and what it is now; a null identity means that it is missing.</summary>
internal readonly record struct Stillness(bool Still, FileIdentity? Identity);
