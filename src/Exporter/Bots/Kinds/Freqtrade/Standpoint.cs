using System.Collections.Immutable;
using System.Globalization;

namespace Exporter.Bots.Kinds.Freqtrade;

/// <summary>What is known at one moment, with what follows from it.</summary>
/// <param name="Life">Null: no source tells it.</param>
internal sealed record Standpoint(Scene Scene, Life? Life, ImmutableArray<FailurePoint> Points)
{
    public Evidence Evidence => new(
        Scene.HasApi ? "the bot's API" : "the bot's files", Scene.Api.LastAnswered ?? Scene.Words.ReadAt ?? Scene.Now,
        (Scene.Api.AskedAt ?? Scene.Now).UtcTicks.ToString(CultureInfo.InvariantCulture));

    /// <summary>What every reading of the API says while it cannot be seen through it; null while it can.</summary>
    /// <param name="whileStarting">False for what a bot that starts knows already.</param>
    public Reading<T>? Blind<T>(bool whileStarting = true) => !Scene.HasApi || Life is null ? null : Life.State switch
    {
        LifeStates.Unreachable => new Reading<T>.Unreadable(UnreadableCause.Refused, "the bot's API", Life.Sentence),
        LifeStates.Unauthorized => new Reading<T>.Unreadable(Scene.Api.Config is null && Scene.Api.DoorWhy is null ? UnreadableCause.WantsLogin : UnreadableCause.Unauthorized, "the bot's API", Life.Sentence),
        LifeStates.Unreadable => new Reading<T>.Unreadable(UnreadableCause.Failed, "the bot's API", Life.Sentence),
        LifeResolver.NotFreqtrade => new Reading<T>.Unreadable(UnreadableCause.NotThisBot, "the bot's API", Life.Sentence),
        LifeResolver.WebServer => new Reading<T>.Unreadable(UnreadableCause.NotThisBot, "the bot's API", Life.Sentence),
        LifeStates.Starting when whileStarting => new Reading<T>.Unreadable(UnreadableCause.NotReady, "the bot's API", Life.Sentence),
        _ => null,
    };

    public Reading<T> Unasked<T>() => new Reading<T>.Unreadable(UnreadableCause.NotReady, "the bot's API", Life?.Sentence ?? "The bot has not been asked yet.");
}

/// <summary>The open trades as positions.</summary>
internal static class Positions
{
    public static PositionBook Of(Scene scene, ImmutableArray<Trade> trades)
    {
        var book = (scene.Book as Reading<Book>.Seen)?.Value;
        var most = scene.Config?.MaxOpenTrades;
        return new PositionBook(
            [.. trades.Select(Position)],
            book?.NewestOpenedAt ?? trades.Where(trade => trade.OpenedAt <= scene.Now).Max(trade => trade.OpenedAt),
            (int)Math.Min(int.MaxValue, book?.Closed.Count ?? scene.Api.ClosedTrades ?? 0))
        {
            // None at all is the owner's stop, and told by its switch.
            Limit = most >= 1 ? (int)most : null,
            IsUnlimited = scene.Config is not null && most is null or < 1,
            FullIsOrdinary = true,
            FromTheFuture = trades.Count(trade => trade.OpenedAt > scene.Now),
        };
    }

    private static OpenPosition Position(Trade trade) => new(
        trade.Pair, trade.Strategy, trade.IsShort ? "short" : "long", trade.Amount * trade.OpenRate, trade.Leverage, trade.OpenRate, trade.Stake, trade.OpenedAt)
    {
        IsForced = trade.EnterTag == "force_entry",
    };
}

/// <summary>How old the newest candle is that the bot has analysed: what only the exchange can have said.</summary>
internal static class Sight
{
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(5);

    public static Reading<Intelligence> Of(Standpoint now)
    {
        var scene = now.Scene;
        if (!scene.HasApi) return new Reading<Intelligence>.NotKept("Whether the bot sees its exchange is told by its candles, which its API alone shows; give its address as Url.");
        if (now.Blind<Intelligence>() is { } blind) return blind;
        if (now.Life is not { IsAtWork: true }) return Unseen("The bot analyses no candle while it is stopped, so their age says nothing.");
        var raising = StrategyPoints.Raising(scene).Count;
        if (StrategyPoints.IsHalf(scene, raising)) return Unseen("The strategy raises, so the stamp of its candles says nothing of the exchange.");
        var asked = scene.Api.Candles.Where(pair => scene.Api.Whitelist is not { } list || list.Contains(pair.Key)).Select(pair => pair.Value).ToList();
        if (asked.Count == 0 || scene.Config?.Timeframe is not { } frame) return Unseen("The bot has shown no candle yet.");
        return asked.Max(candle => candle.OpenedAt) is { } newest
            ? new Reading<Intelligence>.Seen(new Intelligence(newest, asked.Count, 0) { GoodFor = (2 * frame) + Slack + PollPlan.SightPair }, now.Evidence)
            : Unseen("The bot has analysed no candle yet.");
    }

    private static Reading<Intelligence>.Unreadable Unseen(string why) => new(UnreadableCause.NotReady, "/pair_candles", why);
}

/// <summary>When the bot's loop last turned.</summary>
internal static class Heart
{
    private static readonly TimeSpan FreshLog = TimeSpan.FromSeconds(180);

    public static Reading<Heartbeat> Of(Standpoint now)
    {
        var scene = now.Scene;
        if (now.Life is not { } life) return new Reading<Heartbeat>.NotKept("Whether the bot's loop turns is told by its API or its log; give one of them.");
        var log = scene.Words.Newest(LogWord.Heartbeat);
        if (!scene.HasApi)
        {
            return log is not null
                ? Seen(log.At, now)
                : new Reading<Heartbeat>.Unreadable(UnreadableCause.NotReady, "log", "The bot's log holds no heartbeat yet.");
        }

        switch (life.State)
        {
            case LifeStates.Running or LifeStates.Paused:
                // Its first pass may take as long as a start may.
                return Seen(scene.Api.Beat?.LastProcess ?? Earlier(scene.Api.StateSince + Scene.StartGrace, scene.Now), now);
            case LifeStates.Starting:
                return Seen(scene.Api.Door == Door.Unasked ? scene.Now : scene.ActedAt ?? scene.Api.StateSince, now);
            case LifeStates.Stopped:
                return log is not null && scene.Now - log.At <= FreshLog
                    ? Seen(log.At, now)
                    : Unseen(UnreadableCause.NotReady, "The bot is stopped, and its log has no heartbeat of the last 3 min, so nobody knows whether it lives.");
            case LifeStates.Unreachable:
                return scene.Api.Beat?.LastProcess is { } last ? Seen(last, now) : Unseen(UnreadableCause.Refused, life.Sentence);
            default:
                return now.Blind<Heartbeat>() ?? now.Unasked<Heartbeat>();
        }
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private static Reading<Heartbeat>.Seen Seen(DateTimeOffset beat, Standpoint now) =>
        new(new Heartbeat(beat, null, now.Scene.Trades?.Length), new Evidence("the bot's API", beat, beat.UtcTicks.ToString(CultureInfo.InvariantCulture)));

    private static Reading<Heartbeat>.Unreadable Unseen(UnreadableCause cause, string why) => new(cause, "the bot's API", why);
}
