using System.Text.RegularExpressions;
using Exporter.Commands;
using Exporter.Terminal;

namespace Exporter.Tests.Loop;

public sealed partial class AssessmentTests
{
    private static readonly string Page = Repository.Read("docs", "TRADING_FAILURE_POINT_ASSESSMENT.md");

    [Fact]
    public void What_the_code_knows_stands_on_the_page_as_the_code_says_it()
    {
        var generated = Page.Split("<!-- failure-points: begin -->\n")[1].Split("<!-- failure-points: end -->")[0];

        Assert.True(generated == FailurePointTables.Markdown(), "src/Packaging/generate.sh brings the page up to date");
    }

    [Fact]
    public void At_least_45_ways_in_six_categories_are_numbered_without_a_gap()
    {
        var numbers = Row().Matches(Page).Select(match => int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)).ToArray();

        Assert.True(numbers.Length >= 45);
        Assert.Equal(Enumerable.Range(1, numbers.Length), numbers);
        Assert.Equal(
            ["Signal", "System", "Resource", "Configuration", "Data", "State"],
            Category().Matches(Page).Select(match => match.Groups[1].Value));
    }

    [Fact]
    public void Every_alert_that_it_names_exists()
    {
        var named = AlertName().Matches(Page).Select(match => match.Value).Distinct();

        Assert.Empty(named.Except(AlertRule.All.Select(rule => rule.Name)));
    }

    [Fact]
    public void Every_metric_that_it_names_exists() => Assert.Empty(KnownMetrics.In(Page).Distinct().Except(KnownMetrics.All).Except(["tradingbot_exporter"]));

    [GeneratedRegex(@"^\| (\d+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("^## (Signal|System|Resource|Configuration|Data|State):", RegexOptions.Multiline)]
    private static partial Regex Category();

    [GeneratedRegex(@"\bTradingBot[A-Z]\w+")]
    private static partial Regex AlertName();
}
