using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using Exporter.Bots;
using Exporter.Checks;
using Exporter.Evaluation;
using Exporter.Metrics;
using Exporter.Tests.Checks;
using Exporter.Tests.Venues;
using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;
using FileAccess = Exporter.Bots.FileAccess;

namespace Exporter.Tests.Metrics;

/// <summary>One file holds the whole of what <c>/metrics</c> says about a bot with every check of the catalogue: names and labels are API.</summary>
public sealed partial class GoldenTests : IDisposable
{
    private readonly Asking _asking = new();
    private readonly TemporaryDirectory _directory = new();

    public void Dispose()
    {
        _asking.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(ExpositionFormat.PrometheusText, "golden.txt")]
    [InlineData(ExpositionFormat.OpenMetricsText, "golden.openmetrics.txt")]
    public async Task The_whole_exposition_of_a_troubled_bot_is_as_written(ExpositionFormat format, string golden)
    {
        await using var exchange = new LoopbackVenue(Replies.BinanceTime(Asking.Start));
        await using var coinGlass = new LoopbackVenue(Replies.Json("""{"code":"0","data":[]}"""));

        var text = Settle(await RenderAsync(Options(exchange, coinGlass), format), exchange.Port, coinGlass.Port);

        var found = Path.Combine(AppContext.BaseDirectory, golden);
        await File.WriteAllTextAsync(found, text);
        Assert.True(await ReadAsync(golden) == text, $"The exposition has changed. If that is meant, make it the golden file: cp {found} tests/Exporter.Tests/Metrics/{golden}");
    }

    [SkippableFact]
    public async Task Promtool_finds_nothing_to_say_about_any_family_of_the_catalogue()
    {
        await using var exchange = new LoopbackVenue(Replies.BinanceTime(Asking.Start));
        await using var coinGlass = new LoopbackVenue(Replies.Json("""{"code":"0","data":[]}"""));

        await Promtool.FindsNothingToSay(await RenderAsync(Options(exchange, coinGlass), ExpositionFormat.PrometheusText));
    }

    private static FakeBot Troubled { get; } = Bot.Healthy with
    {
        Positions = Bot.Seen(new PositionBook(
            [
                Bot.Position("BTCUSDT", "Sentiment-Fusion", "long"),
                Bot.Position("BTCUSDT", "Reentry-Module", "long"),
                .. Enumerable.Range(0, 8).Select(number => Bot.Position($"COIN{number}USDT", "Alpha", "short")),
            ],
            Bot.Now.AddMinutes(-5),
            ClosedCount: 3)
        { Limit = 10 }),
        KillSwitches =
        [
            new("max_drawdown", Bot.Seen(new KillSwitch(false, Bot.Now.AddHours(2), Bot.Now.AddHours(-1), null, "drawdown"))),
            new("trading_frozen", Bot.NotThere<KillSwitch>()),
        ],
        Probation = Bot.Seen<ImmutableArray<SymbolState>>(
            [new("A\"B\\C", "probation", Bot.Now.AddHours(-3), "losses"), new("ETHUSDT", "active", null, null)]),
        BlockedSignals = Bot.Seen(new BlockedSignals([new BlockCount("signals", "fee gate", 7), new BlockCount("beta", "other", 2)])),
        FileSystem = new FileSystemState(
            [Bot.Disk(0.95)],
            [new FileAccess("configs/trading_config.json", Permission.Granted, Permission.Denied, "It belongs to root.")],
            []),
        Configs =
        [
            new("trading_config.json", Bot.Seen(new BotConfig(["mode"], "paper"))),
            new("golden_hour_config.json", Bot.Seen(new BotConfig([], null))),
        ],
    };

    private CheckOptions Options(LoopbackVenue exchange, LoopbackVenue coinGlass) => new()
    {
        ExchangeApi = new ExchangeApiOptions { Exchange = "binance-usdm", BaseUrl = exchange.BaseUrl.AbsoluteUri },
        CoinGlassApi = new CoinGlassApiOptions { BaseUrl = coinGlass.BaseUrl.AbsoluteUri, KeyFile = _directory.Write("key", "not-a-real-key") },
    };

    private async Task<string> RenderAsync(CheckOptions options, ExpositionFormat format)
    {
        var checks = CheckCatalogue.For(Troubled, new CheckDependencies(options, _asking.Time, _asking.Venues));
        var evaluator = new Evaluator([new MonitoredBot(Troubled, checks)], _asking.Time);
        using var exposition = new Exposition(
            new ExporterRegistry(), evaluator, CheckCatalogue.All.Select(check => check.Spec), "1.2.3", "abc", NullLogger<Exposition>.Instance);
        var snapshot = await evaluator.EvaluateAsync(Evaluator.LongestDeadline, default);
        using var body = await exposition.RenderAsync(snapshot, new Negotiation(format, Gzip: false), default);
        return Encoding.UTF8.GetString(body.Bytes.Span);
    }

    /// <summary>What differs from run to run: the process, the venues' ports, and how long they took.</summary>
    private static string Settle(string text, int exchange, int coinGlass) =>
        Varying().Replace(text.Replace($"localhost:{exchange}", "exchange", StringComparison.Ordinal).Replace($"localhost:{coinGlass}", "coinglass", StringComparison.Ordinal), "$1 #");

    private static async Task<string> ReadAsync(string golden)
    {
        await using var stream = typeof(GoldenTests).Assembly.GetManifestResourceStream(golden)!;
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    [GeneratedRegex(@"^(process_\w+|tradingbot_\w*(?:response|dns|connect|tls|duration)_seconds\{.*\}) .+$", RegexOptions.Multiline)]
    private static partial Regex Varying();
}
