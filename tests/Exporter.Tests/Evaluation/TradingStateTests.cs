using Exporter.Checks;
using Exporter.Evaluation;
using Microsoft.Extensions.Time.Testing;

namespace Exporter.Tests.Evaluation;

/// <summary>The headline: trading, blocked, or nobody knows.</summary>
public sealed class TradingStateTests
{
    private static readonly CheckResult Fine = CheckResult.Ok("Fine.");
    private static readonly CheckResult Blocking = CheckResult.Critical("stopped", "Stopped.") with { BlocksEntries = true };
    private static readonly CheckResult Blind = CheckResult.Unknown("lost", "Lost.");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private CheckResult _first = Fine;
    private CheckResult _second = Fine;

    [Fact]
    public async Task One_seen_block_is_enough_and_what_cannot_be_seen_is_never_trading()
    {
        Assert.Equal(TradingState.Trading, await Look(Fine, Fine));
        Assert.Equal(TradingState.Blocked, await Look(Blocking, Fine));
        Assert.Equal(TradingState.Unknown, await Fresh().Ask(Blind, Fine));
        Assert.Equal(TradingState.Blocked, await Fresh().Ask(Blind, Blocking));
        Assert.Equal(TradingState.Trading, await Fresh().Ask(Fine, CheckResult.Critical("full", "The disk is full.")));
    }

    [Fact]
    public async Task What_was_known_stands_for_one_evaluation_and_no_longer()
    {
        var evaluator = EvaluatorOf();

        Assert.Equal(TradingState.Trading, await Ask(evaluator, Fine, Fine));
        Assert.Equal(TradingState.Trading, await Ask(evaluator, Blind, Fine));
        Assert.Equal(TradingState.Unknown, await Ask(evaluator, Blind, Fine));
        Assert.Equal(TradingState.Blocked, await Ask(evaluator, Blocking, Fine));
        Assert.Equal(TradingState.Blocked, await Ask(evaluator, Blind, Fine));
        Assert.Equal(TradingState.Unknown, await Ask(evaluator, Blind, Fine));
    }

    [Fact]
    public async Task What_can_hide_no_block_of_every_entry_leaves_the_headline_alone()
    {
        Assert.Equal(TradingState.Trading, await Fresh().Ask(Blind with { MayHideBlock = false }, Fine));
        Assert.Equal(TradingState.Trading, await Fresh().Ask(CheckResult.Disabled("Not kept."), Fine));
    }

    private (Func<CheckResult, CheckResult, Task<TradingState>> Ask, int _) Fresh()
    {
        var evaluator = EvaluatorOf();
        return ((first, second) => Ask(evaluator, first, second), 0);
    }

    private Task<TradingState> Look(CheckResult first, CheckResult second) => Ask(EvaluatorOf(), first, second);

    private async Task<TradingState> Ask(Evaluator evaluator, CheckResult first, CheckResult second)
    {
        (_first, _second) = (first, second);
        _time.Advance(TimeSpan.FromSeconds(15));
        return (await evaluator.EvaluateAsync(TimeSpan.FromSeconds(5), default)).Bots[0].Trading;
    }

    private Evaluator EvaluatorOf() => new(
        [NamedBot.With("bot", Deciding("first", () => _first), Deciding("second", () => _second))], _time);

    private static ScriptedCheck Deciding(string name, Func<CheckResult> result) => new(name, (_, _) => ValueTask.FromResult(result()))
    {
        Spec = ScriptedCheck.SpecOf(name) with { DecidesTrading = true },
    };
}
