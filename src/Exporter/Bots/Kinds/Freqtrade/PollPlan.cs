using Exporter.Words;

namespace Exporter.Bots.Kinds.Freqtrade;

/// <summary>
/// What a bot is asked, how often, and above all when not: what each call costs the bot and its exchange was measured. Every rule of when
/// not to ask stands here.
/// </summary>
internal static class PollPlan
{
    public static readonly TimeSpan Light = TimeSpan.FromSeconds(15);
    public static readonly TimeSpan Trades = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan LogsInFlood = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan Logs = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan SightPair = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan Rotation = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan Refused = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan TradesPatience = TimeSpan.FromSeconds(10);
    public const int PairsARotation = 5;

    private static readonly TimeSpan BanMemory = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan OldBeat = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan WarmRates = TimeSpan.FromMinutes(4);

    /// <summary>
    /// <c>/health</c> up to 2023.12 fails in a start, each time with 65 lines in the bot's log; while stopped it cannot move.
    /// </summary>
    public static bool MayAskHealth(ApiView view, LogMemory words) => view.Config is { } config && config.State switch
    {
        "stopped" => !config.IsBefore(2024, 1) && (view.Beat is null || view.BeatAt < view.StateSince),
        "running" or "paused" => !config.IsBefore(2024, 1) || view.Beat is not null || words.Newest(LogWord.Heartbeat) is { } beat && beat.At >= (words.LastStart ?? DateTimeOffset.MinValue),
        _ => false,
    };

    /// <summary>
    /// Why the open trades are not asked for: with rates older than 300 s the bot would ask its exchange, once per trade and try, and go on
    /// when we hang up. Null: they may be asked for.
    /// </summary>
    public static string? WhyTradesAreHeld(ApiView view, LogMemory words, SlowAnswers slow, DateTimeOffset now)
    {
        if (words.All.LastOrDefault(entry => entry.Until is not null) is { Until: { } end } && now < end + TimeSpan.FromMinutes(1))
            return $"its exchange bans it until {Moment.Of(end)}, and the question would make it ask there again";
        if (words.All.LastOrDefault(entry => entry.IsBackOff || entry.Exchange is ExchangeWord.IpBan or ExchangeWord.RateLimit) is { } ban && now - ban.At < BanMemory)
            return $"its exchange refused it {Phrase.Ago(ban.At, now)}, and the question would make it ask there again";
        if (view.Config is { State: "stopped" } && view.Trades is not null && (now - view.StateSince > WarmRates || view.TradesAt >= view.StateSince))
            return "it is stopped, so its trades do not change by themselves";
        if (view.Config is { State: "running" or "paused" } && view.Beat?.LastProcess is { } last && now - last > OldBeat)
            return $"its loop stands for {Phrase.Duration(now - last)}";
        return slow.Until > now ? "its last answer was slow" : null;
    }
}

/// <summary>Gives a bot that answers slowly ever more rest: 5, 10, 20, 30 minutes.</summary>
internal sealed class SlowAnswers
{
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);
    private TimeSpan _rest = TimeSpan.FromMinutes(5);

    public DateTimeOffset Until { get; private set; }

    public void Took(ApiAnswer answer, DateTimeOffset now)
    {
        if (answer.Took > Slow || answer.Kind == AnswerKind.TimedOut)
        {
            Until = now + _rest;
            _rest = _rest * 2 < Longest ? _rest * 2 : Longest;
        }
        else if (answer.Took < Quick)
        {
            _rest = TimeSpan.FromMinutes(5);
        }
    }
}
