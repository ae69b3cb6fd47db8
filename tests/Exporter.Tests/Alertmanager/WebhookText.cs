using System.Text.Json.Nodes;

namespace Exporter.Tests.Alertmanager;

/// <summary>Webhooks as Alertmanager writes them.</summary>
internal static class WebhookText
{
    /// <summary>Captured from Alertmanager 0.25, with the names of the tests' bot and action.</summary>
    public const string Captured =
        """
        {"receiver":"heal","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"ConfigInvalid","bot":"alpha",
        "file":"configs/trading_config.json","heal":"mend","severity":"critical"},"annotations":{},
        "startsAt":"2026-11-23T20:50:04.62090811Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"","fingerprint":"cde0deec1437411d"}],
        "groupLabels":{"bot":"alpha","heal":"mend"},"commonLabels":{"alertname":"ConfigInvalid","bot":"alpha","heal":"mend"},
        "commonAnnotations":{},"externalURL":"http://alertmanager:9093","version":"4","groupKey":"{}:{bot=\"alpha\", heal=\"mend\"}","truncatedAlerts":0}
        """;

    public static string Of(params JsonObject[] alerts) =>
        new JsonObject { ["version"] = "4", ["truncatedAlerts"] = 0, ["alerts"] = new JsonArray([.. alerts]) }.ToJsonString();

    public static JsonObject Alert(
        string bot = "alpha", string heal = "mend", string name = "ConfigInvalid", string status = "firing",
        string startsAt = "2026-11-24T11:59:00Z", string endsAt = "0001-01-01T00:00:00Z", string fingerprint = "cde0deec1437411d") => new()
        {
            ["status"] = status,
            ["labels"] = new JsonObject { ["alertname"] = name, ["bot"] = bot, ["heal"] = heal },
            ["startsAt"] = startsAt,
            ["endsAt"] = endsAt,
            ["fingerprint"] = fingerprint,
        };
}
