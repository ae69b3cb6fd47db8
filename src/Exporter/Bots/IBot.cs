using System.Collections.Immutable;

namespace Exporter.Bots;

/// <summary>
/// What the exporter can know of one bot, in the field's words. A kind fills it from wherever its kind of bot keeps its state;
/// nothing here knows file names, and no method throws for what a bot may have written: that is an <see cref="Reading{T}.Unreadable"/>.
/// </summary>
public interface IBot
{
    /// <summary>The value of the label <c>bot</c>.</summary>
    string Name { get; }

    /// <summary>The kind's name, as <see cref="IBotKind.Name"/>; empty while no kind has recognised it.</summary>
    string Kind { get; }

    /// <summary>The bot's directory, absolute; null when it has none that the exporter can see.</summary>
    string? Root { get; }

    /// <summary>The exchange that it trades on, as its owner or the bot itself says; may change at run time. Null: nobody says.</summary>
    string? Exchange { get; }

    /// <summary>Who feeds its market intelligence, such as <c>coinglass</c>; null for a bot that has none.</summary>
    string? DataProvider => null;

    /// <summary>True where the beat is that of the loop that trades, so that it needs no second witness.</summary>
    bool BeatIsWork => false;

    /// <summary>The share of its symbols, 0 to 1, from which on those set aside are more than ordinary protection work; 0: each one is.</summary>
    double OrdinaryProbation => 0;

    ValueTask<Reading<PositionBook>> ReadPositionsAsync(CancellationToken cancellation);

    /// <summary>Every switch by which the bot says that it opens nothing, the one with a timer first, the owner's own last.</summary>
    ValueTask<ImmutableArray<Named<KillSwitch>>> ReadKillSwitchesAsync(CancellationToken cancellation);

    /// <summary>Which entries ask the switch of this name.</summary>
    SwitchReach ReachOf(string name) => SwitchReach.EveryEntry;

    /// <summary>The hours in which it opens positions, null while it keeps to none.</summary>
    ValueTask<Reading<EntryWindow?>> ReadEntryWindowAsync(CancellationToken cancellation) =>
        ValueTask.FromResult<Reading<EntryWindow?>>(new Reading<EntryWindow?>.NotKept("This kind of bot keeps to no hours."));

    ValueTask<Reading<ImmutableArray<SymbolState>>> ReadProbationAsync(CancellationToken cancellation);

    /// <summary>The sources of market intelligence; the one named <c>summary</c> comes first and decides.</summary>
    ValueTask<ImmutableArray<Named<Intelligence>>> ReadIntelligenceAsync(CancellationToken cancellation);

    /// <summary>One per watched component.</summary>
    ValueTask<ImmutableArray<Named<Heartbeat>>> ReadHeartbeatsAsync(CancellationToken cancellation);

    /// <summary>The configuration files that the bot needs to trade.</summary>
    ValueTask<ImmutableArray<Named<BotConfig>>> ReadConfigsAsync(CancellationToken cancellation);

    /// <summary>Counts since the exporter started to follow them; never decreases.</summary>
    ValueTask<Reading<BlockedSignals>> ReadBlockedSignalsAsync(CancellationToken cancellation);

    /// <summary>The file systems that the bot writes to, and whether its user may read and write its critical files.</summary>
    ValueTask<FileSystemState> ReadFileSystemAsync(CancellationToken cancellation);

    /// <summary>What became of the bot's process.</summary>
    ValueTask<Reading<BotLife>> ReadLifeAsync(CancellationToken cancellation) =>
        ValueTask.FromResult<Reading<BotLife>>(new Reading<BotLife>.NotKept("This kind of bot does not say whether it runs, is paused or stopped."));

    /// <summary>
    /// The failure points that this kind knows how to find, causes before their consequences; empty when none holds now.
    /// </summary>
    ValueTask<Reading<ImmutableArray<FailurePoint>>> ReadFailurePointsAsync(CancellationToken cancellation) =>
        ValueTask.FromResult<Reading<ImmutableArray<FailurePoint>>>(
            new Reading<ImmutableArray<FailurePoint>>.NotKept("This kind of bot has no failure points of its own."));

    /// <summary>The check whose verdict the point worsens; null: <c>failure_points</c> itself.</summary>
    string? CheckOf(FailurePoint point) => BotKinds.Points.FirstOrDefault(spec => spec.Name == point.Name)?.Check;

    /// <summary>True where a point of this bot's kind may worsen the check.</summary>
    bool HasPointsOf(string check) => BotKinds.Find(Kind)?.Points.Any(point => point.Check == check) == true;

    /// <summary>The conditions that the owner described.</summary>
    ValueTask<ImmutableArray<Named<OwnerAlarm>>> ReadAlarmsAsync(CancellationToken cancellation) =>
        ValueTask.FromResult(ImmutableArray<Named<OwnerAlarm>>.Empty);

    /// <summary>The owner's own values; the name is the metric's.</summary>
    ValueTask<ImmutableArray<Named<OwnGauge>>> ReadGaugesAsync(CancellationToken cancellation) =>
        ValueTask.FromResult(ImmutableArray<Named<OwnGauge>>.Empty);

    ValueTask<Reading<Money>> ReadMoneyAsync(CancellationToken cancellation) =>
        ValueTask.FromResult<Reading<Money>>(new Reading<Money>.NotKept("This kind of bot does not say what it earned."));

    /// <summary>
    /// Asks what lies behind a network once, so that the readings that follow have something to show: for a command that looks once. A
    /// server asks in the background instead (<see cref="IPolledBot"/>).
    /// </summary>
    ValueTask AskOnceAsync(CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <summary>Sentences for a person: what was found of it and what is missing.</summary>
    ImmutableArray<string> Describe();
}

/// <summary>A bot that is asked over a network, in the background, so that no scrape ever waits for it.</summary>
public interface IPolledBot : IBot
{
    /// <summary>Asks by the kind's own plan until it is cancelled. Never throws for what the bot answers.</summary>
    Task PollAsync(CancellationToken cancellation);
}
