using Exporter.Checks;
using Exporter.Evaluation;

namespace Exporter.Journal;

/// <summary>One log line per change of a check's status; at the start one for each that is not well.</summary>
public static partial class StatusLog
{
    /// <summary>What a check was before anybody looked: not "ok", for nobody knew.</summary>
    private const string NotKnown = "not known";

    /// <summary>Logs every change from now on.</summary>
    public static void Follow(Evaluator evaluator, ILogger log) => evaluator.Published += (snapshot, before) => Tell(snapshot, before, log);

    private static void Tell(Snapshot snapshot, Snapshot? before, ILogger log)
    {
        for (var i = 0; i < snapshot.Bots.Length; i++)
        {
            var bot = snapshot.Bots[i];
            // Bots and checks keep their places until a reload.
            var earlier = before is not null && i < before.Bots.Length && before.Bots[i].Bot == bot.Bot ? before.Bots[i] : before?.Find(bot.Bot);
            for (var j = 0; j < bot.Checks.Length; j++)
            {
                var check = bot.Checks[j];
                var last = earlier is not null && j < earlier.Checks.Length && ReferenceEquals(earlier.Checks[j].Spec, check.Spec)
                    ? earlier.Checks[j]
                    : earlier?.Find(check.Spec.Name);
                var (was, now) = (last?.Result.Status ?? CheckStatus.Ok, check.Result.Status);
                if (was != now)
                {
                    var (level, word, wordBefore) = (LevelOf(now), now.Word(), last is null ? NotKnown : was.Word());
                    Log.Changed(log, level, bot.Bot, check.Spec.Name, word, wordBefore, check.Result.Reason);
                }
            }
        }
    }

    private static LogLevel LevelOf(CheckStatus status) => status switch
    {
        CheckStatus.Ok => LogLevel.Information,
        CheckStatus.Critical => LogLevel.Error,
        _ => LogLevel.Warning,
    };

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Message = "{Bot}: {Check} is {Status}, was {Before}. {Reason}", EventName = "CheckStatusChanged")]
        public static partial void Changed(ILogger logger, LogLevel level, string bot, string check, string status, string before, string reason);
    }
}
