using System.Text.RegularExpressions;

namespace Exporter.Tests.Loop;

public sealed partial class RunbookTests
{
    public static TheoryData<string> Names => AlertRuleTests.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void A_runbook_begins_with_what_to_look_at_and_ends_with_what_to_do(string name)
    {
        var page = Repository.Read("docs", "runbooks", $"{name}.md");
        var headings = Heading().Matches(page).Select(match => match.Groups[1].Value);

        Assert.StartsWith($"# {name}\n", page, StringComparison.Ordinal);
        Assert.Equal(["In the first minute", "Meaning", "Impact", "Diagnosis", "Mitigation"], headings);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_runbook_says_what_the_alert_says_of_itself(string name)
    {
        var rule = AlertRule.All.Single(rule => rule.Name == name);
        var line = $"Severity `{rule.Label("severity")}`"
            + (rule.Label("check") is { } check ? $", check `{check}`" : "")
            + (rule.Label("heal") is { } action ? $", healed by `{action}`" : "")
            + ".";

        Assert.Contains($"\n{line}\n", Repository.Read("docs", "runbooks", $"{name}.md"), StringComparison.Ordinal);
    }

    [Fact]
    public void There_is_no_runbook_without_an_alert()
    {
        var pages = Directory.EnumerateFiles(Repository.File("docs", "runbooks"), "*.md").Select(Path.GetFileNameWithoutExtension);

        Assert.Equal(AlertRule.All.Select(rule => rule.Name).Order(), pages.Order());
    }

    [Fact]
    public void Links_between_pages_lead_somewhere()
    {
        var directory = Repository.File("docs", "runbooks");
        var targets = Directory.EnumerateFiles(directory, "*.md").SelectMany(file => Link().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value));

        Assert.All(targets, target => Assert.True(File.Exists(Path.Combine(directory, target)), target));
    }

    [GeneratedRegex("^## (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\]\(([^)#:]+)\)")]
    private static partial Regex Link();
}
