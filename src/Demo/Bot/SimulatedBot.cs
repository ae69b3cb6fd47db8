using System.Text.Json.Nodes;

namespace Demo.Bot;

/// <summary>
/// A trading bot with the feature-store layout that trades make-believe money. It writes its files on every cycle, never atomically;
/// its door (<see cref="BotDoor"/>) takes the triggers that a healing fires.
/// </summary>
internal sealed class SimulatedBot : IAsyncDisposable
{
    // Room below the default limit of 10: a healthy bot has free slots.
    private const int NormalPositions = 6;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly TimeSpan _cycle;
    private readonly BotState _state = new();
    private readonly Dictionary<string, string> _written = [];
    private Task _cycling = Task.CompletedTask;

    public SimulatedBot(string name, string root, BotPace pace, TimeProvider time, Random random)
    {
        Name = name;
        Root = root;
        _cycle = pace.Cycle;
        _time = time;
        _random = random;
        Files = new BotFiles(root, pace.Tear, time);
    }

    public string Name { get; }

    public string Root { get; }

    public BotFiles Files { get; }

    /// <summary>Writes everything once, as after a start of the bot, and then goes round until disposed.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        Files.CreateDirectories();
        await Files.WriteAsync(BotFiles.TradingConfig, BotDocuments.TradingConfig(), cancellation);
        await Files.WriteAsync(BotFiles.GoldenHour, BotDocuments.GoldenHour(), cancellation);
        await ChangeAsync(
            state =>
            {
                for (var i = 0; i < 4; i++)
                {
                    OpenPosition(state, BotState.Symbols[i]);
                }
            },
            cancellation);
        _cycling = CycleAsync(_stop.Token);
    }

    /// <summary>Changes what the bot knows and writes its files at once.</summary>
    public async Task ChangeAsync(Action<BotState> change, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            change(_state);
            await WriteAsync(cancellation);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>What a trigger asks for: fetch the market data now. A bot that hangs, or ignores it, does nothing.</summary>
    public Task RefreshAsync(CancellationToken cancellation) => AnswerRefreshAsync(cancellation);

    /// <summary>The same, for a door that must pass on how the bot answers.</summary>
    public async Task<RefreshAnswer> AnswerRefreshAsync(CancellationToken cancellation)
    {
        var answer = RefreshAnswer.Obeys;
        await ChangeAsync(
            state =>
            {
                answer = state.Refresh;
                if (state is { Refresh: RefreshAnswer.Obeys, Alive: true })
                {
                    state.Feed = IntelligenceFeed.Fresh;
                }
            },
            cancellation);
        return answer;
    }

    /// <summary>The bot's own way to end an expired draw-down block. An active one stays.</summary>
    public Task ClearExpiredBlockAsync(CancellationToken cancellation) =>
        ChangeAsync(
            state =>
            {
                if (state.BlockedUntil <= _time.GetUtcNow())
                {
                    state.BlockedUntil = null;
                    state.BlockClearedAt = _time.GetUtcNow();
                }
            },
            cancellation);

    /// <summary>As after a restart of its process: it lives, works and fetches again.</summary>
    public Task RestartAsync(CancellationToken cancellation) =>
        ChangeAsync(
            state =>
            {
                state.Alive = true;
                state.Working = true;
                state.Feed = IntelligenceFeed.Fresh;
            },
            cancellation);

    /// <summary>Opens a position now. Some writers of the reference bot say <c>LONG</c>, others <c>long</c>: so does this one.</summary>
    public void OpenPosition(BotState state, string symbol, string strategy = "Trend-Conservative", string? direction = null)
    {
        state.LastOpened = _time.GetUtcNow();
        direction ??= _random.Next(2) == 0 ? "LONG" : "short";
        state.Open.Add(new Position(symbol, strategy, direction, 200 + _random.Next(300), 5, 1 + _random.Next(1000), state.LastOpened));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _cycling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _turn.Dispose();
    }

    private async Task CycleAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(_cycle, _time);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            await ChangeAsync(Trade, cancellation);
        }
    }

    /// <summary>Turns its positions over, so that something happens; leaves them alone while a fault holds them.</summary>
    private void Trade(BotState state)
    {
        if (!state.Alive || !state.Working || state.HoldsPositions || state.BlockingGate is not null || IsBlocked(state) || _random.Next(10) > 0)
        {
            return;
        }

        var free = BotState.Symbols.Except(state.Open.Select(position => position.Symbol)).FirstOrDefault();
        if (state.Open.Count >= NormalPositions || free is null)
        {
            state.Closed.Add(state.Open[0]);
            state.Open.RemoveAt(0);
        }
        else
        {
            OpenPosition(state, free);
        }
    }

    private bool IsBlocked(BotState state) =>
        state.SoftKill || state.ExchangeDegraded || state.TradingFrozen || state.GlobalFreeze || state.BlockedUntil > _time.GetUtcNow();

    private async Task WriteAsync(CancellationToken cancellation)
    {
        if (!_state.Alive)
        {
            return;
        }

        var now = _time.GetUtcNow();
        await Files.WriteAsync(BotFiles.Heartbeat, BotDocuments.Heartbeat(_state, now), cancellation);
        if (_state.Working)
        {
            await Files.WriteAsync(BotFiles.Positions, BotDocuments.Positions(_state), cancellation);
            if (_state.Feed is not IntelligenceFeed.Stopped)
            {
                await Files.WriteAsync(BotFiles.Intelligence, BotDocuments.Intelligence(_state, now, _random), cancellation);
            }
        }

        if (_state.BlockingGate is { } gate)
        {
            await Files.AppendLineAsync(BotFiles.BlockedSignals, BotDocuments.BlockedSignal(gate, now, _random), cancellation);
        }

        await WriteSwitchesAsync(now, cancellation);
    }

    /// <summary>
    /// As the reference bot: no file before the first event, a write only where something changed, and never a file taken away again
    /// but the flag, which is its own presence.
    /// </summary>
    private async Task WriteSwitchesAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        await WriteWhenChangedAsync(BotFiles.KillSwitch, _state.EverBlocked, BotDocuments.KillSwitch(_state), cancellation);
        await WriteWhenChangedAsync(
            BotFiles.SoftKill, _state.SoftKill, new() { ["soft_kill_switch_active"] = _state.SoftKill }, cancellation);
        await WriteWhenChangedAsync(
            BotFiles.ExchangeHealth, _state.ExchangeDegraded, new() { ["status"] = _state.ExchangeDegraded ? "degraded" : "healthy" }, cancellation);
        await WriteWhenChangedAsync(
            BotFiles.GlobalFreeze, _state.GlobalFreeze, new() { ["global_freeze_active"] = _state.GlobalFreeze }, cancellation);
        if (!_state.TradingFrozen)
        {
            Files.Delete(BotFiles.TradingFrozen);
        }
        else if (!File.Exists(Files[BotFiles.TradingFrozen]))
        {
            await Files.WriteAsync(BotFiles.TradingFrozen, new JsonObject(), cancellation);
        }

        if (_state.Probation.Count > 0 || File.Exists(Files[BotFiles.Probation]))
        {
            await Files.WriteAsync(BotFiles.Probation, BotDocuments.Probation(_state, now), cancellation);
        }
    }

    private async Task WriteWhenChangedAsync(string file, bool happened, JsonObject content, CancellationToken cancellation)
    {
        var text = content.ToJsonString();
        if ((happened || _written.ContainsKey(file)) && _written.GetValueOrDefault(file) != text)
        {
            await Files.WriteAsync(file, content, cancellation);
            _written[file] = text;
        }
    }
}

/// <summary>How fast the simulated bot lives.</summary>
/// <param name="Cycle">Between two rounds of writing.</param>
/// <param name="Tear">How long a file stays half-written.</param>
internal sealed record BotPace(TimeSpan Cycle, TimeSpan Tear);
