using Exporter.Bots;
using Exporter.Healing;
using Exporter.Healing.Actions;
using Exporter.Tests.Bots;

namespace Exporter.Tests.Healing.Actions;

public sealed class SuggestPositionExitsTests
{
    private static readonly DateTimeOffset _now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_most_margin_comes_first_then_the_longest_open_and_unknown_last()
    {
        var ranked = SuggestPositionExits.Rank(
        [
            Position("UNKNOWN", margin: null, size: 500, leverage: null, hoursOpen: 99),
            Position("SMALL", margin: 10, size: null, leverage: null, hoursOpen: 9),
            Position("DERIVED", margin: null, size: 500, leverage: 5, hoursOpen: 1),
            Position("YOUNG", margin: 50, size: null, leverage: null, hoursOpen: 1),
            Position("OLD", margin: 50, size: null, leverage: null, hoursOpen: 50),
        ]);

        Assert.Equal(["DERIVED", "OLD", "YOUNG", "SMALL", "UNKNOWN"], ranked.Select(position => position.Symbol));
    }

    [Fact]
    public async Task Real_positions_are_named_in_the_reason_and_nothing_is_changed()
    {
        using var bot = new HealedBot(FeatureStoreFixture.With(openPositions: 10));
        var before = bot.Tree();

        var result = Assert.IsType<ActionResult.Suggested>(await bot.Run("suggest_position_exits"));

        Assert.StartsWith("Closing one of 10 open positions frees one slot and its margin, most first: 1. ", result.Reason, StringComparison.Ordinal);
        Assert.Contains("frees 48.33 in quote currency, open for 20 min", result.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("4. ", result.Reason, StringComparison.Ordinal);
        Assert.Equal(before, bot.Tree());
        Assert.True(bot.Action("suggest_position_exits").Spec.OnlySuggests);
    }

    [Fact]
    public async Task A_hostile_symbol_stays_on_one_short_line()
    {
        using var bot = new HealedBot();
        bot.Files.Write(FeatureStoreFixture.Positions, $$"""{"open_positions": [{"symbol": "X\n{{new string('Y', 10_000)}}", "direction": "long", "strategy": "s"}], "closed_positions": []}""");

        var result = await bot.Run("suggest_position_exits");

        Assert.DoesNotContain('\n', result.Reason);
        Assert.InRange(result.Reason.Length, 1, 500);
    }

    [Fact]
    public async Task Positions_that_cannot_be_read_are_no_suggestion()
    {
        using var bot = new HealedBot();
        bot.Files.Write(FeatureStoreFixture.Positions, "{");

        Assert.IsType<ActionResult.Failed>(await bot.Run("suggest_position_exits"));
    }

    private static OpenPosition Position(string symbol, double? margin, double? size, double? leverage, int hoursOpen) =>
        new(symbol, "Alpha", "long", size, leverage, 1, margin, _now.AddHours(-hoursOpen));
}
