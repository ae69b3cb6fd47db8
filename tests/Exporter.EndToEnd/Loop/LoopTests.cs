using Demo.Faults;

namespace Exporter.EndToEnd.Loop;

/// <summary>The whole loop with the repository's own files: fault, gauge, alert, webhook, action, verdict, resolved; or a person is called.</summary>
public sealed class LoopTests(FaultyBots bots) : IClassFixture<FaultyBots>
{
    public static TheoryData<string> Faults { get; } = [.. FaultCatalogue.All.Select(fault => fault.Name)];

    [SkippableTheory]
    [MemberData(nameof(Faults))]
    public async Task A_fault_goes_round_the_loop(string fault)
    {
        Skip.If(bots.WhyNot is not null, bots.WhyNot);

        await bots.FollowAsync(fault);
    }

    [SkippableFact]
    public async Task While_Alertmanager_lives_no_healing_starts_without_it()
    {
        Skip.If(bots.WhyNot is not null, bots.WhyNot);
        await bots.Dashboards;

        Assert.Contains(bots.Healings, line => line.Trigger == "alertmanager");
        Assert.DoesNotContain(bots.Healings, line => line.Trigger == "autonomous");
    }

    [SkippableFact]
    public async Task Nobody_is_called_for_what_healing_has_mended()
    {
        Skip.If(bots.WhyNot is not null, bots.WhyNot);
        await bots.Dashboards;

        var healed = Course.All.Where(course => course.Healed).Select(course => (course.Alert, course.Fault));
        Assert.Empty(bots.Pages.Select(page => (page.Alert, page.Bot)).Intersect(healed));
    }

    [SkippableFact]
    public async Task Ledger_journal_and_metrics_agree_on_every_step()
    {
        Skip.If(bots.WhyNot is not null, bots.WhyNot);
        await bots.Dashboards;

        // Journal and scrape follow the ledger at a distance: the three are compared until a look finds them level.
        await bots.Watch.UntilAsync(
            () =>
            {
                var ledger = bots.Watch.Ledger();
                return ledger.Attempts.Count > 0
                    && ledger.Attempts.SetEquals(bots.Watch.Attempts)
                    && ledger.Steps.SetEquals(bots.Watch.Healings.Select(line => line.Number));
            },
            "ledger, journal and Prometheus know the same healings and the same steps");
    }

    [SkippableFact]
    public async Task Every_query_of_every_dashboard_has_an_answer()
    {
        Skip.If(bots.WhyNot is not null, bots.WhyNot);

        var answers = await bots.Dashboards;

        Assert.DoesNotContain(answers, answer => !answer.HasValues);
    }

    [SkippableFact]
    public async Task Every_metric_that_a_rule_reads_is_exposed()
    {
        Skip.If(bots.WhyNot is not null, bots.WhyNot);
        await bots.Dashboards;

        var names = (await bots.Watch.AskAsync("api/v1/label/__name__/values")).AsArray().Select(name => (string)name!).ToHashSet();
        var rules = (await bots.Watch.AskAsync("api/v1/rules"))["groups"]!.AsArray().SelectMany(group => group!["rules"]!.AsArray()).ToArray();

        Assert.All(rules, rule => Assert.Equal("ok", (string?)rule!["health"]));
        var used = rules.SelectMany(rule => MetricName.Matches((string)rule!["query"]!)).Select(match => match.Value).Distinct();
        // A storm's series begins with the first storm.
        Assert.Empty(used.Except(names).Except(["tradingbot_healing_storm"]));
    }

    private static readonly System.Text.RegularExpressions.Regex MetricName = new(@"(?<![:\w])tradingbot_[a-z0-9_]+(?!\w*:)\b");
}
