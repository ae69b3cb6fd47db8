using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Exporter.Tests.Loop;

public sealed partial class DeploymentTests
{
    private const double HighestExposure = 3.0;

    private static YamlMappingNode Compose => Yaml.Load(Repository.File("docker-compose.yml"));

    [SkippableFact]
    public async Task Docker_compose_accepts_the_file_beside_a_freqtrade()
    {
        using var directory = new TemporaryDirectory();
        File.Copy(Repository.File("docs", "bots", "freqtrade.compose.yml"), directory["freqtrade.compose.yml"]);
        await File.WriteAllTextAsync(directory["freqtrade.env"], "FREQTRADE__API_SERVER__USERNAME=freqtrader\n");

        var (exit, output) = await Tool.RunAsync("docker-compose", "--file", directory["freqtrade.compose.yml"], "--profile", "monitoring", "config", "-q");

        Assert.True(exit == 0, output);
    }

    [SkippableFact]
    public async Task Docker_compose_accepts_its_file()
    {
        var (exit, output) = await Tool.RunAsync("docker-compose", "--file", Repository.File("docker-compose.yml"), "config", "-q");

        Assert.True(exit == 0, output);
    }

    [Fact]
    public void Every_image_is_pinned_and_every_port_is_on_loopback()
    {
        var services = ((YamlMappingNode)Compose["services"]).Children.Values.Cast<YamlMappingNode>().ToArray();

        Assert.All(services, service => Assert.Matches(@":v?\d+\.\d+\.\d+$", service["image"].ToString()));
        Assert.All(
            services.Where(service => service.Children.ContainsKey("ports")).SelectMany(service => (YamlSequenceNode)service["ports"]),
            port => Assert.StartsWith("127.0.0.1:", port.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void Every_file_that_a_container_mounts_is_in_the_repository()
    {
        var mounted = ((YamlMappingNode)Compose["services"]).Children.Values
            .SelectMany(service => (YamlSequenceNode)service["volumes"])
            .Select(volume => volume.ToString().Split(':')[0])
            .Where(source => source.StartsWith("./", StringComparison.Ordinal));

        Assert.All(mounted, source => Assert.True(Path.Exists(Repository.File(source)), source));
    }

    [SkippableFact]
    public async Task Systemd_accepts_the_unit_and_finds_little_exposed()
    {
        using var directory = new TemporaryDirectory();
        var program = directory.Write("bin/tradingbot_exporter", "#!/bin/sh\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var unit = directory.Write(
            "tradingbot_exporter.service",
            Repository.Read("src", "Packaging", "systemd", "tradingbot_exporter.service")
                .Replace("@PREFIX@", directory.Path, StringComparison.Ordinal)
                .Replace("@USER@", "daemon", StringComparison.Ordinal)
                .Replace("@BOT@", "/srv", StringComparison.Ordinal));

        var (verified, complaints) = await Tool.RunAsync("systemd-analyze", "verify", "--man=no", unit);
        var (_, security) = await Tool.RunAsync("systemd-analyze", "security", "--offline=yes", "--no-pager", unit);

        Assert.True(verified == 0 && complaints.Trim().Length == 0, complaints);
        var exposure = double.Parse(Exposure().Match(security).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(exposure < HighestExposure, security);
    }

    [Fact]
    public void The_unit_outlives_the_bot()
    {
        var unit = Repository.Read("src", "Packaging", "systemd", "tradingbot_exporter.service");
        var directives = unit.Split('\n').Where(line => !line.StartsWith('#')).ToArray();

        Assert.DoesNotContain(directives, line => Regex.IsMatch(line, "^(BindsTo|PartOf|Requires)="));
        Assert.Contains(directives, line => line.StartsWith("WantedBy=", StringComparison.Ordinal) && line.Contains("tradingbot.service", StringComparison.Ordinal));
        Assert.Contains("Restart=always", directives);
    }

    [Fact]
    public void The_Kubernetes_rules_are_those_of_Prometheus()
    {
        var groups = string.Concat(AlertRule.Files().Select(file => NotEmptyLine().Replace(File.ReadAllText(file).Split("groups:\n")[1], "  $0")));

        var manifest = Repository.Read("src", "Packaging", "kubernetes", "prometheusrule.yaml");

        Assert.True(manifest.EndsWith($"  groups:\n{groups}", StringComparison.Ordinal), "src/Packaging/generate.sh brings the manifest up to date");
        Assert.Contains("kind: PrometheusRule", manifest, StringComparison.Ordinal);
    }

    [Fact]
    public void The_Kubernetes_exporter_is_confined()
    {
        var deployment = Documents("deployment.yaml").Single(document => document["kind"].ToString() == "Deployment");
        var pod = deployment["spec"]["template"]["spec"];
        var exporter = ((YamlSequenceNode)pod["containers"]).Single(container => container["name"].ToString() == "exporter");

        Assert.Equal("true", pod["securityContext"]["runAsNonRoot"].ToString());
        Assert.Equal("true", exporter["securityContext"]["readOnlyRootFilesystem"].ToString());
        Assert.Equal("false", exporter["securityContext"]["allowPrivilegeEscalation"].ToString());
        Assert.Equal("/-/healthy", exporter["livenessProbe"]["httpGet"]["path"].ToString());
        Assert.Equal("Recreate", deployment["spec"]["strategy"]["type"].ToString());
    }

    [Fact]
    public void The_pod_monitor_scrapes_as_prometheus_yml_does()
    {
        var endpoint = ((YamlSequenceNode)Documents("podmonitor.yaml").Single()["spec"]["podMetricsEndpoints"])[0];
        var global = Yaml.Load(Repository.File("prometheus", "prometheus.yml"))["global"];

        Assert.Equal(global["scrape_interval"], endpoint["interval"]);
        Assert.Equal(global["scrape_timeout"], endpoint["scrapeTimeout"]);
    }

    private static IEnumerable<YamlNode> Documents(string manifest)
    {
        var yaml = new YamlStream();
        using var reader = new StreamReader(Repository.File("src", "Packaging", "kubernetes", manifest));
        yaml.Load(reader);
        return [.. yaml.Documents.Select(document => document.RootNode)];
    }

    [GeneratedRegex(@"Overall exposure level for .*: (\d+\.\d+)")]
    private static partial Regex Exposure();

    [GeneratedRegex("^.+$", RegexOptions.Multiline)]
    private static partial Regex NotEmptyLine();
}
