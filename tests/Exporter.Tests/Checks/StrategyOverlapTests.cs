using Exporter.Bots;
using Exporter.Checks;

namespace Exporter.Tests.Checks;

public sealed class StrategyOverlapTests
{
    private static Task<CheckResult> With(params OpenPosition[] open) => With(new StrategyOverlapOptions(), open);

    private static Task<CheckResult> With(StrategyOverlapOptions options, params OpenPosition[] open) =>
        Evaluate.Once(new StrategyOverlap(Bot.With(open: [.. open]), options));

    private static OpenPosition Long(string? symbol, string? strategy) => Bot.Position(symbol, strategy, "long");

    [Fact]
    public async Task Two_strategies_on_one_side_of_a_symbol_overlap()
    {
        var result = await With(Long("XRPUSDT", "Trend"), Long("XRPUSDT", "Sentiment"), Long("ADAUSDT", "Sentiment"));

        Assert.Equal((CheckStatus.Warning, "overlap", false), (result.Status, result.Cause, result.BlocksEntries));
        Assert.Contains("XRPUSDT long (Sentiment and Trend)", result.Reason, StringComparison.Ordinal);
        Assert.Equal(1, result.Value("tradingbot_strategy_overlaps"));
        Assert.Equal(2, result.Value("tradingbot_strategy_overlap_positions", "XRPUSDT", "long"));
        Assert.Null(result.Value("tradingbot_strategy_overlap_positions", "ADAUSDT", "long"));
    }

    [Fact]
    public async Task One_strategy_that_holds_a_symbol_twice_does_not_overlap()
    {
        var result = await With(Long("XRPUSDT", "Trend"), Long("XRPUSDT", "Trend"));

        Assert.Equal(CheckStatus.Ok, result.Status);
        Assert.Equal(0, result.Value("tradingbot_strategy_overlaps"));
    }

    [Fact]
    public async Task Opposite_directions_do_not_overlap()
    {
        var result = await With(Long("AVAXUSDT", "Trend"), Bot.Position("AVAXUSDT", "Alpha", "short"));

        Assert.Equal(CheckStatus.Ok, result.Status);
    }

    [Theory]
    [InlineData(null, "long")]
    [InlineData("XRPUSDT", null)]
    [InlineData("", "long")]
    public async Task A_position_without_symbol_or_direction_is_unknown_and_counts_no_overlap(string? symbol, string? direction)
    {
        var result = await With(Long("ADAUSDT", "Trend"), Bot.Position(symbol, "Trend", direction));

        Assert.Equal((CheckStatus.Unknown, "unjudged_positions"), (result.Status, result.Cause));
        Assert.Null(result.Value("tradingbot_strategy_overlaps"));
    }

    [Fact]
    public async Task A_missing_strategy_matters_only_where_a_symbol_is_shared()
    {
        var alone = await With(Long("ADAUSDT", "Trend"), Long("XRPUSDT", null));
        var shared = await With(Long("XRPUSDT", "Trend"), Long("XRPUSDT", null));

        Assert.Equal((CheckStatus.Ok, CheckStatus.Unknown), (alone.Status, shared.Status));
    }

    [Fact]
    public async Task A_proven_overlap_warns_and_says_what_could_not_be_judged()
    {
        var result = await With(Long("XRPUSDT", "Trend"), Long("XRPUSDT", "Sentiment"), Bot.Position("ADAUSDT", "Trend", null));

        Assert.Equal(CheckStatus.Warning, result.Status);
        Assert.Contains("1 position could not be judged", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Series_are_bounded_and_the_rest_shares_one()
    {
        var open = Enumerable.Range(0, 5).SelectMany(number => new[] { Long($"COIN{number}", "Trend"), Long($"COIN{number}", "Alpha") });

        var result = await With(new StrategyOverlapOptions { MaxSeries = 2 }, [.. open]);

        Assert.Equal(5, result.Value("tradingbot_strategy_overlaps"));
        Assert.Equal(6, result.Value("tradingbot_strategy_overlap_positions", "other", "other"));
        Assert.Equal(4, result.Samples.Length);
    }

    [Fact]
    public async Task No_positions_are_ok()
    {
        Assert.Equal(CheckStatus.Ok, (await With()).Status);
    }

    [Fact]
    public async Task Positions_that_are_not_there_are_unknown()
    {
        var result = await Evaluate.Once(new StrategyOverlap(Bot.With(positions: Bot.NotThere<PositionBook>()), new StrategyOverlapOptions()));

        Assert.Equal((CheckStatus.Unknown, "absent"), (result.Status, result.Cause));
    }

    [Fact]
    public async Task Hostile_names_stay_distinct_series_on_one_line()
    {
        var hostile = new string('A', 10_000);

        var result = await With(
            Long(hostile + "1", "Trend\n{evil=\"1\"}"), Long(hostile + "1", "Alpha"), Long(hostile + "2", "Trend"), Long(hostile + "2", "Alpha"));

        Assert.Equal(2, result.Value("tradingbot_strategy_overlaps"));
        Assert.Equal(3, result.Samples.Select(sample => string.Join('|', sample.LabelValues)).Distinct().Count());
    }

    [Fact]
    public async Task The_details_name_the_file_and_where_its_link_led()
    {
        var positions = Bot.Seen(new PositionBook([], null, 0), Bot.Now.AddMinutes(-2), link: "/mnt/logs/positions.json");

        var result = await Evaluate.Once(new StrategyOverlap(Bot.With(positions), new StrategyOverlapOptions()));

        Assert.Equal(Bot.Now.AddMinutes(-2), result.DataTimestamp);
        Assert.Contains(result.Details, detail => detail is { Name: "link_target", Text: "/mnt/logs/positions.json" });
    }
}
