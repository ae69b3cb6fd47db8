using Exporter.Configuration;

namespace Exporter.Tests.Configuration;

public sealed class ConfigurationLoaderTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_bot_directory_alone_is_a_whole_configuration()
    {
        var options = Valid(Load(new() { Bots = [Bot("alpha")] }));

        var bot = Assert.Single(options.Bots);
        Assert.Equal("alpha", bot.Name);
        Assert.Equal(_directory["alpha"], bot.Root);
        Assert.Equal(["127.0.0.1:10042"], options.Web.ListenAddresses);
    }

    [Fact]
    public void A_bot_can_be_given_a_name()
    {
        var options = Valid(Load(new() { Bots = [$"main={Bot("alpha")}"] }));

        Assert.Equal("main", Assert.Single(options.Bots).Name);
    }

    [Fact]
    public void Without_a_bot_it_says_how_to_name_one()
    {
        var error = Assert.Single(Invalid(Load(new())));

        Assert.Equal("Bots", error.Key);
        Assert.Contains("--bot DIR", error.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Comments_and_trailing_commas_are_allowed()
    {
        var options = Valid(LoadFile($$"""
            {
              // the only bot
              "Bots": [ { "Root": "{{Bot("alpha")}}", }, ],
              "Web": { "ProtectMetrics": true, }, /* scrapes come from elsewhere */
            }
            """));

        Assert.True(options.Web.ProtectMetrics);
    }

    [Fact]
    public void A_bot_under_healing_that_is_not_watched_is_an_error()
    {
        var errors = Invalid(LoadFile($$"""
            {
              "Bots": [ { "Name": "alpha", "Root": "{{Bot("alpha")}}" } ],
              "Healing": {
                "DisabledBots": [ "alfa" ],
                "Remedies": { "Bots": { "beta": {}, "alpha": {} } }
              }
            }
            """));

        Assert.Equal(["Healing:Remedies:Bots", "Healing:DisabledBots"], errors.Select(error => error.Key));
        Assert.Contains("\"alfa\" is no bot that is watched; it should be one of alpha.", errors[1].Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_wrong_key_is_named_at_once_with_its_value_and_what_is_right()
    {
        var errors = Invalid(LoadFile($$"""
            {
              "Bots": [ { "Root": "{{Bot("alpha")}}", "Rot": 1 } ],
              "Web": { "ProtectMetric": true, "AllowedHosts": "bot.example" },
              "Log": { "Level": "loud", "Format": 3 },
              "Healed": {}
            }
            """));

        Assert.Equal(
            [
                "Bots:0:Rot: unknown key. Did you mean Root?",
                "Web:ProtectMetric: unknown key. Did you mean ProtectMetrics?",
                "Web:AllowedHosts: \"bot.example\" should be a list: [ … ].",
                "Log:Level: \"loud\" should be one of debug, info, warn, error.",
                "Log:Format: 3 should be one of logfmt, json.",
            ],
            errors.Take(5).Select(error => $"{error.Key}: {error.Sentence}"));
        Assert.Equal("Healed", errors[5].Key);
        Assert.All(errors, error => Assert.Equal(_directory["config.json"], error.Source));
    }

    [Fact]
    public void A_syntax_error_is_located()
    {
        var error = Assert.Single(Invalid(LoadFile("{\n  \"Web\": {\n    \"ProtectMetrics\": tru\n  }\n}")));

        Assert.Contains("line 3", error.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("null")]
    public void A_file_that_is_no_single_object_is_an_error(string content) => Assert.Single(Invalid(LoadFile(content)));

    [Fact]
    public void A_key_that_is_there_twice_is_an_error()
    {
        var errors = Invalid(LoadFile($$"""{ "Bots": [ { "Root": "{{Bot("alpha")}}", "root": "/x" } ] }"""));

        Assert.Equal("Bots:0:root", Assert.Single(errors).Key);
    }

    [Fact]
    public void A_file_that_does_not_exist_is_an_error()
    {
        var error = Assert.Single(Invalid(Load(new() { ConfigFile = _directory["missing.json"] })));

        Assert.Contains("does not exist", error.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void The_command_line_stands_over_the_environment_and_that_over_the_file()
    {
        var file = _directory.Write("config.json", $$"""
            { "Bots": [ { "Root": "{{Bot("alpha")}}" } ], "Log": { "Level": "error", "Format": "logfmt" }, "Web": { "ProtectMetrics": true } }
            """);

        var options = Valid(Load(
            new() { ConfigFile = file, LogLevel = "debug" },
            ("TRADINGBOT__LOG__LEVEL", "warn"),
            ("TRADINGBOT__LOG__FORMAT", "json")));

        Assert.Equal(LogLevelName.Debug, options.Log.Level);
        Assert.Equal(LogFormat.Json, options.Log.Format);
        Assert.True(options.Web.ProtectMetrics);
    }

    [Fact]
    public void The_environment_numbers_the_items_of_a_list()
    {
        var options = Valid(Load(
            new(),
            ("TRADINGBOT__BOTS__0__ROOT", Bot("alpha")),
            ("TRADINGBOT__BOTS__1__ROOT", Bot("beta")),
            ("TRADINGBOT__WEB__ALLOWEDHOSTS__0", "bot.example"),
            ("TRADINGBOT__WEB__PROTECTMETRICS", "true")));

        Assert.Equal(["alpha", "beta"], options.Bots.Select(bot => bot.Name));
        Assert.Equal(["bot.example"], options.Web.AllowedHosts);
        Assert.True(options.Web.ProtectMetrics);
    }

    [Theory]
    [InlineData("bothost:10042")]
    [InlineData("ftp://bothost/")]
    [InlineData("http://owner:secret@bothost/")]
    public void A_wrong_external_address_is_named_without_being_shown(string url)
    {
        var error = Assert.Single(Invalid(Load(new() { Bots = [Bot("alpha")] }, ("TRADINGBOT__WEB__EXTERNALURL", url))));

        Assert.Contains("http://bothost:10042/", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_environment_variable_is_named()
    {
        var errors = Invalid(Load(new() { Bots = [Bot("alpha")] }, ("TRADINGBOT__WBE__X", "1"), ("TRADINGBOT__BOTS__7__ROOT", "/x"), ("TRADINGBOT____X", "1")));

        Assert.Equal(3, errors.Count);
        Assert.All(["TRADINGBOT__WBE__X", "TRADINGBOT__BOTS__7__ROOT", "TRADINGBOT____X"], name =>
            Assert.Contains(errors, error => error.ToString().Contains(name, StringComparison.Ordinal)));
    }

    [Fact]
    public void The_flag_bot_chooses_among_the_files_bots_and_keeps_their_settings()
    {
        var file = _directory.Write("config.json", $$"""
            { "Bots": [ { "Name": "alpha", "Root": "/elsewhere", "FeatureStore": { "HeartbeatComponents": ["main"] } }, { "Name": "beta", "Root": "/gone" } ] }
            """);

        var options = Valid(Load(new() { ConfigFile = file, Bots = [$"alpha={Bot("moved")}"] }));

        var bot = Assert.Single(options.Bots);
        Assert.Equal(["main"], bot.FeatureStore.HeartbeatComponents);
        Assert.Equal(_directory["moved"], bot.Root);
    }

    [Fact]
    public void Two_bots_cannot_share_a_name()
    {
        var error = Assert.Single(Invalid(Load(new() { Bots = [$"x={Bot("alpha")}", $"x={Bot("beta")}"] })));

        Assert.Equal("Bots:1:Name", error.Key);
        Assert.Contains("--bot NAME=DIR", error.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_bots_may_share_a_directory() =>
        Assert.Equal(2, Valid(Load(new() { Bots = [$"x={Bot("alpha")}", $"y={Bot("alpha")}/"] })).Bots.Count);

    [Fact]
    public void A_directory_that_is_not_there_yet_is_watched() =>
        Assert.Equal(_directory["nowhere"], Assert.Single(Valid(Load(new() { Bots = [_directory["nowhere"]] })).Bots).Root);

    [Fact]
    public void The_default_storage_may_not_fall_into_a_bots_directory()
    {
        var error = Assert.Single(Invalid(Load(new() { Bots = [Bot("alpha")] }, ("STATE_DIRECTORY", _directory["alpha/state"]))));

        Assert.Contains("--storage.path", error.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_storage_directory_in_a_bots_directory_is_used_when_asked_for()
    {
        var options = Valid(Load(new() { Bots = [Bot("alpha")], StoragePath = _directory["alpha/exporter"] }));

        Assert.Equal(_directory["alpha/exporter"], options.Storage.Path);
    }

    [Fact]
    public void The_storage_directory_cannot_hold_a_bot()
    {
        var error = Assert.Single(Invalid(Load(new() { Bots = [Bot("alpha")], StoragePath = _directory.Path })));

        Assert.Equal("Storage:Path", error.Key);
    }

    private string Bot(string name) => Directory.CreateDirectory(_directory[name]).FullName;

    private LoadedConfiguration LoadFile(string json) => Load(new() { ConfigFile = _directory.Write("config.json", json) });

    private static LoadedConfiguration Load(CommandLineOverrides commandLine, params (string Name, string Value)[] environment) =>
        new ConfigurationLoader(commandLine, environment.ToDictionary(pair => pair.Name, pair => pair.Value)).Load();

    private static ExporterOptions Valid(LoadedConfiguration loaded) => loaded is LoadedConfiguration.Valid valid
        ? valid.Options
        : throw new Xunit.Sdk.XunitException(string.Join('\n', Invalid(loaded)));

    private static List<ConfigurationError> Invalid(LoadedConfiguration loaded) => [.. Assert.IsType<LoadedConfiguration.Invalid>(loaded).Errors];
}
