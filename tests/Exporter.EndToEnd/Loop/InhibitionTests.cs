using System.Text.Json.Nodes;
using Demo.Loop;

namespace Exporter.EndToEnd.Loop;

/// <summary>Alertmanager's own opinion, by the repository's configuration, on who is told of what.</summary>
public sealed class InhibitionTests
{
    [SkippableTheory]
    [InlineData("TradingBotNetworkUnreachable", "TradingBotExchangeDown")]
    [InlineData("TradingBotNetworkUnreachable", "TradingBotCoinGlassDown")]
    [InlineData("TradingBotNetworkUnreachable", "TradingBotIntelligenceStale")]
    [InlineData("TradingBotNetworkUnreachable", "TradingBotNotTrading")]
    [InlineData("TradingBotHeartbeatStale", "TradingBotIntelligenceStale")]
    [InlineData("TradingBotKillSwitchActive", "TradingBotNotTrading")]
    public async Task What_lies_behind_a_cause_is_not_told_apart(string cause, string consequence)
    {
        await using var alertmanager = await StartAsync();

        await PostAsync(alertmanager, (cause, "alpha"), (consequence, "alpha"), (consequence, "beta"), ("TradingBotConfigInvalid", "alpha"));

        await Eventually.TrueAsync(
            async () => await InhibitedAsync(alertmanager) is [var (alert, bot)] && (alert, bot) == (consequence, "alpha"),
            TimeSpan.FromSeconds(30),
            $"{consequence} of alpha alone is inhibited");
    }

    private static Task<AlertmanagerServer> StartAsync() => AlertmanagerServer.StartAsync(
        File.ReadAllText(Path.Combine(Programs.Repository, "alertmanager", "alertmanager.yml"))
            .Replace("templates/", Path.Combine(Programs.Repository, "alertmanager", "templates") + "/", StringComparison.Ordinal));

    private static async Task PostAsync(AlertmanagerServer alertmanager, params IEnumerable<(string Alert, string Bot)> alerts)
    {
        var body = new JsonArray([.. alerts.Select(alert => new JsonObject
        {
            ["labels"] = new JsonObject { ["alertname"] = alert.Alert, ["bot"] = alert.Bot },
        })]);
        using var answer = await alertmanager.Http.PostAsync("api/v2/alerts", new StringContent(body.ToJsonString(), null, "application/json"));
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<IReadOnlyList<(string Alert, string Bot)>> InhibitedAsync(AlertmanagerServer alertmanager)
    {
        var alerts = JsonNode.Parse(await alertmanager.Http.GetStringAsync("api/v2/alerts"))!.AsArray();
        return
        [
            .. alerts.Where(alert => alert!["status"]!["inhibitedBy"]!.AsArray().Count > 0).Select(alert => alert!["labels"]!).Select(
                labels => ((string)labels["alertname"]!, (string)labels["bot"]!)),
        ];
    }
}
