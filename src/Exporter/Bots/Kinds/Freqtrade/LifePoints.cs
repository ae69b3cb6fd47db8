using Exporter.Words;

namespace Exporter.Bots.Kinds.Freqtrade;

/// <summary>What keeps the process from living as it should.</summary>
internal static class LifePoints
{
    private static readonly TimeSpan LoopWindow = TimeSpan.FromMinutes(60);
    private static readonly TimeSpan OldBeat = TimeSpan.FromSeconds(300);
    private static readonly TimeSpan OldLog = TimeSpan.FromSeconds(180);

    public static IEnumerable<FailurePoint> Of(Scene scene, Life life, FirstSeen seen)
    {
        if (life.State == LifeResolver.WebServer)
        {
            yield return new FailurePoint(PointNames.Hung, PointLevel.Critical, true, life.Sentence) { IsAside = true, Cause = LifeResolver.WebServer };
            yield break;
        }

        foreach (var point in Starts(scene, life)) yield return point;
        if (life.State == LifeStates.Stopped && scene.Trades is { IsEmpty: false } trades)
        {
            yield return new FailurePoint(
                PointNames.StoppedWithTrades, PointLevel.Critical, true,
                $"{life.Sentence} {Phrase.Count(trades.Length, "trade is", "trades are")} open and nobody manages {(trades.Length == 1 ? "it" : "them")}.", null, life.Since);
        }

        if (life.StartsStopped)
        {
            yield return new FailurePoint(
                PointNames.StartsStopped, PointLevel.Warning, true,
                "The bot begins stopped: its configuration has no \"initial_state\": \"running\"; add it, or start the bot after each restart.");
        }

        if (!life.IsBlind && scene.Options.Expect is { Length: > 0 } expected && scene.Config?.DryRun is { } paper && paper != (expected == "paper"))
        {
            yield return new FailurePoint(
                PointNames.WrongMode, PointLevel.Critical, false,
                $"The bot runs with {(paper ? "paper money" : "real money")}, and its owner says {expected}; look at dry_run in its configuration, and at what was given on its command line.");
        }

        if (scene.Book is Reading<Book>.Unreadable { Cause: UnreadableCause.Lost } lost && life is { IsBlind: false })
        {
            yield return new FailurePoint(
                PointNames.DatabaseDeleted, PointLevel.Critical, false,
                $"{lost.Path} was deleted while the bot runs, which goes on in the deleted file; a restart loses every trade. Do not restart it: copy the file from /proc/PID/fd, with its -wal.");
        }

        if (life.IsAtWork && scene.Api.Beat?.LastProcess is { } last && scene.Now - last > OldBeat
            && (scene.Words.Newest(LogWord.Heartbeat) is not { } beat || scene.Now - beat.At > OldLog)
            && !scene.Words.Last(TimeSpan.FromMinutes(2), scene.Now, LogWord.ExchangeCall, LogWord.ExchangeRetry, LogWord.ExitExchange).Any())
        {
            yield return new FailurePoint(
                PointNames.Hung, PointLevel.Critical, true,
                $"The bot's loop stands since {Moment.Of(last)}, and neither its log nor the exchange says why: it hangs; look at what its strategy waits for, and restart it.", null, last);
        }
    }

    /// <summary>Why markets could not be loaded stands in the record before.</summary>
    private static LogEntry Teller(LogMemory words, LogEntry ended) => ended is { Exchange: ExchangeWord.None, Text: "Could not load markets" }
        ? words.All.LastOrDefault(entry => entry.Exchange != ExchangeWord.None && entry.At <= ended.At && ended.At - entry.At < TimeSpan.FromMinutes(1)) ?? ended
        : ended;

    private static IEnumerable<FailurePoint> Starts(Scene scene, Life life)
    {
        var down = life.State is LifeStates.Unreachable or LifeResolver.NotFreqtrade;
        var words = scene.HasLogFile ? scene.Words : LogMemory.Empty;
        if (down && words.Newest(LogWord.ApiPortTaken) is { } taken && taken.At > (words.Newest(LogWord.Heartbeat)?.At ?? DateTimeOffset.MinValue))
        {
            yield return new FailurePoint(
                PointNames.ApiPortTaken, PointLevel.Critical, true,
                "Another program has the port of the bot's API, so the bot hangs in its start and trades nothing; free the port, or give the bot another one, and restart it.", null, taken.At);
            yield break;
        }

        var ended = down ? words.All.LastOrDefault(entry => entry.Word is LogWord.DiesAtStart or LogWord.DatabaseFatal) : null;
        var ran = words.All.LastOrDefault(entry => entry is { Word: LogWord.StateChange, Subject: "RUNNING" } or { Word: LogWord.Heartbeat });
        var database = ended is not null ? words.All.LastOrDefault(entry => entry.Word == LogWord.DatabaseFatal && ended.At - entry.At < TimeSpan.FromMinutes(1)) : null;
        if (database is not null && (ran is null || database.At >= ran.At))
        {
            yield return new FailurePoint(
                PointNames.DatabaseLocked, PointLevel.Critical, true, $"The bot ended at {Moment.Of(database.At)}: {database.Text}; free its database, or the disk under it, and start the bot.", null, database.At);
        }
        else if (ended is not null && (ran is null || ended.At >= ran.At))
        {
            yield return new FailurePoint(
                PointNames.DiesAtStart, PointLevel.Critical, true, $"The bot does not come up: {(ended.Text ?? "its log does not say why").TrimEnd('.')}{ExchangePoints.Aside(Teller(words, ended))}.", null, ended.At);
        }
        else if (life.State == LifeStates.Unreachable && scene.HasApi && !scene.HasLogFile && scene.Now - scene.Api.DoorSince > Scene.StartGrace)
        {
            yield return new FailurePoint(
                PointNames.DiesAtStart, PointLevel.Critical, true,
                $"The bot's API {scene.Api.DoorWhy}, since {Moment.Of(scene.Api.DoorSince)}, longer than a start takes; its console says why.", null, scene.Api.DoorSince);
        }

        var starts = scene.Words.All.Where(entry => scene.Now - entry.At <= LoopWindow && entry is { Word: LogWord.StateChange, From: null }).Select(entry => entry.At).ToList();
        var reloads = scene.Words.All.Where(entry => entry is { Word: LogWord.StateChange } && (entry.From == "RELOAD_CONFIG" || entry.Subject == "RELOAD_CONFIG")).Select(entry => entry.At).ToList();
        var returns = scene.Api.Returns.Count(at => scene.Now - at <= LoopWindow && !reloads.Exists(reload => (reload - at).Duration() < TimeSpan.FromMinutes(1)));
        var deaths = scene.Words.All.Where(entry => scene.Now - entry.At <= LoopWindow && entry.Word == LogWord.DiesAtStart).Select(entry => entry.At.ToUnixTimeSeconds() / 2).Distinct().Count();
        var count = Math.Max(starts.Count, Math.Max(returns, deaths));
        if (count >= 3)
        {
            var why = scene.Words.Newest(LogWord.DiesAtStart)?.Text;
            yield return new FailurePoint(
                PointNames.RestartLoop, PointLevel.Critical, true,
                $"The bot's process began {count} times within an hour: {(why is null ? "it is ended from outside, by memory perhaps, or its console says why" : why)}.");
        }
    }
}
