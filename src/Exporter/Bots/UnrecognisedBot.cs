using System.Collections.Immutable;

namespace Exporter.Bots;

/// <summary>
/// Stands where a bot should be that no kind has recognised yet: its disk may be mounted later, its API may answer later. Every reading
/// is unreadable with the finding's first sentence, so nothing of it is ever green.
/// </summary>
internal sealed class UnrecognisedBot(BotOptions options, BotFinding finding) : IBot
{
    private const string Everything = "bot";
    private readonly string _sentence = finding.Sentences[0];

    public string Name => options.Name ?? "bot";

    public string Kind => "";

    public string? Root => (finding.Place as BotPlace.Directory)?.Path;

    public string? Exchange => options.Exchange;

    public ValueTask<Reading<PositionBook>> ReadPositionsAsync(CancellationToken cancellation) => One<PositionBook>();

    public ValueTask<ImmutableArray<Named<KillSwitch>>> ReadKillSwitchesAsync(CancellationToken cancellation) => Several<KillSwitch>();

    public ValueTask<Reading<ImmutableArray<SymbolState>>> ReadProbationAsync(CancellationToken cancellation) => One<ImmutableArray<SymbolState>>();

    public ValueTask<ImmutableArray<Named<Intelligence>>> ReadIntelligenceAsync(CancellationToken cancellation) => Several<Intelligence>();

    public ValueTask<ImmutableArray<Named<Heartbeat>>> ReadHeartbeatsAsync(CancellationToken cancellation) => Several<Heartbeat>();

    public ValueTask<ImmutableArray<Named<BotConfig>>> ReadConfigsAsync(CancellationToken cancellation) => Several<BotConfig>();

    public ValueTask<Reading<BlockedSignals>> ReadBlockedSignalsAsync(CancellationToken cancellation) => One<BlockedSignals>();

    public ValueTask<FileSystemState> ReadFileSystemAsync(CancellationToken cancellation) => new(new FileSystemState([], [], [_sentence]));

    public ValueTask<Reading<BotLife>> ReadLifeAsync(CancellationToken cancellation) => One<BotLife>();

    public ImmutableArray<string> Describe() => finding.Sentences;

    private ValueTask<Reading<T>> One<T>() => new(Unseen<T>());

    private ValueTask<ImmutableArray<Named<T>>> Several<T>() => new([new Named<T>(Everything, Unseen<T>())]);

    private Reading<T>.Unreadable Unseen<T>() => new(
        finding.State switch
        {
            PlaceState.Missing or PlaceState.Empty => UnreadableCause.NoDirectory,
            PlaceState.Closed => UnreadableCause.AccessDenied,
            PlaceState.Silent => UnreadableCause.Refused,
            _ => UnreadableCause.NotThisBot,
        },
        finding.Place?.ToString() ?? "",
        _sentence);
}
