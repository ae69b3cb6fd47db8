using System.Text.Json.Nodes;
using Demo.Loop;

namespace Exporter.EndToEnd.Loop;

/// <summary>What Prometheus answers to one query of a dashboard.</summary>
/// <param name="Where">Dashboard and panel, variable or annotation.</param>
/// <param name="Answer">How many series or values; an error's text otherwise.</param>
internal sealed record DashboardAnswer(string Where, string Query, string Answer)
{
    public bool HasValues => int.TryParse(Answer, out var values) && values > 0;

    public override string ToString() => $"{Where}: {Query} answers {Answer}";

    /// <summary>Asks every query of every dashboard, as Grafana would with all bots chosen.</summary>
    public static async Task<IReadOnlyList<DashboardAnswer>> AskAllAsync(LoopWatch watch)
    {
        var answers = new List<DashboardAnswer>();
        using var http = new HttpClient { BaseAddress = watch.Prometheus };
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Programs.Repository, "grafana", "dashboards"), "*.json"))
        {
            var dashboard = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
            var title = (string)dashboard["title"]!;
            foreach (var panel in dashboard["panels"]!.AsArray())
            {
                foreach (var target in panel!["targets"] as JsonArray ?? [])
                {
                    answers.Add(await AskAsync(http, $"{title}, {(string?)panel["title"]}", "api/v1/query?query=", (string)target!["expr"]!));
                }
            }

            foreach (var annotation in dashboard["annotations"]!["list"]!.AsArray())
            {
                answers.Add(await AskAsync(http, $"{title}, annotation {(string?)annotation!["name"]}", OverTime(), (string)annotation["target"]!["expr"]!));
            }

            foreach (var variable in dashboard["templating"]!["list"]!.AsArray().Where(variable => (string?)variable!["type"] == "query"))
            {
                var query = (string)variable!["query"]!["query"]!;
                var arguments = query["label_values(".Length..^1].Split(", ");
                answers.Add(await AskAsync(http, $"{title}, variable {(string?)variable["name"]}", $"api/v1/label/{arguments[1]}/values?match[]=", arguments[0]));
            }
        }

        return answers;
    }

    // An annotation marks moments: it has something to show over the last minutes, not necessarily now.
    private static string OverTime()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return $"api/v1/query_range?start={now - 600}&end={now}&step=5&query=";
    }

    private static async Task<DashboardAnswer> AskAsync(HttpClient http, string where, string path, string query)
    {
        query = query.Replace("$bot", ".*", StringComparison.Ordinal)
            .Replace("$__rate_interval", "1m", StringComparison.Ordinal)
            .Replace("$__interval", "15s", StringComparison.Ordinal)
            .Replace("$__range", "10m", StringComparison.Ordinal);
        using var response = await http.GetAsync(path + Uri.EscapeDataString(query));
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        var values = answer["data"] as JsonArray ?? answer["data"]?["result"] as JsonArray;
        return new DashboardAnswer(where, query, values?.Count.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? (string)answer["error"]!);
    }
}
