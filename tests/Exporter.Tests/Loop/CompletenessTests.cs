using Exporter.Checks;
using Exporter.Healing.Actions;

namespace Exporter.Tests.Loop;

/// <summary>Nothing that the code knows is forgotten by the files around it.</summary>
public sealed class CompletenessTests
{
    public static TheoryData<string> Checks { get; } = [.. CheckCatalogue.All.Select(registration => registration.Spec.Name)];

    public static TheoryData<string> Actions { get; } = [.. ActionCatalogue.BuiltIn.Select(spec => spec.Name)];

    [Theory]
    [MemberData(nameof(Checks))]
    public void A_check_has_an_alert(string check) => Assert.Contains(AlertRule.All, rule => rule.Label("check") == check);

    [Theory]
    [MemberData(nameof(Checks))]
    public void A_check_names_the_runbook_of_an_alert_of_its_own(string check)
    {
        var spec = CheckCatalogue.All.Single(registration => registration.Spec.Name == check).Spec;

        Assert.Contains(AlertRule.All, rule => rule.Name == spec.Runbook && rule.Label("check") == check);
    }

    [Theory]
    [MemberData(nameof(Actions))]
    public void An_action_is_asked_for_by_an_alert_of_its_check(string action)
    {
        var spec = ActionCatalogue.BuiltIn.Single(spec => spec.Name == action);

        Assert.Contains(AlertRule.All, rule => rule.Label("heal") == action && rule.Label("check") == spec.Check);
    }

    [Fact]
    public void No_alert_asks_for_an_action_that_does_not_ship() =>
        Assert.Empty(AlertRule.All.Select(rule => rule.Label("heal")).OfType<string>().Except(ActionCatalogue.BuiltIn.Select(spec => spec.Name)));

    [Fact]
    public void An_alert_names_a_check_that_exists()
    {
        var named = AlertRule.All.Select(rule => rule.Label("check")).OfType<string>();

        Assert.Empty(named.Except(CheckCatalogue.All.Select(registration => registration.Spec.Name)));
    }

    [Fact]
    public void Rules_use_only_metrics_that_the_exporter_has()
    {
        var used = AlertRule.All.Select(rule => rule.Expression + string.Concat(rule.Annotations.Values))
            .Concat(AlertRule.Recorded.Values)
            .SelectMany(KnownMetrics.In)
            .Distinct();

        Assert.Empty(used.Except(KnownMetrics.All));
    }
}
