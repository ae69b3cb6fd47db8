using System.Collections.Immutable;
using Exporter.Bots;

namespace Exporter.Tests.Checks;

/// <summary>A bot that says what a test puts into its mouth. Every source that the test leaves out is healthy.</summary>
internal sealed record FakeBot : IBot
{
    public string Name => "test-bot";

    public string Kind => "fake";

    public string? Root => "/srv/test-bot";

    public string? Exchange { get; set; } = "blofin";

    public string? DataProvider { get; set; } = "coinglass";

    public required Reading<PositionBook> Positions { get; set; }

    public required ImmutableArray<Named<KillSwitch>> KillSwitches { get; set; }

    public required Reading<ImmutableArray<SymbolState>> Probation { get; set; }

    public required ImmutableArray<Named<Intelligence>> Intelligence { get; set; }

    public required ImmutableArray<Named<Heartbeat>> Heartbeats { get; set; }

    public required ImmutableArray<Named<BotConfig>> Configs { get; set; }

    public required Reading<BlockedSignals> BlockedSignals { get; set; }

    public required FileSystemState FileSystem { get; set; }

    public Reading<EntryWindow?> Window { get; set; } = new Reading<EntryWindow?>.NotKept("No hours.");

    public SwitchReach Reach { get; set; } = SwitchReach.EveryEntry;

    public SwitchReach ReachOf(string name) => Reach;

    public ValueTask<Reading<EntryWindow?>> ReadEntryWindowAsync(CancellationToken cancellation) => new(Window);

    public ValueTask<Reading<PositionBook>> ReadPositionsAsync(CancellationToken cancellation) => new(Positions);

    public ValueTask<ImmutableArray<Named<KillSwitch>>> ReadKillSwitchesAsync(CancellationToken cancellation) => new(KillSwitches);

    public ValueTask<Reading<ImmutableArray<SymbolState>>> ReadProbationAsync(CancellationToken cancellation) => new(Probation);

    public ValueTask<ImmutableArray<Named<Intelligence>>> ReadIntelligenceAsync(CancellationToken cancellation) => new(Intelligence);

    public ValueTask<ImmutableArray<Named<Heartbeat>>> ReadHeartbeatsAsync(CancellationToken cancellation) => new(Heartbeats);

    public ValueTask<ImmutableArray<Named<BotConfig>>> ReadConfigsAsync(CancellationToken cancellation) => new(Configs);

    public ValueTask<Reading<BlockedSignals>> ReadBlockedSignalsAsync(CancellationToken cancellation) => new(BlockedSignals);

    public ValueTask<FileSystemState> ReadFileSystemAsync(CancellationToken cancellation) => new(FileSystem);

    public ImmutableArray<string> Describe() => [];
}
