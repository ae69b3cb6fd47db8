using Exporter.Words;

namespace Exporter.Bots.Kinds.Freqtrade;

/// <summary>What became of the bot, and what else follows from it.</summary>
internal sealed record Life(string State, string Sentence, DateTimeOffset? Since = null)
{
    /// <summary>Stopped by itself: its own last words; empty when they are not known.</summary>
    public string? Exception { get; init; }

    /// <summary>A person or a command stopped it.</summary>
    public bool ByPerson { get; init; }

    /// <summary>Its configuration begins stopped.</summary>
    public bool StartsStopped { get; init; }

    public bool IsBlind => State is LifeStates.Unreachable or LifeStates.Unauthorized or LifeStates.Unreadable or LifeResolver.NotFreqtrade;

    public bool IsAtWork => State is LifeStates.Running or LifeStates.Paused;
}

/// <summary>
/// Resolves the bot's life from all that is seen, for every version. Source of the rules: each state of 2023.4 to 2026.9 was run. The API's
/// <c>state</c> is a flag that obeys at once, is empty in a start, and says <c>stopped</c> while a bot still starts.
/// </summary>
internal static class LifeResolver
{
    public const string NotFreqtrade = "not_freqtrade";
    public const string WebServer = "webserver_mode";

    private static readonly TimeSpan FreshLog = TimeSpan.FromSeconds(180);

    /// <summary>Null: no source of this bot tells its life.</summary>
    public static Life? Of(Scene scene)
    {
        if (!scene.HasApi) return OfLog(scene);
        var api = scene.Api;
        var since = api.DoorSince;
        switch (api.Door)
        {
            case Door.Unasked:
                return new Life(LifeStates.Starting, "The bot's API has not been asked yet.");
            case Door.Unreachable when scene.ActedAt is { } acted && scene.Now - acted < Scene.StartGrace:
                return new Life(LifeStates.Starting, $"The exporter restarted it {Phrase.Ago(acted, scene.Now)}; it comes up.", acted);
            case Door.Unreachable:
                return new Life(LifeStates.Unreachable, $"The bot's API {api.DoorWhy}, since {Moment.Of(since)}; see whether the bot runs, and what its log says.", since);
            case Door.NotFreqtrade:
                return new Life(NotFreqtrade, $"What stands at the bot's address is no freqtrade: it {api.DoorWhy}; check the address, and whether another program took the port.", since);
            case Door.Unauthorized:
                return new Life(LifeStates.Unauthorized, $"The bot's API {api.DoorWhy}; give them with User and PasswordFile.", since);
            case Door.Unreadable:
                return new Life(LifeStates.Unreadable, $"The bot's API {api.DoorWhy}; look at its log.", since);
        }

        var config = api.Config!;
        if (api.IsWebServer) return new Life(WebServer, "This process is freqtrade's web server: it trades nothing; start the bot with freqtrade trade.", api.StateSince);
        return config.State switch
        {
            "running" => api.Beat?.LastProcess is null
                ? new Life(LifeStates.Running, "The bot is in its first pass.", api.StateSince)
                : new Life(LifeStates.Running, "The bot runs.", ChangeTo(scene, "RUNNING") ?? api.StateSince),
            "paused" => new Life(LifeStates.Paused, "The bot is paused: it opens nothing and manages what is open; /start in its chat or API lets it open again.", ChangeTo(scene, "PAUSED") ?? api.StateSince),
            "stopped" => Stopped(scene, config),
            _ => Starting(scene, config.State == "" ? "comes up or goes down" : "reloads its configuration"),
        };
    }

    private static Life Starting(Scene scene, string what) => scene.Now - scene.Api.StateSince < Scene.StartGrace
        ? new Life(LifeStates.Starting, $"The bot {what}, since {Moment.Of(scene.Api.StateSince)}.", scene.Api.StateSince)
        : new Life(LifeStates.Stopped, $"The bot hangs in its start since {Moment.Of(scene.Api.StateSince)}; look at its log and restart it.", scene.Api.StateSince);

    private static Life Stopped(Scene scene, ShowConfig config)
    {
        var said = SaysStopped(scene.Words);
        var stopped = config.IsBefore(2024, 1) ? said : scene.Api.Beat?.LastProcess is not null;
        if (stopped) return WhyStopped(scene);
        if (scene.Api.WhitelistLooks >= 2 || said)
        {
            // It has never worked in this life, and it does not start: that is how it begins.
            return new Life(LifeStates.Stopped, "The bot begins stopped, as its initial_state says or does not say: nobody has started it; /start lets it trade.", ChangeTo(scene, "STOPPED") ?? scene.Api.StateSince)
            {
                StartsStopped = true,
            };
        }

        return Starting(scene, "starts");
    }

    /// <summary>The log speaks of the stop after the newest start of its API.</summary>
    private static bool SaysStopped(LogMemory words)
    {
        var start = words.LastStart ?? DateTimeOffset.MinValue;
        return words.All.Any(entry => entry is { Word: LogWord.StateChange or LogWord.Heartbeat, Subject: "STOPPED" } && entry.At > start);
    }

    private static Life WhyStopped(Scene scene)
    {
        var resumed = scene.Words.All.LastOrDefault(entry => entry is { Word: LogWord.StateChange, Subject: "RUNNING" or "PAUSED" })?.At ?? DateTimeOffset.MinValue;
        var change = scene.Words.All.LastOrDefault(entry => entry is { Word: LogWord.StateChange, Subject: "STOPPED" });
        var since = change?.At ?? scene.Api.StateSince;
        if (scene.Words.Newest(LogWord.Stopped) is { } exception && exception.At > resumed)
        {
            var why = exception.Text ?? "";
            return new Life(LifeStates.Stopped, $"The bot stopped itself at {Moment.Of(exception.At)}{(why.Length > 0 ? $": {why}" : "")}; mend that and start it.", since) { Exception = why };
        }

        if (change is { From: null } && change.At > resumed)
        {
            return new Life(LifeStates.Stopped, "The bot begins stopped, as its initial_state says or does not say: nobody has started it; /start lets it trade.", since) { StartsStopped = true };
        }

        return change is { From: not null }
            ? new Life(LifeStates.Stopped, $"The bot was stopped by a person or a command at {Moment.Of(change.At)}; /start lets it trade.", since) { ByPerson = true }
            : new Life(LifeStates.Stopped, "The bot is stopped; by whom is not known, its log no longer says. /start lets it trade.", since);
    }

    private static DateTimeOffset? ChangeTo(Scene scene, string state) =>
        scene.Words.All.LastOrDefault(entry => entry.Word == LogWord.StateChange) is { } newest && newest.Subject == state ? newest.At : null;

    private static Life? OfLog(Scene scene)
    {
        if (!scene.HasLogFile || scene.Words.Source is null) return null;
        var words = scene.Words;
        var newest = words.All.LastOrDefault(entry => entry.Word is LogWord.Heartbeat or LogWord.StateChange);
        var ended = words.All.LastOrDefault(entry => entry.Word is LogWord.ProcessDied or LogWord.Sigint or LogWord.DiesAtStart);
        if (words.Newest(LogWord.ApiPortTaken) is { } taken && (newest is null || taken.At > newest.At))
            return new Life(LifeStates.Unreachable, $"The bot hangs in its start since {Moment.Of(taken.At)}: its port is taken.", taken.At);
        if (newest is null && ended is null && scene.Now - (words.NewestRecord ?? DateTimeOffset.MinValue) <= FreshLog)
            return new Life(LifeStates.Running, "The bot writes its log; in which state it is, the log has not said of late.", words.NewestRecord);
        if (newest is null || ended?.At >= newest.At || scene.Now - (words.NewestRecord ?? newest.At) > FreshLog)
        {
            var last = words.NewestRecord ?? newest?.At;
            return new Life(LifeStates.Unreachable, last is null
                ? "The bot's log says nothing of it."
                : $"The bot's log {(ended?.At >= newest?.At ? "says that it ended" : "stands")} since {Moment.Of(last.Value)}; see whether the bot runs.", last);
        }

        return newest.Subject switch
        {
            "STOPPED" => WhyStopped(scene),
            "PAUSED" => new Life(LifeStates.Paused, "The bot is paused, says its log: it opens nothing and manages what is open.", newest.At),
            "RELOAD_CONFIG" => new Life(LifeStates.Starting, "The bot reloads its configuration, says its log.", newest.At),
            _ => new Life(LifeStates.Running, "The bot runs, says its log.", newest.At),
        };
    }
}
