using System.Text;
using System.Text.Json;
using Exporter.Tests.Bots;

namespace Exporter.Tests.Commands;

public sealed class CommandLineTests
{
    [Fact]
    public async Task The_whole_help_is_as_agreed()
    {
        var help = new StringBuilder();
        foreach (var command in (string[])["", "serve", "check", "why", "heal", "history", "pause", "pause set", "pause list", "pause lift", "config", "config validate", "config print", "config schema", "failure-points"])
        {
            var (code, output, error) = await Run.Async([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
            Assert.Equal(0, code);
            Assert.Empty(error);
            var lines = output.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd());
            help.Append($"$ tradingbot_exporter {command} --help\n".Replace("  ", " ", StringComparison.Ordinal)).AppendJoin('\n', lines).Append('\n');
        }

        // The test host's name stands where the program's would.
        Golden.Equal(help.Replace("testhost", "tradingbot_exporter").ToString().TrimEnd() + "\n", "tests", "Exporter.Tests", "Commands", "help.txt");
    }

    [Fact]
    public async Task The_version_names_the_commit()
    {
        var (code, output, _) = await Run.Async(["--version"]);

        Assert.Equal(0, code);
        Assert.Matches(@"^tradingbot_exporter, version \d+\.\d+\.\d+ \(revision: ([0-9a-f]{40}|unknown)\)\n$", output);
    }

    [Theory]
    [InlineData("--no-such-flag")]
    [InlineData("no-such-verb")]
    [InlineData("check", "--log.level", "loud")]
    [InlineData("check", "--web.listen-address", ":1")]
    [InlineData("--bot")]
    [InlineData("failure-points", "--bot", "/tmp")]
    [InlineData("config")]
    public async Task Wrong_usage_ends_with_64_and_a_pointer_to_the_help(params string[] arguments)
    {
        var (code, output, error) = await Run.Async(arguments);

        Assert.Equal(64, code);
        Assert.Empty(output);
        Assert.Contains("--help", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("check")]
    [InlineData("config", "validate")]
    [InlineData("config", "print")]
    public async Task A_wrong_configuration_ends_with_78_and_every_wrong_key(params string[] verb)
    {
        var (code, output, error) = await Run.Async([.. verb, "--bot", "/no/such/bot"], ("TRADINGBOT__LOG__LEVEL", "loud"));

        Assert.Equal(78, code);
        Assert.Empty(output);
        Assert.Contains("Log:Level: \"loud\" should be one of debug, info, warn, error.", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--web.listen-address", ":10042")]
    [InlineData("--web.listen-address", "0.0.0.0:10042")]
    [InlineData("--web.listen-address", "192.0.2.1:10042")]
    public async Task Without_a_token_serve_refuses_to_listen_beyond_loopback(params string[] arguments)
    {
        using var bot = FeatureStoreFixture.With();

        var (code, _, error) = await Run.Async(["serve", "--bot", bot.Root, "--storage.path", $"{bot.Root}-state", .. arguments]);

        Assert.Equal(78, code);
        Assert.Contains("--web.token-file", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists($"{bot.Root}-state"));
    }

    [Fact]
    public async Task Serve_refuses_a_configuration_file_that_others_may_write()
    {
        using var bot = FeatureStoreFixture.With();
        using var directory = new TemporaryDirectory();
        var file = directory.Write("config.json", $$"""{ "Bots": [ { "Root": "{{bot.Root}}" } ] }""");
        File.SetUnixFileMode(file, File.GetUnixFileMode(file) | UnixFileMode.OtherWrite);

        var (code, _, error) = await Run.Async(["serve", "--config.file", file]);

        Assert.Equal(78, code);
        Assert.Contains($"chmod go-w {file}", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_never_printed()
    {
        using var bot = FeatureStoreFixture.With();
        using var directory = new TemporaryDirectory();
        var file = directory.Write("config.json", $$"""
            { "Bots": [ { "Root": "{{bot.Root}}" } ], "Kestrel": { "Certificates": { "Default": { "Path": "x.pfx", "Password": "hunter2" } } } }
            """);

        var (code, output, _) = await Run.Async(["config", "print", "--config.file", file]);

        Assert.Equal(0, code);
        Assert.DoesNotContain("hunter2", output, StringComparison.Ordinal);
        Assert.Contains("x.pfx", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_config_prints_is_a_configuration_that_prints_the_same()
    {
        using var bot = FeatureStoreFixture.With();
        using var directory = new TemporaryDirectory();
        var (_, printed, _) = await Run.Async(["config", "print", "--bot", bot.Root, "--storage.path", directory["state"]]);

        var (code, again, error) = await Run.Async(["config", "print", "--config.file", directory.Write("config.json", printed)]);

        Assert.Equal("", error);
        Assert.Equal(0, code);
        Assert.Equal(printed, again);
    }

    [Fact]
    public async Task The_schema_is_json_and_knows_every_section()
    {
        var (code, output, _) = await Run.Async(["config", "schema"]);

        Assert.Equal(0, code);
        using var schema = JsonDocument.Parse(output);
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", schema.RootElement.GetProperty("$schema").GetString());
        Assert.Equal("debug", schema.RootElement.GetProperty("properties").GetProperty("Log").GetProperty("properties").GetProperty("Level").GetProperty("enum")[0].GetString());
    }
}
