using YamlDotNet.RepresentationModel;

namespace Exporter.Tests.Loop;

public sealed class AlertRoutingTests
{
    private static readonly string Config = Repository.File("alertmanager", "alertmanager.yml");

    public static TheoryData<string> Names => AlertRuleTests.Names;

    [SkippableFact]
    public async Task Alertmanager_accepts_its_configuration()
    {
        var (exit, output) = await Tool.RunAsync("amtool", "check-config", Config);

        Assert.True(exit == 0, output);
    }

    [SkippableFact]
    public async Task Alertmanager_accepts_the_ready_made_receivers_too()
    {
        using var directory = new TemporaryDirectory();
        var lines = File.ReadAllLines(Config);
        var receivers = Array.IndexOf(lines, "  - name: page");
        var uncommented = string.Join('\n', lines.Select((line, number) => number > receivers && line.StartsWith("    # ", StringComparison.Ordinal) ? $"    {line[6..]}" : line));
        directory.Write("templates/tradingbot.tmpl", Repository.Read("alertmanager", "templates", "tradingbot.tmpl"));
        var config = directory.Write("alertmanager.yml", uncommented);

        var (exit, output) = await Tool.RunAsync("amtool", "check-config", config);

        Assert.Contains("telegram_configs:\n      - bot_token", uncommented, StringComparison.Ordinal);
        Assert.True(exit == 0, output);
    }

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public async Task An_alert_reaches_whom_it_concerns(string name)
    {
        var rule = AlertRule.All.Single(rule => rule.Name == name);
        var heal = rule.Label("heal") is not null || name == AlertRule.Watchdog ? ["heal"] : (string[])[];
        string[] people = (rule.Label("severity"), heal) switch
        {
            ("critical", _) => ["page"],
            ("warning", _) => ["ticket"],
            (_, []) => ["nobody"],
            _ => [],
        };

        var labels = rule.Labels.Select(label => $"{label.Key}={label.Value}").Append($"alertname={name}").Append("bot=alpha");
        var (exit, output) = await Tool.RunAsync("amtool", ["config", "routes", "test", $"--config.file={Config}", .. labels]);

        Assert.Equal(0, exit);
        Assert.Equal(string.Join(',', (string[])[.. heal, .. people]), output.Split('\n')[0]);
    }

    [Fact]
    public void Inhibition_names_only_alerts_that_exist()
    {
        var rules = (YamlSequenceNode)Yaml.Load(Config)["inhibit_rules"];
        var names = rules
            .SelectMany(rule => ((YamlSequenceNode)rule["source_matchers"]).Concat((YamlSequenceNode)rule["target_matchers"]))
            .Select(matcher => matcher.ToString())
            .Where(matcher => matcher.StartsWith("alertname", StringComparison.Ordinal))
            .SelectMany(matcher => matcher.Split('"')[1].Split('|'));

        Assert.Empty(names.Except(AlertRule.All.Select(rule => rule.Name)));
    }

    [SkippableFact]
    public async Task A_page_says_what_it_means_since_when_and_where_to_look()
    {
        var (exit, output) = await Tool.RunAsync(
            "amtool",
            "template",
            "render",
            $"--template.glob={Repository.File("alertmanager", "templates", "*.tmpl")}",
            "--template.text={{ template \"tradingbot.title\" . }}\n{{ template \"tradingbot.text\" . }}",
            $"--template.data={Repository.File("tests", "Exporter.Tests", "Loop", "page.json")}");

        Assert.True(exit == 0, output);
        Assert.Equal(
            """
            1 firing: alpha, TradingBotConfigInvalid
            CRITICAL: A configuration file is missing or invalid.
            The configuration of alpha is not valid (configs/trading_config.json).
            Healing (restore_config) has not mended it in time.
            Since 2026-11-24 02:58 UTC.
            First look: http://localhost:10042/runbooks/TradingBotConfigInvalid
            Dashboard: http://localhost:3000/d/tradingbot-bot?var-bot=alpha

            RESOLVED: The exchange gives no valid answer. (alpha, after 12m0s)
            """,
            output.Trim());
    }
}
