using System.Collections.Immutable;
using System.Text.Json;
using Exporter.Words;

namespace Exporter.Bots.Kinds.Freqtrade;

/// <summary>Asks one bot by the <see cref="PollPlan"/>: one call at a time, a round ends at its first failure, and no call is repeated in it.</summary>
internal sealed class ApiPoller(ApiClient client, bool asksLogs, TimeProvider time)
{
    private const int MostReturns = 50;
    private readonly SlowAnswers _slow = new();
    private readonly Dictionary<string, DateTimeOffset> _asked = new(StringComparer.Ordinal);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ProofTime = TimeSpan.FromSeconds(60);

    private int _isAsking;
    private DateTimeOffset _restUntil;
    private double _newestRecord;
    private ImmutableHashSet<string> _newestMessages = [];
    private volatile ApiView _view = new();
    private volatile LogMemory _words = LogMemory.Empty;

    public ApiView View => _view;

    /// <summary>What its <c>/logs</c> said; empty where a log file is read instead.</summary>
    public LogMemory Words => _words;

    /// <summary>How many calls were made, for those who count.</summary>
    public long Calls { get; private set; }

    /// <summary>One round: what is due now. One at a time: who comes while another is under way leaves it to that one.</summary>
    /// <param name="words">The bot's log as far as it is known, from wherever it is read.</param>
    public async Task RoundAsync(Func<LogMemory> words, CancellationToken cancellation)
    {
        if (Interlocked.Exchange(ref _isAsking, 1) != 0) return;
        try
        {
            await AskAllAsync(words, cancellation).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _isAsking, 0);
        }
    }

    /// <summary>Starts the bot. Its state is a flag that obeys at once: only a loop that turns twice is a proof.</summary>
    public async Task<string?> StartAsync(DateTimeOffset at, CancellationToken cancellation)
    {
        while (Interlocked.Exchange(ref _isAsking, 1) != 0) await Task.Delay(BetweenTries, time, cancellation).ConfigureAwait(false);
        try
        {
            var answer = await client.AskAsync(HttpMethod.Post, "start", null, withLogin: true, cancellation).ConfigureAwait(false);
            if (answer.Kind != AnswerKind.Ok) return answer.Status > 0 ? $"The bot answered /start with HTTP {answer.Status}." : $"The bot did not take the start: {answer.Why ?? "it did not answer"}.";
            var turns = new HashSet<DateTimeOffset>();
            for (var waited = TimeSpan.Zero; waited < ProofTime; waited += BetweenLooks)
            {
                await Task.Delay(BetweenLooks, time, cancellation).ConfigureAwait(false);
                var health = await client.AskAsync(HttpMethod.Get, "health", null, withLogin: true, cancellation).ConfigureAwait(false);
                if (health.Kind == AnswerKind.Ok && Beat.Of(health.Body)?.LastProcess is { } last && last >= at) turns.Add(last);
                if (turns.Count >= 2) return null;
            }

            return $"The bot took the start, and its loop has turned {(turns.Count == 0 ? "not once" : "once")} within {Phrase.Duration(ProofTime)}: see whether it stopped again.";
        }
        finally
        {
            Volatile.Write(ref _isAsking, 0);
        }
    }

    private async Task AskAllAsync(Func<LogMemory> words, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (now < _restUntil) return;
        _view = _view with { AskedAt = now };
        if (!await KnockAsync(now, cancellation).ConfigureAwait(false)) return;
        if (_view.Door is Door.Unauthorized or Door.Unreadable && !IsDue("refused", PollPlan.Refused, now)) return;
        if (!await ConfigAsync(now, cancellation).ConfigureAwait(false) || _view.IsWebServer) return;
        if (_view.Config!.State == "" && !asksLogs) return;
        if (PollPlan.MayAskHealth(_view, words()) && !await HealthAsync(now, cancellation).ConfigureAwait(false)) return;
        if (asksLogs && !await LogsAsync(now, cancellation).ConfigureAwait(false)) return;
        if (_view.Config.State is "") return;
        // The hold is counted in rounds of the trades' own interval.
        var stopped = _view.Config.State == "stopped";
        if (IsDue("locks", PollPlan.Trades, now) && !await LocksAsync(now, cancellation).ConfigureAwait(false)) return;
        if ((!stopped || _view.Beat?.LastProcess is null) && IsDue("whitelist", _view.Whitelist is null || stopped ? PollPlan.Light : PollPlan.Rotation, now)
            && !await WhitelistAsync(now, cancellation).ConfigureAwait(false)) return;
        if (IsDue("status", PollPlan.Trades, now) && !await TradesAsync(words, now, cancellation).ConfigureAwait(false)) return;
        if (_view.Config.State is "running" or "paused") await CandlesAsync(now, cancellation).ConfigureAwait(false);
    }

    private async Task<ApiAnswer> AskAsync(string path, CancellationToken cancellation, TimeSpan? patience = null, bool withLogin = true)
    {
        Calls++;
        var answer = await client.AskAsync(HttpMethod.Get, path, patience, withLogin, cancellation).ConfigureAwait(false);
        if (answer.Status == 429)
        {
            var rest = answer.RetryAfter is { } asked && asked > PollPlan.Refused ? asked : PollPlan.Refused;
            _restUntil = time.GetUtcNow() + (rest < TimeSpan.FromHours(1) ? rest : TimeSpan.FromHours(1));
        }

        return answer;
    }

    private async Task<bool> KnockAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var ping = await AskAsync("ping", cancellation, withLogin: false).ConfigureAwait(false);
        if (ping is { Kind: AnswerKind.Ok } && ping.Body.Text("status") == "pong")
        {
            if (_view.Door == Door.Unreachable) _view = _view with { Returns = [.. _view.Returns.TakeLast(MostReturns), now] };
            if (_view.Door is Door.Unreachable or Door.NotFreqtrade) Enter(Door.Unasked, null, now);
            return true;
        }

        if (ping.Status == 429) return false;
        switch (ping.Kind)
        {
            case AnswerKind.Refused or AnswerKind.TimedOut or AnswerKind.Insecure:
                Enter(Door.Unreachable, ping.Kind == AnswerKind.TimedOut ? "does not answer within 5 s" : $"cannot be reached: {ping.Why}", now);
                break;
            case AnswerKind.Status when ping.Status is 502 or 503 or 504:
                Enter(Door.Unreachable, $"is not reached by what stands before it (HTTP {ping.Status})", now);
                break;
            default:
                Enter(Door.NotFreqtrade, ping.Kind == AnswerKind.Status ? $"answers /ping with HTTP {ping.Status}" : "answers /ping with something else than pong", now);
                break;
        }

        return false;
    }

    private async Task<bool> ConfigAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var answer = await AskAsync("show_config", cancellation).ConfigureAwait(false);
        if (answer is { Kind: AnswerKind.Ok } && ShowConfig.Of(answer.Body) is { } config)
        {
            var changed = _view.Config?.State != config.State || _view.Door == Door.Unasked;
            Enter(Door.Open, null, now);
            _view = _view with
            {
                Config = config,
                ConfigAt = now,
                LastAnswered = now,
                StateSince = changed ? now : _view.StateSince,
                WhitelistLooks = changed ? 0 : _view.WhitelistLooks,
            };
            return true;
        }

        var (door, why) = answer switch
        {
            { Kind: AnswerKind.NoPassword } => (Door.Unauthorized, $"was not asked: {answer.Why}"),
            { Kind: AnswerKind.Status, Status: 401 or 403 } => (Door.Unauthorized, "answers, but refuses the name or the password"),
            { Kind: AnswerKind.Status, Status: 429 } => (_view.Door, _view.DoorWhy),
            { Kind: AnswerKind.Status, Status: 500 } => (Door.Unreadable, "answers /show_config with HTTP 500, as it does when a name or a password is not plain ASCII"),
            { Kind: AnswerKind.Status } => (Door.Unreadable, $"answers /show_config with HTTP {answer.Status}"),
            { Kind: AnswerKind.Refused or AnswerKind.TimedOut or AnswerKind.Insecure } => (Door.Unreachable, answer.Why is null ? "does not answer" : $"cannot be reached: {answer.Why}"),
            _ => (Door.Unreadable, answer.Why ?? "answers /show_config with something else"),
        };
        if (door is Door.Unauthorized or Door.Unreadable) _asked["refused"] = now;
        Enter(door, why, now);
        return false;
    }

    private async Task<bool> HealthAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var answer = await AskAsync("health", cancellation).ConfigureAwait(false);
        if (answer.Kind == AnswerKind.Ok && Beat.Of(answer.Body) is { } beat) _view = _view with { Beat = beat, BeatAt = now };
        return answer.Kind is AnswerKind.Ok or AnswerKind.Status;
    }

    private async Task<bool> LogsAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        // Until the oldest record that came is older than the newest that is known, there is a gap.
        var first = _newestRecord == 0;
        if (!first && !IsDue("logs", _gap ? PollPlan.LogsInFlood : PollPlan.Logs, now)) return true;
        _asked["logs"] = now;
        var answer = await AskAsync($"logs?limit={(first || _gap ? 1000 : 200)}", cancellation).ConfigureAwait(false);
        if (answer.Kind != AnswerKind.Ok) return !answer.EndsRound;
        var known = _newestRecord;
        var knownMessages = _newestMessages;
        var entries = new List<LogEntry>();
        double? oldest = null;
        foreach (var item in answer.Body.Items("logs"))
        {
            if (item.ValueKind != JsonValueKind.Array || item.GetArrayLength() < 5 || item[1].ValueKind != JsonValueKind.Number || item[4].ValueKind != JsonValueKind.String) continue;
            var stamp = item[1].GetDouble();
            oldest ??= stamp;
            var message = item[4].GetString()!;
            if (stamp < known || (stamp == known && knownMessages.Contains(message)) || Times.OfMilliseconds(stamp) is not { } at) continue;
            if (stamp > _newestRecord) (_newestRecord, _newestMessages) = (stamp, []);
            _newestMessages = _newestMessages.Add(message);
            if (LogWords.Read(at, item[2].ToString(), message) is { } entry) entries.Add(entry);
        }

        _gap = !first && oldest > known;
        _words = _words.With(entries, now) with
        {
            Source = "/logs",
            ReadAt = now,
            NewestRecord = Times.OfMilliseconds(_newestRecord),
            KnownSince = first || _gap ? Times.OfMilliseconds(oldest) ?? now : _words.KnownSince,
        };
        return true;
    }

    private bool _gap;

    private async Task<bool> LocksAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var answer = await AskAsync("locks", cancellation).ConfigureAwait(false);
        if (answer.Kind == AnswerKind.Ok) _view = _view with { Locks = PairLock.AllOf(answer.Body), LocksAt = now };
        return !answer.EndsRound;
    }

    private async Task<bool> WhitelistAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var answer = await AskAsync("whitelist", cancellation).ConfigureAwait(false);
        if (answer.Kind == AnswerKind.Ok)
        {
            ImmutableArray<string> pairs = [.. answer.Body.Items("whitelist").Where(pair => pair.ValueKind == JsonValueKind.String).Select(pair => pair.GetString()!)];
            _view = _view with { Whitelist = pairs, WhitelistAt = now, WhitelistLooks = pairs.IsEmpty ? 0 : _view.WhitelistLooks + 1 };
        }

        return !answer.EndsRound;
    }

    private async Task<bool> TradesAsync(Func<LogMemory> words, DateTimeOffset now, CancellationToken cancellation)
    {
        if (PollPlan.WhyTradesAreHeld(_view, words(), _slow, now) is { } held)
        {
            _view = _view with { TradesHeld = held, TradesMissed = _view.TradesMissed + 1 };
            return true;
        }

        var answer = await AskAsync("status", cancellation, PollPlan.TradesPatience).ConfigureAwait(false);
        _slow.Took(answer, time.GetUtcNow());
        if (answer.Kind == AnswerKind.Ok && answer.Body.ValueKind == JsonValueKind.Array)
            _view = _view with { Trades = Trade.AllOf(answer.Body), TradesAt = now, TradesHeld = null, TradesMissed = 0 };
        else
            _view = _view with { TradesMissed = _view.TradesMissed + 1, TradesHeld = answer.Status > 0 ? $"/status answered HTTP {answer.Status}" : "/status did not answer in time" };
        return !answer.EndsRound;
    }

    private async Task CandlesAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var whole = IsDue("rotation", PollPlan.Rotation, now);
        if (!whole && !IsDue("sight", PollPlan.SightPair, now)) return;
        _asked["sight"] = now;
        var whitelist = _view.Whitelist ?? [];
        var open = (_view.Trades ?? []).Select(trade => trade.Pair).Where(whitelist.Contains).Distinct();
        // Pairs of open trades first, then those that were read longest ago.
        var next = open.Concat(whitelist).Distinct().OrderBy(pair => _view.Candles.TryGetValue(pair, out var candle) ? candle.ReadAt : DateTimeOffset.MinValue)
            .Take(whole ? PollPlan.PairsARotation : 1);
        foreach (var pair in next)
        {
            var answer = await AskAsync(
                $"pair_candles?pair={Uri.EscapeDataString(pair)}&timeframe={Uri.EscapeDataString(_view.Config!.TimeframeName)}&limit=1", cancellation).ConfigureAwait(false);
            if (answer.Kind == AnswerKind.Ok && Candle.Of(answer.Body, now) is { } candle)
                _view = _view with { Candles = _view.Candles.SetItem(pair, candle).RemoveRange(_view.Candles.Keys.Where(old => !whitelist.Contains(old))) };
            if (answer.EndsRound) return;
        }
    }

    private void Enter(Door door, string? why, DateTimeOffset now) => _view = _view with
    {
        Door = door,
        DoorWhy = why,
        DoorSince = _view.Door == door ? _view.DoorSince : now,
    };

    private bool IsDue(string call, TimeSpan interval, DateTimeOffset now)
    {
        // A timer may come a little early.
        if (_asked.TryGetValue(call, out var last) && now - last < interval - TimeSpan.FromSeconds(1) && now >= last) return false;
        _asked[call] = now;
        return true;
    }
}
