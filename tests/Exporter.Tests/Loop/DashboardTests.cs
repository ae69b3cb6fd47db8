using System.Text.Json;
using System.Text.Json.Nodes;
using Exporter.Checks;

namespace Exporter.Tests.Loop;

public sealed class DashboardTests
{
    private static readonly IReadOnlyDictionary<string, JsonNode> Dashboards = Directory
        .EnumerateFiles(Repository.File("grafana", "dashboards"), "*.json")
        .ToDictionary(file => Path.GetFileName(file), file => JsonNode.Parse(File.ReadAllText(file))!);

    public static TheoryData<string> Files { get; } = [.. Dashboards.Keys.Order()];

    public static TheoryData<string> Checks => CompletenessTests.Checks;

    [Fact]
    public void There_are_five() => Assert.Equal(["bot.json", "exporter.json", "healing.json", "overview.json", "trading.json"], Dashboards.Keys.Order());

    [Theory]
    [MemberData(nameof(Files))]
    public void A_panel_says_which_question_it_answers(string file) => Assert.All(
        Panels(file),
        panel => Assert.True(((string?)panel["description"])?.Length > 0, (string?)panel["title"]));

    [Theory]
    [MemberData(nameof(Files))]
    public void No_data_source_is_hard_coded(string file)
    {
        var text = Dashboards[file].ToJsonString();

        Assert.All(
            Panels(file).SelectMany(panel => panel["targets"]!.AsArray()),
            target => Assert.Equal("${datasource}", (string?)target!["datasource"]!["uid"]));
        Assert.DoesNotContain("\"uid\":\"prometheus\"", text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Queries_use_only_series_that_exist(string file)
    {
        var expressions = Panels(file).SelectMany(panel => panel["targets"]!.AsArray()).Select(target => (string)target!["expr"]!).ToArray();

        Assert.Empty(expressions.SelectMany(KnownMetrics.In).Distinct().Except(KnownMetrics.All));
    }

    [Theory]
    [MemberData(nameof(Checks))]
    public void A_check_has_a_panel(string check)
    {
        var families = CheckCatalogue.All.Single(registration => registration.Spec.Name == check).Spec.Families.Select(family => family.Name);
        var shown = Panels("bot.json").SelectMany(panel => panel["targets"]!.AsArray()).SelectMany(target => KnownMetrics.In((string)target!["expr"]!)).ToHashSet();

        // Blocked signals are shown through the recorded series, which sum them up.
        Assert.True(families.Any(shown.Contains) || check == "blocked_signals", check);
    }

    [Fact]
    public void Links_between_dashboards_lead_to_a_uid_that_exists()
    {
        var uids = Dashboards.Values.Select(dashboard => (string)dashboard["uid"]!);
        var linked = AlertRule.All.Select(rule => rule.Annotations["dashboard_url"].Split("/d/")[1].Split('?')[0]);

        Assert.Empty(linked.Except(uids));
    }

    private static IEnumerable<JsonNode> Panels(string file) =>
        Dashboards[file]["panels"]!.AsArray().Where(panel => (string?)panel!["type"] != "row").Select(panel => panel!);
}
