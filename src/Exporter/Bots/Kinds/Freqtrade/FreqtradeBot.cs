using System.Collections.Immutable;
using Exporter.Bots.Files;
using Exporter.Words;

namespace Exporter.Bots.Kinds.Freqtrade;

/// <summary>One freqtrade. Everything that it says is read from what the poller and the files last gave; no scrape waits for the bot.</summary>
internal sealed class FreqtradeBot : IPolledBot, IStartable, IDisposable
{
    private static readonly TimeSpan StopsFor = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan OncePer = TimeSpan.FromHours(24);

    private readonly BotOptions _options;
    private readonly TimeProvider _time;
    private readonly ApiClient? _client;
    private readonly ApiPoller? _poller;
    private readonly Database? _database;
    private readonly LogFile? _log;
    private readonly ConfigurationFiles? _files;
    private readonly FirstSeen _seen = new();
    private readonly SeenMemory _memory = new();
    private readonly Lock _gate = new();
    private DateTimeOffset? _startedAt;
    private Reading<LogMemory>? _logReading;
    private (DateTimeOffset At, ApiView View, Standpoint Standpoint)? _last;

    public FreqtradeBot(BotOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        Name = options.Name ?? "bot";
        var habits = new SourceHabits(
            _memory, TornReads.Retry, options.Zone is { Length: > 0 } zone ? TimeZoneInfo.FindSystemTimeZoneById(zone) : TimeZoneInfo.Utc, time);
        if (options.Root.Length > 0)
        {
            var root = Path.GetFullPath(options.Root);
            var files = FreqtradeFiles.Find(root, options.Freqtrade);
            if (files.Database is { } database) _database = new Database(SourcePath.Under(root, database), _memory, time);
            if (files.Log is { } log) _log = new LogFile(SourcePath.Under(root, log), habits, options.Zone is { Length: > 0 });
            if (files.Config is { } config) _files = new ConfigurationFiles(config);
            Root = root;
        }

        if (options.Url is { } url)
        {
            _client = new ApiClient(
                url, () => options.User is { Length: > 0 } user ? user : Environment.GetEnvironmentVariable(FreqtradeKind.UserVariable), options.PasswordFile, options.Freqtrade.PlainHttp, time);
            _poller = new ApiPoller(_client, asksLogs: _log is null, time);
        }
    }

    public string Name { get; }

    public string Kind => FreqtradeKind.KindName;

    public string? Root { get; }

    public bool BeatIsWork => true;

    /// <summary>Half of its pairs; while they are not known, nobody knows what the locked ones are a part of.</summary>
    public double OrdinaryProbation => Look().Scene.Pairs is null ? double.MaxValue : 0.5;

    /// <summary>The bot's word for an exchange, with its futures where those have a host of their own.</summary>
    public string? Exchange => _options.Exchange is { Length: > 0 } named ? named
        : (_poller?.View.Config ?? _files?.Read().Merged) is { Exchange.Length: > 0 } config ? config is { IsSpot: false, Exchange: "binance" } ? "binanceusdm" : config.Exchange
        : null;

    public async Task PollAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(PollPlan.Light, _time);
        do
        {
            ReadLog();
            if (_poller is not null) await _poller.RoundAsync(LogSoFar, cancellation).ConfigureAwait(false);
            for (var pages = 0; pages < 100 && _database?.Advance() == true; pages++) cancellation.ThrowIfCancellationRequested();
            // What must last is dated from when it was seen, not from when somebody asked.
            Look();
        }
        while (await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false));
    }

    public async ValueTask AskOnceAsync(CancellationToken cancellation)
    {
        ReadLog();
        if (_poller is not null) await _poller.RoundAsync(LogSoFar, cancellation).ConfigureAwait(false);
        while (_database?.Advance() == true) cancellation.ThrowIfCancellationRequested();
        Look();
    }

    public ValueTask<Reading<BotLife>> ReadLifeAsync(CancellationToken cancellation)
    {
        var now = Look();
        return new(now.Life is { } life
            ? new Reading<BotLife>.Seen(new BotLife(life.State, life.Sentence, life.Since), now.Evidence)
            : new Reading<BotLife>.NotKept("Neither the bot's API nor a log file is known, so nobody knows whether it runs; give its API's address as Url."));
    }

    public ValueTask<Reading<ImmutableArray<FailurePoint>>> ReadFailurePointsAsync(CancellationToken cancellation)
    {
        var now = Look();
        return new(now is { Life: null, Scene.Book: null }
            ? new Reading<ImmutableArray<FailurePoint>>.Unreadable(UnreadableCause.NoDirectory, Root ?? "", "Neither the bot's API, its log nor its database can be seen, so none of its failure points is known.")
            : new Reading<ImmutableArray<FailurePoint>>.Seen(now.Points, now.Evidence));
    }

    public ValueTask<Reading<PositionBook>> ReadPositionsAsync(CancellationToken cancellation)
    {
        var now = Look();
        if (now.Scene.Book is not Reading<Book>.Seen && now.Blind<PositionBook>(whileStarting: false) is { } blind) return new(blind);
        if (now.Scene.Book is Reading<Book>.Unreadable lost && !now.Scene.HasApi) return new(new Reading<PositionBook>.Unreadable(lost.Cause, lost.Path, lost.Reason));
        var api = now.Scene.Api;
        if (now.Scene.Trades is not { } trades || (now.Scene.Book is not Reading<Book>.Seen && api is { TradesMissed: >= 3, Config.State: not "stopped" }))
        {
            return new(new Reading<PositionBook>.Unreadable(
                UnreadableCause.NotReady, "/status", $"The open trades are not known: {api.TradesHeld ?? "they have not been asked for yet"}; with the bot's database they would be."));
        }

        return new(new Reading<PositionBook>.Seen(Positions.Of(now.Scene, trades), new Evidence(
            now.Scene.Book is Reading<Book>.Seen ? _database!.Path.Shown : "/status", now.Scene.TradesAt, now.Scene.TradesAt.UtcTicks.ToString(System.Globalization.CultureInfo.InvariantCulture))));
    }

    public ValueTask<ImmutableArray<Named<KillSwitch>>> ReadKillSwitchesAsync(CancellationToken cancellation) => new(Switches.Of(Look()));

    public SwitchReach ReachOf(string name) => Switches.ReachOf(name, Look().Scene.Config?.IsSpot != false);

    public ValueTask<Reading<ImmutableArray<SymbolState>>> ReadProbationAsync(CancellationToken cancellation)
    {
        var now = Look();
        if (now.Scene.Locks is null && now.Blind<ImmutableArray<SymbolState>>() is { } blind) return new(blind);
        if (now.Scene.Locks is null)
        {
            return new(now.Scene.HasApi
                ? new Reading<ImmutableArray<SymbolState>>.Unreadable(UnreadableCause.NotReady, "/locks", "The bot has not told its locks yet.")
                : new Reading<ImmutableArray<SymbolState>>.NotKept("The bot's locks are in its database and its API; give one of them."));
        }

        var locked = now.Scene.ActiveLocks.Where(held => held is { IsGlobal: false, IsRoutine: false }).DistinctBy(held => held.Pair).ToDictionary(held => held.Pair);
        var pairs = (now.Scene.Pairs ?? []).Union(locked.Keys);
        return new(new Reading<ImmutableArray<SymbolState>>.Seen(
            [.. pairs.Select(pair => locked.TryGetValue(pair, out var held) ? new SymbolState(pair, "probation", Past(held.Since, now), held.Reason) : new SymbolState(pair, "active", null, null))],
            now.Evidence));
    }

    public ValueTask<ImmutableArray<Named<Intelligence>>> ReadIntelligenceAsync(CancellationToken cancellation) => new([new("candles", Sight.Of(Look()))]);

    public ValueTask<ImmutableArray<Named<Heartbeat>>> ReadHeartbeatsAsync(CancellationToken cancellation) => new([new("loop", Heart.Of(Look()))]);

    public ValueTask<ImmutableArray<Named<BotConfig>>> ReadConfigsAsync(CancellationToken cancellation)
    {
        var now = Look();
        const string name = "show_config";
        if (!now.Scene.HasApi && _files is not null) return new([OfFiles(now)]);
        if (!now.Scene.HasApi)
            return new([new(name, new Reading<BotConfig>.Unreadable(UnreadableCause.NotReady, name, "The configuration that the bot runs with is known by its API alone; give its address as Url."))]);
        if (now.Scene.Config is not { } config || now.Life!.IsBlind) return new([new(name, now.Blind<BotConfig>() ?? now.Unasked<BotConfig>())]);
        var fault = now.Life.State == LifeResolver.WebServer ? "says that this process is a web server, which trades nothing" : null;
        var mode = config.DryRun switch { true => "paper", false => "live", null => null };
        var runs = new Named<BotConfig>(name, new Reading<BotConfig>.Seen(new BotConfig([], mode) { Fault = fault }, now.Evidence));
        return new(_files is null ? [runs] : [runs, OfFiles(now)]);
    }

    /// <summary>Whether it would come up again. What a file lacks the environment may give, so that is not known.</summary>
    private Named<BotConfig> OfFiles(Standpoint now)
    {
        var (merged, missing, _, problem, isAbsent) = now.Scene.Files!;
        return new(_files!.Name, (merged, missing) switch
        {
            (null, _) => new Reading<BotConfig>.Unreadable(isAbsent ? UnreadableCause.AccessDenied : UnreadableCause.Invalid, _files.Name, $"The configuration {problem}."),
            (_, { IsEmpty: false }) => new Reading<BotConfig>.Unreadable(
                UnreadableCause.NotReady, _files.Name, $"{_files.Name} lacks {Phrase.List(missing)}, which the bot's environment or command line may give: nobody knows whether it would start."),
            ({ } config, _) => new Reading<BotConfig>.Seen(
                new BotConfig([], config.DryRun switch { true => "paper", false => "live", null => null }),
                new Evidence(_files.Name, _files.ModifiedAt, _files.ModifiedAt.UtcTicks.ToString(System.Globalization.CultureInfo.InvariantCulture))),
        });
    }

    public ValueTask<Reading<BlockedSignals>> ReadBlockedSignalsAsync(CancellationToken cancellation)
    {
        var now = Look();
        var words = now.Scene.Words;
        if (words.Source is not null) return new(new Reading<BlockedSignals>.Seen(new BlockedSignals(words.Blocked), now.Evidence));
        return new(now.Blind<BlockedSignals>() ?? (now.Scene.HasApi ? now.Unasked<BlockedSignals>()
            : new Reading<BlockedSignals>.NotKept("Which entries the bot refuses it says in its log alone; start it with --logfile, or give its API.")));
    }

    public ValueTask<FileSystemState> ReadFileSystemAsync(CancellationToken cancellation) => new(Root is { } root
        ? DirectoryVolume.Of(root) : new FileSystemState([], [], []) { NotKept = "The bot's directory is not known to the exporter, so its disk cannot be judged; give it as Root." });

    public ValueTask<Reading<Money>> ReadMoneyAsync(CancellationToken cancellation)
    {
        var now = Look();
        if (now.Scene.Book is not Reading<Book>.Seen && now.Blind<Money>() is { } blind) return new(blind);
        return new(Purse.Of(now.Scene) is { } money
            ? new Reading<Money>.Seen(money, now.Evidence)
            : new Reading<Money>.NotKept("What the bot earned is told by its database, and in part by its API; give one of them."));
    }

    public ValueTask<string?> WhyNotStartAsync(CancellationToken cancellation)
    {
        var now = Look();
        return new((_poller, now.Life, _options.Freqtrade.StartAfter) switch
        {
            (null, _, _) => "The bot's API is not known, so it cannot be started; give its address as Url.",
            (_, _, null or []) => "Its owner allows no start: name the exceptions after which it may be started in Freqtrade:StartAfter.",
            (_, not { State: LifeStates.Stopped }, _) => $"The bot is not stopped. {now.Life?.Sentence}",
            (_, { Exception: null }, _) => $"Only a bot that stopped itself is started. {now.Life.Sentence}",
            (_, { Exception: { } why }, { } allowed) when !allowed.Exists(part => part.Length > 0 && why.Contains(part, StringComparison.Ordinal)) =>
                $"Its owner does not allow a start after \"{why}\"; name a part of it in Freqtrade:StartAfter.",
            (_, { Since: { } since }, _) when now.Scene.Now - since < StopsFor => $"It stopped {Phrase.Ago(since, now.Scene.Now)}; it is left alone for {Phrase.Duration(StopsFor)}.",
            _ when now.Points.FirstOrDefault(point => ((IBot)this).CheckOf(point) == "exchange_api") is { } away => $"Its exchange is away, so it would stop again: {away.Sentence}",
            _ when now.Scene.Now - _startedAt < OncePer => $"It was started {Phrase.Ago(_startedAt!.Value, now.Scene.Now)} already; once a day is enough, a person is needed.",
            _ => null,
        });
    }

    public async Task<string?> StartAsync(CancellationToken cancellation)
    {
        _startedAt = _time.GetUtcNow();
        return await _poller!.StartAsync(_startedAt.Value, cancellation).ConfigureAwait(false);
    }

    public ImmutableArray<string> Describe() =>
    [
        _poller is null ? "Its API is not known: give its address as Url." : $"Its API at {_options.Url}: {_poller.View.Door.ToString().ToLowerInvariant()}.",
        _database is null ? "Its database is not known: give its directory as Root." : $"Its database {_database.Path.Shown}.",
        _log is null ? "It has no log file that is known: start it with --logfile." : $"Its log {_log.Path.Shown}.",
    ];

    public void Dispose() => _client?.Dispose();

    internal static DateTimeOffset? Past(DateTimeOffset? time, Standpoint now) => time <= now.Scene.Now ? time : null;

    private LogMemory LogSoFar() => (_logReading as Reading<LogMemory>.Seen)?.Value ?? _poller?.Words ?? LogMemory.Empty;

    private void ReadLog() => _logReading = _log?.Read(_time.GetUtcNow());

    /// <summary>One look for all checks of one evaluation: what is known does not change between two of them.</summary>
    private Standpoint Look()
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            var view = _poller?.View ?? new ApiView();
            if (_last is { } last && ReferenceEquals(last.View, view) && now - last.At < TimeSpan.FromMilliseconds(200) && now >= last.At) return last.Standpoint;
            var scene = new Scene(now, _poller is not null, view, LogSoFar().Until(now + TimeSpan.FromMilliseconds(500)), _database?.Read(), _options.Freqtrade) { ActedAt = _startedAt, HasLogFile = _log is not null, Files = _files?.Read() };
            var life = LifeResolver.Of(scene);
            var standpoint = new Standpoint(scene, life, Points.Of(scene, life ?? new Life(LifeStates.Running, ""), _seen));
            _last = (now, view, standpoint);
            return standpoint;
        }
    }
}
