using System.Collections.Immutable;
using Exporter.Bots.Files;
using Exporter.Platform;

namespace Exporter.Bots.Kinds.FeatureStore;

/// <summary>
/// The summary first, then every <c>{SYMBOL}_intel.json</c> beside it. A symbol's file that goes is no loss: symbols come and go.
/// </summary>
internal sealed class IntelligenceSources(
    FeatureStoreLayout layout, int maxFiles, SourceHabits habits)
{
    private const string Suffix = "_intel.json";

    /// <summary>A market has some hundred symbols; a directory of a million names is not read to its end at each look.</summary>
    private const int MostListed = 10_000;

    /// <summary>All symbols together: each file alone is bounded, and so many of them, or such large ones, would be longer than anybody scrapes.</summary>
    private static readonly TimeSpan LongestLook = TimeSpan.FromMilliseconds(500);

    private readonly JsonSource<Intelligence> _summary = new(
        "intelligence", layout.IntelligenceSummary, FeatureStoreBot.MaxStateBytes, IntelligenceFiles.ParseSummary, habits);

    private readonly byte[] _directory = Native.Path(layout.IntelligenceDirectory);

    // Symbols' own files are never lost, so their memory is nobody else's. One that is being written is not waited for: the summary decides,
    // and hundreds of such waits would be longer than anybody scrapes.
    private readonly SourceHabits _forgetful = habits with { Seen = new SeenMemory(), Retry = Polly.ResiliencePipeline<Look>.Empty };
    private volatile Listing _listing = new(default, []);

    public async ValueTask<ImmutableArray<Named<Intelligence>>> ReadAsync(CancellationToken cancellation)
    {
        var listing = List();
        var readings = ImmutableArray.CreateBuilder<Named<Intelligence>>(listing.Symbols.Length + 1);
        readings.Add(new Named<Intelligence>("summary", await _summary.ReadAsync(cancellation).ConfigureAwait(false)));
        var began = TimeProvider.System.GetTimestamp();
        foreach (var (symbol, source) in listing.Symbols)
        {
            if (TimeProvider.System.GetElapsedTime(began) > LongestLook)
            {
                readings.Add(new Named<Intelligence>(symbol, new Reading<Intelligence>.Unreadable(
                    UnreadableCause.TimedOut, source.Path.Full, $"{source.Path.Shown} was not read: the files before it took the half second that one look has.")));
                continue;
            }

            var reading = await source.ReadAsync(cancellation).ConfigureAwait(false);
            if (reading is not Reading<Intelligence>.Absent and not Reading<Intelligence>.Unreadable { Cause: UnreadableCause.Lost })
            {
                readings.Add(new Named<Intelligence>(symbol, reading));
            }
        }

        return readings.DrainToImmutable();
    }

    /// <summary>The directory is listed again only when an entry came or went, which its own times tell.</summary>
    private Listing List()
    {
        var known = _listing;
        if (Native.Statx(Native.CurrentDirectory, _directory, 0, Native.BasicStats, out var now) != 0 || !now.IsDirectory)
        {
            return _listing = new Listing(default, []);
        }

        if (known.Stamp == now.Stamp)
        {
            return known;
        }

        var sources = known.Symbols.ToDictionary(entry => entry.Symbol, entry => entry.Source, StringComparer.Ordinal);
        ImmutableArray<(string, JsonSource<Intelligence>)> symbols;
        try
        {
            symbols =
            [
                .. Directory.EnumerateFiles(layout.IntelligenceDirectory, "*" + Suffix)
                    .Take(MostListed)
                    .Select(file => Path.GetFileName(file)[..^Suffix.Length])
                    .Where(symbol => symbol is not ("" or "summary"))
                    .Order(StringComparer.Ordinal)
                    .Take(maxFiles)
                    .Select(symbol => (symbol, sources.GetValueOrDefault(symbol) ?? Source(symbol))),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The summary decides and says what is wrong with the directory.
            symbols = [];
        }

        // A directory that had just changed may change again within the same tick of the file system's clock.
        var fresh = (TimeProvider.System.GetUtcNow() - now.Stamp.ModifiedAt).Duration() < TimeSpan.FromMilliseconds(50);
        return _listing = new Listing(fresh ? default : now.Stamp, symbols);
    }

    private JsonSource<Intelligence> Source(string symbol) => new(
        symbol, SourcePath.Under(layout.Root, $"{layout.IntelligenceDirectory}/{symbol}{Suffix}"), FeatureStoreBot.MaxStateBytes,
        IntelligenceFiles.ParseSymbol, _forgetful);

    private sealed record Listing(FileStamp Stamp, ImmutableArray<(string Symbol, JsonSource<Intelligence> Source)> Symbols);
}
