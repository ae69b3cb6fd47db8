using System.ComponentModel;
using System.Reflection;
using System.Text.RegularExpressions;
using Exporter.Checks;
using Exporter.Tests.Venues;

namespace Exporter.Tests.Checks;

public sealed partial class CheckCatalogueTests
{
    [Fact]
    public void Names_are_unique_and_snake_case()
    {
        var names = CheckCatalogue.All.Select(registration => registration.Spec.Name).ToList();

        Assert.Equal(names, names.Distinct());
        Assert.All(names, name => Assert.Matches(Evaluate.SnakeCase(), name));
    }

    [Fact]
    public void Every_family_is_declared_by_one_check()
    {
        var families = CheckCatalogue.All.SelectMany(registration => registration.Spec.Families).Select(family => family.Name).ToList();

        Assert.Equal(families, families.Distinct());
    }

    [Fact]
    public void Families_follow_the_naming_rules_of_Prometheus()
    {
        foreach (var family in CheckCatalogue.All.SelectMany(registration => registration.Spec.Families))
        {
            Assert.Matches(MetricName(), family.Name);
            Assert.Equal(family.Kind == MetricKind.Counter, family.Name.EndsWith("_total", StringComparison.Ordinal));
            Assert.DoesNotMatch(ScaledUnit(), family.Name);
            Assert.All(family.Labels, label => Assert.Matches(Evaluate.SnakeCase(), label));
            Assert.DoesNotContain("bot", family.Labels);
        }
    }

    [Fact]
    public void Texts_are_sentences_on_one_line()
    {
        foreach (var spec in CheckCatalogue.All.Select(registration => registration.Spec))
        {
            string[] sentences = [spec.Watches, spec.Impact, spec.Remedy, .. spec.Families.Select(family => family.Help)];
            Assert.All(sentences, sentence => Assert.Matches(OneSentence(), sentence));
        }
    }

    [Fact]
    public void Causes_are_unique_snake_case()
    {
        foreach (var spec in CheckCatalogue.All.Select(registration => registration.Spec))
        {
            Assert.Equal(spec.Causes, spec.Causes.Distinct());
            Assert.All(spec.Causes, cause => Assert.Matches(Evaluate.SnakeCase(), cause));
        }
    }

    [Fact]
    public void Every_registration_makes_the_check_that_it_names()
    {
        using var asking = new Asking();
        var checks = CheckCatalogue.For(Bot.Healthy, new CheckDependencies(new CheckOptions(), TimeProvider.System, asking.Venues));

        Assert.Equal(CheckCatalogue.All.Select(registration => registration.Spec), checks.Select(check => check.Spec));
    }

    [Theory]
    [InlineData("kill_switch", "kill_switch_active{switch} kill_switch_blocked_until_timestamp_seconds{switch} kill_switch_recovery_overdue{switch} kill_switch_breached{switch}")]
    [InlineData("strategy_overlap", "strategy_overlaps{} strategy_overlap_positions{symbol,direction}")]
    [InlineData("symbol_probation", "symbols_on_probation{} symbol_probation{symbol,state} symbol_probation_since_timestamp_seconds{symbol}")]
    [InlineData("file_system", "disk_usage_ratio{path} disk_size_bytes{path} disk_available_bytes{path} inode_usage_ratio{path} file_accessible{file,mode}")]
    [InlineData("intelligence_freshness", "intelligence_age_seconds{source} intelligence_timestamp_seconds{source}")]
    [InlineData("position_limits", "positions_open{} positions_max{} last_position_opened_timestamp_seconds{}")]
    [InlineData("config_integrity", "config_file_valid{file} config_file_present{file} bot_mode{mode} trading_window_open{}")]
    [InlineData("bot_heartbeat", "heartbeat_age_seconds{component} available_margin{}")]
    [InlineData("blocked_signals", "signals_blocked_total{gate,reason}")]
    public void Names_and_labels_of_metrics_are_a_promise(string check, string families)
    {
        var spec = CheckCatalogue.All.Single(registration => registration.Spec.Name == check).Spec;

        Assert.Equal(families, string.Join(' ', spec.Families.Select(family => $"{family.Name["tradingbot_".Length..]}{{{string.Join(',', family.Labels)}}}")));
    }

    [Fact]
    public void Every_option_is_described()
    {
        foreach (var property in typeof(CheckOptions).GetProperties().SelectMany(room => (room.PropertyType.Assembly == typeof(CheckOptions).Assembly ? room.PropertyType.GetProperties() : []).Prepend(room)))
            Assert.Matches(OneSentence(), property.GetCustomAttribute<DescriptionAttribute>()?.Description);
    }

    [GeneratedRegex("^tradingbot_[a-z0-9]+(_[a-z0-9]+)*$")]
    private static partial Regex MetricName();

    [GeneratedRegex("_(milliseconds|ms|minutes|hours|days|kilobytes|mib|percent)(_|$)")]
    private static partial Regex ScaledUnit();

    [GeneratedRegex(@"^[^\r\n]+\.$")]
    private static partial Regex OneSentence();
}
