using System.Collections.Immutable;
using Exporter.Words;

namespace Exporter.Bots.Kinds.Freqtrade;

/// <summary>
/// What the bot itself says of its exchange. Its beat goes on through a total outage, and an answer that the exporter gets says nothing of
/// the bot's own address and key: only its failing calls, its candles and its rates tell.
/// </summary>
internal static class ExchangePoints
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Now = TimeSpan.FromSeconds(30);

    public static IEnumerable<FailurePoint> Of(Scene scene, Life life)
    {
        if (!life.IsAtWork && life.State != LifeStates.Stopped) yield break;
        var said = SaidOf(scene);
        var failing = scene.Words.Last(TimeSpan.FromMinutes(10), scene.Now, LogWord.ExchangeCall, LogWord.ExitExchange)
            // Without a candle of the bot's nothing shows that only its stops are refused.
            .Where(entry => !scene.Api.Candles.IsEmpty || entry.Text?.Contains("stoploss", StringComparison.OrdinalIgnoreCase) != true).ToImmutableArray();
        if (life.IsAtWork && IsUnreachable(scene, failing))
        {
            yield return PointOf(scene, said is ExchangeWord.None ? ExchangeWord.Unreachable : said, failing);
            yield break;
        }

        if (WordsOnly(scene) is var alone and not ExchangeWord.None)
        {
            yield return PointOf(scene, alone, []) with { IsAside = alone is not (ExchangeWord.Clock or ExchangeWord.KeyRejected) };
            yield break;
        }

        if (scene.Words.Newest(LogWord.ClockDeviates) is { } clock && clock.At >= (scene.Words.LastStart ?? DateTimeOffset.MinValue).AddMinutes(-1))
        {
            yield return new FailurePoint(
                PointNames.Clock, PointLevel.Warning, false, $"The bot's clock is {clock.Text} s off its exchange's, it says itself; set the machine's clock by NTP.", null, clock.At)
            { IsAside = true };
        }
    }

    /// <summary>What the exchange said within a record that tells of something else, in brackets; nothing where it said nothing.</summary>
    public static string Aside(LogEntry entry) => entry.Exchange switch
    {
        ExchangeWord.IpBan => $" (the exchange bans the bot's address{(entry.Until is { } end ? $" until {Moment.Of(end)}" : "")})",
        ExchangeWord.Clock => " (the exchange refuses its clock)",
        ExchangeWord.KeyRejected => " (the exchange refuses its key)",
        ExchangeWord.Maintenance => " (the exchange is in maintenance)",
        ExchangeWord.RateLimit => " (the exchange limits its calls)",
        ExchangeWord.Unreachable => " (the exchange cannot be reached)",
        _ => "",
    };

    /// <summary>The gravest that the exchange said within two minutes.</summary>
    private static ExchangeWord SaidOf(Scene scene) => scene.Words.All
        .Where(entry => entry.Exchange != ExchangeWord.None && scene.Now - entry.At <= Fresh)
        .Select(entry => entry.Exchange).Order().FirstOrDefault();

    private static bool IsUnreachable(Scene scene, ImmutableArray<LogEntry> failing)
    {
        if (failing.IsEmpty || scene.Now - failing[^1].At > Fresh) return false;
        var analyzed = Asked(scene).Select(candle => candle.AnalyzedAt ?? DateTimeOffset.MinValue).DefaultIfEmpty().Min();
        if (failing[^1].At <= analyzed && scene.Now - failing[^1].At > Now) return false;
        // One run of failures, without two minutes of quiet in it.
        var first = failing[^1].At;
        foreach (var entry in failing.Reverse())
        {
            if (first - entry.At > Fresh) break;
            first = entry.At;
        }

        var span = failing[^1].At - first;
        return span >= TimeSpan.FromSeconds(30) || (span >= TimeSpan.FromSeconds(10) && IsSightLate(scene));
    }

    private static bool IsSightLate(Scene scene)
    {
        var candles = Asked(scene).ToList();
        var late = candles.Count > 0 && scene.Config?.Timeframe is { } frame
            && candles.TrueForAll(candle => candle.OpenedAt is { } opened && scene.Now - opened > (2 * frame) + TimeSpan.FromSeconds(30));
        var filled = (scene.Api.Trades ?? []).Where(trade => trade.IsFilled).ToList();
        return late || (filled.Count > 0 && filled.TrueForAll(trade => trade.CurrentRate is null));
    }

    /// <summary>What it said of its exchange without a run of failing calls: one ban is a ban, of all else two.</summary>
    private static ExchangeWord WordsOnly(Scene scene)
    {
        var recent = scene.Words.All.Where(entry => entry.Exchange != ExchangeWord.None && scene.Now - entry.At <= TimeSpan.FromMinutes(10)).ToList();
        if (scene.Words.All.Any(entry => entry.Until > scene.Now)) return ExchangeWord.IpBan;
        foreach (var word in (ExchangeWord[])[ExchangeWord.IpBan, ExchangeWord.Clock, ExchangeWord.KeyRejected, ExchangeWord.Maintenance, ExchangeWord.RateLimit])
        {
            var said = recent.Where(entry => entry.Exchange == word).ToList();
            if (said.Count >= (word == ExchangeWord.IpBan ? 1 : 2) && scene.Now - said[^1].At <= Fresh) return word;
        }

        return ExchangeWord.None;
    }

    private static FailurePoint PointOf(Scene scene, ExchangeWord word, ImmutableArray<LogEntry> failing)
    {
        var since = failing.IsEmpty ? (DateTimeOffset?)null : failing[0].At;
        var until = scene.Words.All.LastOrDefault(entry => entry.Until > scene.Now)?.Until;
        return word switch
        {
            ExchangeWord.KeyRejected => new FailurePoint(
                PointNames.KeyRejected, PointLevel.Critical, true,
                "The exchange refuses the bot's key: it may have expired, be bound to another address, or lack a permission. Make a new one and restart the bot.", null, since),
            ExchangeWord.Clock => new FailurePoint(
                PointNames.Clock, PointLevel.Critical, true, "The exchange refuses the bot's requests for their time; set the machine's clock by NTP.", null, since),
            ExchangeWord.IpBan => Unreachable(
                "ip_ban", $"The exchange bans the bot's address{(until is { } end ? $" until {Moment.Of(end)}" : "")}; it ends by itself, and each further call makes it longer. Ask it for less.", since),
            ExchangeWord.RateLimit => Unreachable("rate_limit", "The exchange limits the bot's calls; fewer pairs, or a slower loop, ask it for less.", since),
            ExchangeWord.Maintenance => Unreachable("maintenance", "The exchange tells the bot that it is in maintenance; wait until it is over.", since),
            _ => Unreachable("unreachable", "The bot's own calls to its exchange fail, whatever the exporter can reach; look at the bot's network and its log.", since),
        };
    }

    private static FailurePoint Unreachable(string cause, string sentence, DateTimeOffset? since) =>
        new(PointNames.ExchangeUnreachable, PointLevel.Critical, true, sentence, null, since) { Cause = cause };

    private static IEnumerable<Candle> Asked(Scene scene) =>
        scene.Api.Candles.Where(pair => scene.Api.Whitelist is not { } list || list.Contains(pair.Key)).Select(pair => pair.Value);
}
