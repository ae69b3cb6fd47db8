using System.Text.Json.Nodes;

namespace Exporter.EndToEnd.Loop;

/// <summary>The alerts that watch the exporter, its healing and the path between, and those that take an hour: trouble, alert, end of the trouble, resolved.</summary>
public sealed class SelfMonitoringTests(TroubledLoop loop) : IClassFixture<TroubledLoop>
{
    public static TheoryData<string> Alerts { get; } = [.. TroubledLoop.Alerts];

    [SkippableTheory]
    [MemberData(nameof(Alerts))]
    public async Task An_alert_fires_for_its_trouble_and_resolves_after_it(string alert)
    {
        Skip.If(loop.WhyNot is not null, loop.WhyNot);
        Skip.If(alert == "TradingBotDiskFillingUp" && loop.WhyNoDisk is not null, loop.WhyNoDisk);

        await loop.FollowAsync(alert);
    }

    [SkippableFact]
    public async Task Every_alert_is_fired_by_one_loop_or_the_other()
    {
        Skip.If(loop.WhyNot is not null, loop.WhyNot);

        var rules = (await loop.Watch.AskAsync("api/v1/rules?type=alert"))["groups"]!.AsArray().SelectMany(group => group!["rules"]!.AsArray());

        // The Watchdog always fires; both loops begin with its arrival at the exporter.
        string[] fired = [.. Course.All.Select(course => course.Alert), .. Course.All.Select(course => course.Page).OfType<string>(), .. TroubledLoop.Alerts, "Watchdog"];
        Assert.Equal(fired.Distinct().Order(StringComparer.Ordinal), rules.Select(rule => (string)rule!["name"]!).Distinct().Order(StringComparer.Ordinal));
    }
}
