using System.Globalization;
using System.Text;
using Exporter.Bots;

namespace Exporter.Benchmarks.Bots;

/// <summary>A bot's directory in the shape and size of a real one: 1,100 closed positions are 2.6 MB.</summary>
internal sealed class BotDirectory : IDisposable
{
    public BotDirectory(int closed)
    {
        var now = DateTimeOffset.UtcNow;
        Write("logs/positions_futures.json", Book(closed));
        Write("feature_store/intelligence/summary.json", $$$"""{"ts":"{{{now:yyyy-MM-dd'T'HH:mm:ss}}}Z","signals":{"BTCUSDT":{"direction":"LONG","confidence":0.4} } }""");
        Write("state/heartbeats/bot_cycle.json", $$$"""{"component":"bot_cycle","last_heartbeat_ts":{{{now.ToUnixTimeSeconds()}}},"metadata":{} }""");
        Write("configs/trading_config.json", """{"mode":"paper"}""");
        Write("feature_store/golden_hour_config.json", """{"restrict_to_golden_hour":false}""");
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("exporter-benchmark-").FullName;

    public string Positions => Path.Combine(Root, "logs", "positions_futures.json");

    public IBot Bot(string name) => BotKinds.Find("feature-store")!.Create(
        new BotOptions { Name = name, Root = Root }, new BotServices(TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, null));

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private void Write(string relative, string content)
    {
        var path = Path.Combine(Root, relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        // Long enough ago for its stamp to be trusted.
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddSeconds(-10));
    }

    private static string Book(int closed) =>
        $$"""{"open_positions":[{{Entries(8, open: true)}}],"closed_positions":[{{Entries(closed, open: false)}}]}""";

    private static string Entries(int count, bool open) => string.Join(',', Enumerable.Range(0, count).Select(number =>
    {
        var features = new StringBuilder();
        for (var feature = 0; feature < 90; feature++)
        {
            features.Append(CultureInfo.InvariantCulture, $",\"ml_feature_{feature}\":{feature * 0.731}");
        }

        var end = open ? "" : ",\"closed_at\":\"2026-01-15T12:17:04.531774-07:00\",\"pnl\":0.13";
        return string.Create(CultureInfo.InvariantCulture, $$"""
            {"symbol":"SYM{{number % 12}}USDT","direction":"{{(number % 2 == 0 ? "LONG" : "short")}}","strategy":"strategy-{{number % 5}}","entry_price":{{12.3 + number}},
            "size":241.6,"leverage":1,"margin_collateral":241.6,"opened_at":"2026-01-15T11:17:04.531774-07:00"{{features}}{{end}}}
            """);
    }));
}
