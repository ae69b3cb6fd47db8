using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Demo.Loop;
using Exporter.EndToEnd.Security;

namespace Exporter.EndToEnd.Loop;

/// <summary>
/// Prometheus loses Alertmanager for a while: Alertmanager lets the alert expire and tells that it has resolved, though the bot is as broken
/// as before; then the same firing comes again.
/// </summary>
public sealed class WrongResolutionTests
{
    [SkippableFact]
    public async Task An_alert_that_Alertmanager_let_expire_and_gets_again_is_healed_again()
    {
        Skip.If(Programs.Alertmanager is null, "prometheus-alertmanager is not installed; ./test.sh installs it");
        using var bot = new QuietBot();
        File.WriteAllText(Path.Combine(bot.Root, "configs/trading_config.json"), "{ torn");
        await using var exporter = await bot.ServeAsync();
        await using var alertmanager = await AlertmanagerServer.StartAsync(
            $$"""
            {
              "route": { "receiver": "heal", "group_wait": "0s", "group_interval": "1s", "repeat_interval": "2s" },
              "receivers": [ { "name": "heal", "webhook_configs": [ { "url": "{{exporter.Address}}heal", "http_config": { "authorization": { "credentials_file": "{{exporter.Storage}}/token" } } } ] } ]
            }
            """);
        var startsAt = DateTimeOffset.UtcNow;

        await FireAsync(alertmanager, startsAt, lasts: TimeSpan.FromSeconds(2));
        await ReceivedAsync(exporter, "resolved", 1);
        await FireAsync(alertmanager, startsAt, lasts: TimeSpan.FromHours(1));

        await ReceivedAsync(exporter, "accepted", 2);
    }

    private static async Task FireAsync(AlertmanagerServer alertmanager, DateTimeOffset startsAt, TimeSpan lasts)
    {
        var alert = new JsonObject
        {
            ["labels"] = new JsonObject { ["alertname"] = "TradingBotConfigInvalid", ["bot"] = "alpha", ["heal"] = "restore_config" },
            ["startsAt"] = startsAt.ToString("O", CultureInfo.InvariantCulture),
            ["endsAt"] = (DateTimeOffset.UtcNow + lasts).ToString("O", CultureInfo.InvariantCulture),
        };
        using var body = new StringContent(new JsonArray(alert).ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await alertmanager.Http.PostAsync(new Uri("api/v2/alerts", UriKind.Relative), body);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Scrapes, as Prometheus goes on doing, until so many alerts have had that disposition.</summary>
    private static async Task ReceivedAsync(PublishedExporter exporter, string disposition, int count)
    {
        var line = $"tradingbot_alerts_received_total{{disposition=\"{disposition}\"}} {count}\n";
        var last = "";
        await Eventually.TrueAsync(
            async () => (last = await exporter.Http.GetStringAsync(new Uri("metrics", UriKind.Relative))).Contains(line, StringComparison.Ordinal),
            TimeSpan.FromMinutes(1),
            () => line + string.Join('\n', last.Split('\n').Where(found => found.StartsWith("tradingbot_alerts_received_total", StringComparison.Ordinal))));
    }
}
