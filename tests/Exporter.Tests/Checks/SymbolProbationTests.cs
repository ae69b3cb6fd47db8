using System.Collections.Immutable;
using Exporter.Bots;
using Exporter.Checks;

namespace Exporter.Tests.Checks;

public sealed class SymbolProbationTests
{
    private static readonly DateTimeOffset Entered = Bot.Now.AddHours(-2);

    private static Task<CheckResult> With(params SymbolState[] symbols) => With(Bot.Seen<ImmutableArray<SymbolState>>([.. symbols]));

    private static Task<CheckResult> With(Reading<ImmutableArray<SymbolState>> reading, int maxSymbols = 200) => Evaluate.Once(
        new SymbolProbation(Bot.Healthy with { Probation = reading }, new SymbolProbationOptions { MaxSymbols = maxSymbols }));

    private static SymbolState Symbol(string name, string state, DateTimeOffset? entered = null) => new(name, state, entered ?? Entered, "5 losses");

    [Fact]
    public async Task Without_a_file_no_symbol_has_ever_been_on_probation()
    {
        var result = await With(Bot.NotThere<ImmutableArray<SymbolState>>());

        Assert.Equal("No symbol is on probation: none has ever been.", result.Reason);
        Assert.Equal((CheckStatus.Ok, true), (result.Status, result.Enabled));
        Assert.Equal(0, result.Value("tradingbot_symbols_on_probation"));
    }

    [Fact]
    public async Task A_symbol_on_probation_warns_with_its_name_and_state_set()
    {
        var result = await With(Symbol("XRPUSDT", "probation"), Symbol("BTCUSDT", "active"));

        Assert.Equal((CheckStatus.Warning, "on_probation", false), (result.Status, result.Cause, result.BlocksEntries));
        Assert.Contains("1 of 2 symbols on probation", result.Reason, StringComparison.Ordinal);
        Assert.Equal(1, result.Value("tradingbot_symbols_on_probation"));
        Assert.Equal(1, result.Value("tradingbot_symbol_probation", "XRPUSDT", "probation"));
        Assert.Equal(0, result.Value("tradingbot_symbol_probation", "XRPUSDT", "recovering"));
        Assert.Equal(0, result.Value("tradingbot_symbol_probation", "XRPUSDT", "active"));
        Assert.Equal(Entered.ToUnixTimeSeconds(), result.Value("tradingbot_symbol_probation_since_timestamp_seconds", "XRPUSDT"));
    }

    [Fact]
    public async Task An_active_symbol_has_no_series()
    {
        var result = await With(Symbol("BTCUSDT", "active"));

        Assert.Equal(CheckStatus.Ok, result.Status);
        Assert.Single(result.Samples);
    }

    [Fact]
    public async Task A_recovering_symbol_is_shown_and_does_not_warn()
    {
        var result = await With(Symbol("BTCUSDT", "Recovering"));

        Assert.Equal(CheckStatus.Ok, result.Status);
        Assert.Equal(1, result.Value("tradingbot_symbol_probation", "BTCUSDT", "recovering"));
    }

    [Fact]
    public async Task A_state_that_nobody_knows_is_unknown()
    {
        var result = await With(Symbol("BTCUSDT", "banished"));

        Assert.Equal((CheckStatus.Unknown, "unknown_state"), (result.Status, result.Cause));
        Assert.Equal(1, result.Value("tradingbot_symbol_probation", "BTCUSDT", "other"));
    }

    [Fact]
    public async Task An_entry_in_the_future_is_reported_and_has_no_since()
    {
        var result = await With(Symbol("BTCUSDT", "recovering", Bot.Now.AddSeconds(6)));

        Assert.Equal((CheckStatus.Unknown, "future_timestamp"), (result.Status, result.Cause));
        Assert.Null(result.Value("tradingbot_symbol_probation_since_timestamp_seconds", "BTCUSDT"));
    }

    [Fact]
    public async Task Ten_thousand_symbols_keep_bounded_series_and_are_all_counted()
    {
        ImmutableArray<SymbolState> symbols = [.. Enumerable.Range(0, 10_000).Select(number => Symbol($"COIN{number}", number % 2 == 0 ? "probation" : "recovering"))];

        var result = await With(Bot.Seen(symbols), maxSymbols: 200);

        Assert.Equal(5_000, result.Value("tradingbot_symbols_on_probation"));
        Assert.Equal(4_800, result.Value("tradingbot_symbol_probation", "other", "probation"));
        Assert.Equal(5_000, result.Value("tradingbot_symbol_probation", "other", "recovering"));
        Assert.Equal(1 + (200 * 5) + 4, result.Samples.Length);
        Assert.Contains("only 200 symbols have series of their own", result.Reason, StringComparison.Ordinal);
        Assert.Contains(result.Details, detail => detail is { Name: "truncated", Flag: true });
    }

    [Fact]
    public async Task A_symbol_named_other_stays_out_of_the_bucket()
    {
        var result = await With(Bot.Seen<ImmutableArray<SymbolState>>([Symbol("A", "probation"), Symbol("other", "probation")]), maxSymbols: 2);

        Assert.Null(result.Value("tradingbot_symbol_probation", "other", "probation"));
    }

    [Theory]
    [InlineData(UnreadableCause.NoDirectory, "no_directory")]
    [InlineData(UnreadableCause.Lost, "lost")]
    [InlineData(UnreadableCause.Invalid, "invalid")]
    public async Task An_unreadable_file_is_unknown(UnreadableCause cause, string expected)
    {
        var result = await With(Bot.Unreadable<ImmutableArray<SymbolState>>(cause));

        Assert.Equal((CheckStatus.Unknown, expected), (result.Status, result.Cause));
        Assert.Empty(result.Samples);
    }
}
