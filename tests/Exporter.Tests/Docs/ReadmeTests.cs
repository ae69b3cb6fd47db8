using System.CommandLine;
using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Exporter.Checks;
using Exporter.Commands;
using Exporter.Healing.Actions;
using Exporter.Terminal;
using Exporter.Tests.Bots;
using Exporter.Tests.Loop;
using RunningExporter = Exporter.Tests.Commands.RunningExporter;

namespace Exporter.Tests.Docs;

public sealed partial class ReadmeTests
{
    private static readonly string Readme = Repository.Read("README.md");

    [Fact]
    public async Task It_lists_every_metric()
    {
        using var bot = FeatureStoreFixture.With();
        await using var exporter = await RunningExporter.StartAsync(bot.Root);

        // The first scrape is a request too, and the second shows what was counted of it.
        await exporter.Http.GetStringAsync("/metrics");
        Golden.PartEqual(MetricsTable.Markdown(await exporter.Http.GetStringAsync("/metrics")), "metrics", "README.md");
    }

    [Fact]
    public void It_lists_every_check()
    {
        var table = new StringBuilder("| check | watches | when it fails |\n| --- | --- | --- |\n");
        foreach (var spec in CheckCatalogue.All.Select(registration => registration.Spec))
        {
            table.Append($"| `{spec.Name}` | {spec.Watches} | {spec.Severity?.ToString().ToLowerInvariant() ?? "informs only"} |\n");
        }

        Golden.PartEqual(table.ToString(), "checks", "README.md");
    }

    [Fact]
    public void It_lists_every_action()
    {
        var rows = string.Concat(ActionCatalogue.BuiltIn.Select(spec => $"| `{spec.Name}` | {spec.Does} | {spec.HealedWhen} |\n"));

        Golden.PartEqual(
            $"| action (label `heal`) | does | counts as healed when |\n| --- | --- | --- |\n{rows}", "actions", "README.md");
    }

    [Fact]
    public void It_lists_every_flag()
    {
        var root = CommandLine.Build(new Shell(TextWriter.Null, TextWriter.Null, new Dictionary<string, string>(), TimeProvider.System));

        Assert.All(root.Options, option => Assert.Contains($"| `{option.Name}", Readme, StringComparison.Ordinal));
        Assert.All(root.Subcommands, command => Assert.Contains($"| `{command.Name}", Readme, StringComparison.Ordinal));
    }

    [Fact]
    public void Its_commands_are_ones_that_the_program_understands()
    {
        var commands = Command().Matches(Readme).Select(match => match.Groups["arguments"].Value.Trim()).ToArray();

        Assert.NotEmpty(commands);
        Assert.All(commands, command =>
        {
            var root = CommandLine.Build(new Shell(TextWriter.Null, TextWriter.Null, new Dictionary<string, string>(), TimeProvider.System));
            Assert.Empty(root.Parse(command).Errors);
        });
    }

    [SkippableFact]
    public async Task Its_jq_commands_read_the_records()
    {
        Skip.IfNot(File.Exists("/usr/bin/jq"), "jq is not installed; ./test.sh installs it");
        using var bot = FeatureStoreFixture.With(heartbeatAge: TimeSpan.FromHours(1));
        await using var exporter = await RunningExporter.StartAsync(bot.Root);
        await exporter.Http.GetStringAsync("/metrics");
        await exporter.StopAsync();
        var commands = JqCommand().Matches(Readme).Select(match => match.Value).ToArray();

        Assert.NotEmpty(commands);
        foreach (var command in commands)
        {
            using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", $"set -e; {command}"])
            {
                WorkingDirectory = exporter.Storage,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var output = await shell.StandardOutput.ReadToEndAsync();
            Assert.Equal("", await shell.StandardError.ReadToEndAsync());
            if (!command.Contains("kill_switch", StringComparison.Ordinal))
            {
                Assert.NotEqual("", output);
            }
        }
    }

    [Fact]
    public void Its_links_lead_somewhere()
    {
        var targets = Link().Matches(Readme).Select(match => match.Groups["target"].Value).Where(target => !target.StartsWith("http", StringComparison.Ordinal)).ToArray();

        Assert.All(targets, target => Assert.True(Path.Exists(Repository.File(target)), target));
    }

    [GeneratedRegex("^ *`?tradingbot_exporter (?<arguments>[^`#>\n]*)", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex("^jq .*$", RegexOptions.Multiline)]
    private static partial Regex JqCommand();

    [GeneratedRegex(@"\]\((?<target>[^)#]+)\)")]
    private static partial Regex Link();
}
