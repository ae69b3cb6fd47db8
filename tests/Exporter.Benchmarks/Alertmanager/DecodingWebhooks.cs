using System.Text;
using BenchmarkDotNet.Attributes;
using Exporter.Alertmanager;

namespace Exporter.Benchmarks.Alertmanager;

/// <summary>The body of a webhook, from bytes to alerts.</summary>
[MemoryDiagnoser]
public class DecodingWebhooks
{
    private byte[] _body = [];

    [Params(1, 100)]
    public int Alerts { get; set; }

    [GlobalSetup]
    public void Arrange()
    {
        var alerts = string.Join(',', Enumerable.Range(0, Alerts).Select(number => $$$"""
            {"status":"firing","labels":{"alertname":"TradingBotConfigInvalid","bot":"bot-{{{number}}}","check":"config_integrity","heal":"restore_config",
            "instance":"127.0.0.1:10042","job":"tradingbot","severity":"critical"},"annotations":{"summary":"A configuration file is missing or invalid.",
            "description":"The configuration of the bot is not valid (configs/trading_config.json): at its next start or reload the bot stops or trades by defaults."},
            "startsAt":"2026-03-01T12:00:00.123456789Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"http://127.0.0.1:9090/graph?g0.expr=up","fingerprint":"{{{number:x16}}}"}
            """));
        _body = Encoding.UTF8.GetBytes($$$"""
            {"receiver":"heal","status":"firing","alerts":[{{{alerts}}}],"groupLabels":{},"commonLabels":{},"commonAnnotations":{},
            "externalURL":"http://127.0.0.1:9093","version":"4","groupKey":"{}:{heal=\"restore_config\"}","truncatedAlerts":0}
            """);
        _ = (WebhookRequest.Read)WebhookReader.Parse(_body);
    }

    [Benchmark]
    public int Decode() => ((WebhookRequest.Read)WebhookReader.Parse(_body)).Alerts.Count;
}
