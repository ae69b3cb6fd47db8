using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Exporter.Tests.Loop;

public sealed partial class AlertRuleTests
{
    public static TheoryData<string> Names { get; } = [.. AlertRule.All.Select(rule => rule.Name)];

    [SkippableFact]
    public async Task Prometheus_accepts_its_configuration_and_every_rule()
    {
        var (exit, output) = await Tool.RunAsync("promtool", "check", "config", Repository.File("prometheus", "prometheus.yml"));

        Assert.True(exit == 0, output);
    }

    [SkippableFact]
    [Trait("Category", "slow")]
    public async Task Every_promtool_test_passes()
    {
        var tests = Directory.EnumerateFiles(Repository.File("prometheus", "tests"), "*.yml");

        var (exit, output) = await Tool.RunAsync("promtool", ["test", "rules", .. tests]);

        Assert.True(exit == 0, output);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_alert_says_how_urgent_it_is_what_it_means_and_where_to_look(string name)
    {
        var rule = AlertRule.All.Single(rule => rule.Name == name);

        Assert.True(name == AlertRule.Watchdog || name.StartsWith("TradingBot", StringComparison.Ordinal));
        Assert.Contains(rule.Label("severity"), (string[])["critical", "warning", "info"]);
        Assert.EndsWith(".", rule.Annotations["summary"], StringComparison.Ordinal);
        Assert.DoesNotContain("{{", rule.Annotations["summary"], StringComparison.Ordinal);
        Assert.EndsWith(".", rule.Annotations["description"], StringComparison.Ordinal);
        Assert.EndsWith($"/runbooks/{name}", rule.Annotations["runbook_url"], StringComparison.Ordinal);
        Assert.Matches("/d/tradingbot-(overview|bot|healing|exporter)", rule.Annotations["dashboard_url"]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_alert_is_tested_before_it_fires_while_it_fires_and_after(string name)
    {
        var cases = PromtoolCases(name);

        // The Watchdog has no before and no after: it always fires.
        if (name != AlertRule.Watchdog)
        {
            var expectations = cases.Select(test => ((YamlSequenceNode)test["exp_alerts"]).Any()).ToArray();
            Assert.Equal([false, true, false], expectations);
        }

        Assert.Contains(cases, test => ((YamlSequenceNode)test["exp_alerts"]).Any());
    }

    [Fact]
    public void Alerts_have_names_of_their_own() => Assert.Equal(AlertRule.All.Count, AlertRule.All.Select(rule => rule.Name).Distinct().Count());

    [Fact]
    public void Every_recorded_series_that_is_used_is_recorded()
    {
        var used = AlertRule.All.Select(rule => rule.Expression + string.Concat(rule.Annotations.Values))
            .Concat(AlertRule.Recorded.Values)
            .SelectMany(text => RecordedName().Matches(text).Select(match => match.Value));

        Assert.Empty(used.Except(AlertRule.Recorded.Keys));
    }

    private static YamlNode[] PromtoolCases(string alert) =>
    [
        .. Directory.EnumerateFiles(Repository.File("prometheus", "tests"), "*.yml")
            .SelectMany(file => (YamlSequenceNode)Yaml.Load(file)["tests"])
            .Where(test => test["name"].ToString() == alert)
            .SelectMany(test => (YamlSequenceNode)test["alert_rule_test"])
            .Where(test => test["alertname"].ToString() == alert),
    ];

    [GeneratedRegex(@"\b[a-z_]+:tradingbot_[a-z_]+:[a-z0-9_]+\b")]
    private static partial Regex RecordedName();
}
