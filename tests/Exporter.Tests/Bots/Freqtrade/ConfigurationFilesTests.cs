using Exporter.Bots.Kinds.Freqtrade;

namespace Exporter.Tests.Bots.Freqtrade;

public sealed class ConfigurationFilesTests : IDisposable
{
    private const string Whole = """
        { // comments and trailing commas are freqtrade's own
          "stake_currency": "USDT", "stake_amount": 100, "dry_run": true, "max_open_trades": 3, "timeframe": "5m",
          "exchange": { "name": "binance", "pair_whitelist": ["BTC/USDT",], },
          "pairlists": [{ "method": "StaticPairList" }],
        }
        """;

    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public void It_is_read_as_freqtrade_reads_it()
    {
        Write("config.json", Whole);

        var read = Read();

        Assert.Empty(read.Missing);
        Assert.Equal(("binance", 3.0, true, TimeSpan.FromMinutes(5)), (read.Merged!.Exchange, read.Merged.MaxOpenTrades, read.Merged.DryRun, read.Merged.Timeframe));
        Assert.Equal("BTC/USDT", Assert.Single(read.Pairs));
    }

    [Fact]
    public void The_file_that_names_another_wins_and_objects_merge()
    {
        Write("config.json", Whole.Replace("\"stake_currency\"", "\"add_config_files\": [\"private.json\"], \"stake_currency\"", StringComparison.Ordinal));
        Write("private.json", """{ "dry_run": false, "exchange": { "name": "kraken", "key": "k" }, "bot_name": "x" }""");

        var read = Read();

        Assert.Equal(("binance", true), (read.Merged!.Exchange, read.Merged.DryRun));
    }

    [Theory]
    [InlineData("""{ "add_config_files": ["config.json"] }""", "names itself")]
    [InlineData("""{ "stake_currency": """, "is no JSON: line 1")]
    [InlineData("""{ "add_config_files": ["gone.json"] }""", "gone.json is missing")]
    [InlineData("[]", "no JSON object")]
    public void What_would_not_start_is_said(string content, string says)
    {
        Write("config.json", content);

        Assert.Contains(says, Read().Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Six_files_deep_is_too_deep()
    {
        Write("config.json", """{ "add_config_files": ["1.json"] }""");
        for (var i = 1; i < 8; i++) Write($"{i}.json", $$"""{ "add_config_files": ["{{i + 1}}.json"] }""");

        Assert.Contains("deep", Read().Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_environment_may_give_is_missing_and_no_fault()
    {
        Write("config.json", """{ "exchange": {}, "pairlists": [] }""");

        Assert.Equal("stake_currency dry_run stake_amount exchange/name", string.Join(" ", Read().Missing));
    }

    public void Dispose() => _directory.Dispose();

    private MergedConfiguration Read() => new ConfigurationFiles(_directory["config.json"]).Read();

    private void Write(string name, string content) => File.WriteAllText(_directory[name], content);
}
