using System.Collections.Immutable;
using Exporter.Bots.Files;

namespace Exporter.Bots.Kinds.FeatureStore;

/// <summary>
/// A bot that keeps its state in JSON files below one directory: <c>feature_store/</c>, <c>logs/</c>, <c>configs/</c> and
/// <c>state/heartbeats/</c>. Reads only.
/// </summary>
public sealed class FeatureStoreBot : IFileBackedBot, IRemembersSources
{
    /// <summary>State and configuration files have kilobytes; what is larger is some other file.</summary>
    internal const long MaxStateBytes = 16L << 20;

    /// <summary>Positions grow without bound, and are streamed.</summary>
    internal const long MaxPositionsBytes = 1L << 30;

    /// <summary>A bot has a handful of open positions and some hundred symbols. All are kept in memory, so that a file of nothing else could take all of it.</summary>
    internal const int MaxEntries = 10_000;

    private readonly FeatureStoreLayout _layout;
    private readonly SeenMemory _seen;
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, ReadOnlyMemory<byte>> _lastValid = new(StringComparer.Ordinal);
    private readonly JsonSource<PositionBook> _positions;
    private readonly Switches _switches;
    private readonly JsonSource<ImmutableArray<SymbolState>> _probation;
    private readonly IntelligenceSources _intelligence;
    private readonly ImmutableArray<(string Name, JsonSource<Heartbeat> Source)> _heartbeats;
    private readonly ImmutableArray<(string Name, JsonSource<BotConfig> Source)> _configs;
    private readonly RefusalLogs _refusals;
    private readonly GoldenHours _goldenHours;
    private readonly FileSystemProbe _fileSystem;

    internal FeatureStoreBot(string name, BotOptions options, TimeProvider time)
        : this(name, options, new SourceHabits(new SeenMemory(), TornReads.Retry, ZoneOf(options), time))
    {
    }

    internal FeatureStoreBot(string name, BotOptions options, SourceHabits habits)
    {
        _seen = habits.Seen;
        Name = name;
        Exchange = options.Exchange is { Length: > 0 } exchange ? exchange : "blofin";
        var layout = _layout = new FeatureStoreLayout(options);
        _positions = new("positions", layout.Positions, MaxPositionsBytes, PositionsFile.Parse, habits);
        _switches = new(layout, options.FeatureStore.Switches ?? [], habits);
        _probation = new("probation", layout.Probation, MaxStateBytes, ProbationFile.Parse, habits);
        _intelligence = new(layout, options.FeatureStore.MaxIntelligenceFiles, habits);
        _heartbeats =
        [
            .. layout.Heartbeats.Select(beat => (beat.Component, new JsonSource<Heartbeat>(
                $"heartbeat:{beat.Component}", beat.Path, MaxStateBytes, HeartbeatFile.Parse, habits))),
        ];
        _configs =
        [
            .. layout.Configs.Select(config => (config.Location.Name, new JsonSource<BotConfig>(
                $"config:{config.Location.Name}", config.Path, ConfigRule.MaxBytes, ConfigFile.Parser(config.Location.Rule), habits) { Stands = false })),
        ];
        _refusals = new(layout, habits);
        _goldenHours = new(layout.At(null, FeatureStoreLayout.GoldenHourFile), habits);
        _fileSystem = new(layout, options.BotUser);
        Configs = [.. layout.Configs.Select(config => config.Location)];
    }

    public string Name { get; }

    public string Kind => FeatureStoreKind.KindName;

    public string? Root => _layout.Root;

    public string? Exchange { get; }

    public string? DataProvider => "coinglass";

    public ImmutableArray<ConfigLocation> Configs { get; }

    public string KillSwitchStatePath => _layout.KillSwitch.Full;

    public ImmutableSortedSet<string> SeenSources => _seen.All;

    public DateTimeOffset? LastSeen(string source) => _seen.LastSeen(source);

    public void Restore(IEnumerable<KeyValuePair<string, DateTimeOffset>> seen) => _seen.AddAll(seen);

    public ValueTask<Reading<PositionBook>> ReadPositionsAsync(CancellationToken cancellation) => _positions.ReadAsync(cancellation);

    public ValueTask<ImmutableArray<Named<KillSwitch>>> ReadKillSwitchesAsync(CancellationToken cancellation) =>
        _switches.ReadAsync(cancellation);

    public SwitchReach ReachOf(string name) => _switches.ReachOf(name);

    public ValueTask<Reading<EntryWindow?>> ReadEntryWindowAsync(CancellationToken cancellation) => _goldenHours.ReadAsync(cancellation);

    public ValueTask<Reading<ImmutableArray<SymbolState>>> ReadProbationAsync(CancellationToken cancellation) =>
        _probation.ReadAsync(cancellation);

    public ValueTask<ImmutableArray<Named<Intelligence>>> ReadIntelligenceAsync(CancellationToken cancellation) =>
        _intelligence.ReadAsync(cancellation);

    public ValueTask<ImmutableArray<Named<Heartbeat>>> ReadHeartbeatsAsync(CancellationToken cancellation) =>
        ReadAllAsync(_heartbeats, cancellation);

    public async ValueTask<ImmutableArray<Named<BotConfig>>> ReadConfigsAsync(CancellationToken cancellation)
    {
        var readings = await ReadAllAsync(_configs, cancellation).ConfigureAwait(false);
        foreach (var named in readings)
        {
            if (named.Reading is Reading<BotConfig>.Seen { Value: { IsValid: true, Content: var content } })
            {
                _lastValid[named.Name] = content;
            }
        }

        return readings;
    }

    public ReadOnlyMemory<byte>? LastValid(string config) =>
        // Without the type a null is an empty memory.
        _lastValid.TryGetValue(config, out var content) ? content : (ReadOnlyMemory<byte>?)null;

    public bool WasSeen(string config) => _seen.Contains($"config:{config}");

    public bool HasFiles() => _layout.StateFiles.Any(file => File.Exists(file.Full));

    public ValueTask<Reading<BlockedSignals>> ReadBlockedSignalsAsync(CancellationToken cancellation) =>
        ValueTask.FromResult(_refusals.Read());

    public ValueTask<FileSystemState> ReadFileSystemAsync(CancellationToken cancellation) => ValueTask.FromResult(_fileSystem.Read());

    public ImmutableArray<string> Describe()
    {
        var finding = FeatureStoreDetection.Look(_layout);
        return finding.Missing.IsEmpty
            ? [$"Found: {string.Join(", ", finding.Found)}."]
            : [$"Found: {string.Join(", ", finding.Found)}.", $"Missing: {string.Join(", ", finding.Missing)}."];
    }

    private static TimeZoneInfo ZoneOf(BotOptions options) =>
        options.Zone is { Length: > 0 } named ? TimeZoneInfo.FindSystemTimeZoneById(named) : TimeZoneInfo.Utc;

    private static async ValueTask<ImmutableArray<Named<T>>> ReadAllAsync<T>(
        ImmutableArray<(string Name, JsonSource<T> Source)> sources, CancellationToken cancellation)
    {
        var readings = ImmutableArray.CreateBuilder<Named<T>>(sources.Length);
        foreach (var (name, source) in sources)
        {
            readings.Add(new Named<T>(name, await source.ReadAsync(cancellation).ConfigureAwait(false)));
        }

        return readings.MoveToImmutable();
    }
}
