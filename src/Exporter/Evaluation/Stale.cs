using Exporter.Checks;

namespace Exporter.Evaluation;

/// <summary>What somebody who cannot wait is told: the last snapshot while it is young, and after that that nothing is known.</summary>
internal static class Stale
{
    public static Snapshot Of(Snapshot last, TimeSpan age, DateTimeOffset now, CheckFilter filter)
    {
        var old = age > Evaluator.OldestAnswer;
        if (!old && filter.Names is null)
        {
            return last;
        }

        var bots = last.Bots.Select(bot =>
        {
            var checks = bot.Checks.Where(check => filter.Includes(check.Spec.Name)).Select(check => old ? Unknown(check, age, now) : check);
            return old
                ? bot with { Health = Health.Warning, Trading = TradingState.Unknown, Since = bot.Health == Health.Warning ? bot.Since : now, Checks = [.. checks] }
                : bot with { Checks = [.. checks] };
        });
        return new Snapshot(Number: 0, old ? now : last.At, [.. bots]) { Partial = filter.Names is not null };
    }

    private static CheckState Unknown(CheckState check, TimeSpan age, DateTimeOffset now) => check.Result.Enabled
        ? check with
        {
            Result = CheckResult.Unknown(
                EvaluationCause.Timeout,
                $"{check.Spec.Title}: no answer in the time that the caller waits, and what was found last is {Phrase.Duration(age)} old. The evaluation goes on."),
            Since = check.Result.Status == CheckStatus.Unknown ? check.Since : now,
        }
        : check;
}
