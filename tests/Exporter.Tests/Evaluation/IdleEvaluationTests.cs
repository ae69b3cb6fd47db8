using Exporter.Checks;
using Exporter.Evaluation;
using Microsoft.Extensions.Time.Testing;

namespace Exporter.Tests.Evaluation;

public sealed class IdleEvaluationTests
{
    [Fact]
    public async Task It_evaluates_at_the_start_and_after_a_minute_in_which_nobody_asked()
    {
        var time = new FakeTimeProvider();
        var evaluator = new Evaluator([NamedBot.With("bot", new ScriptedCheck("check", CheckResult.Ok("Fine.")))], time);
        using var idle = new IdleEvaluation(evaluator, time);

        await idle.StartAsync(default);
        await Eventually.Holds(() => evaluator.Latest is not null);
        time.Advance(TimeSpan.FromSeconds(40));
        // Until the first one is quite over a request joins it.
        await Eventually.Holds(() => evaluator.EvaluateAsync(TimeSpan.FromSeconds(5), default).Result.Number == 2);
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(2, evaluator.Latest!.Number);
        await Eventually.Holds(() =>
        {
            // The loop may not have begun to wait yet when the clock moves.
            time.Advance(TimeSpan.FromSeconds(1));
            return evaluator.Latest!.Number > 2;
        });

        await idle.StopAsync(default);
    }
}
