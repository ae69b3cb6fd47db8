using System.Text.Json;
using Exporter.Checks;
using Exporter.Commands;
using Exporter.Evaluation;
using Exporter.Tests.Bots;
using Exporter.Tests.Venues;
using Exporter.Tests.Web;
using Exporter.Web;
using Exporter.Web.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Exporter.Tests.Commands;

public sealed class WhyTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ClosedPort _nobody = new();

    public void Dispose()
    {
        _nobody.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("ok", ExitCodes.Success)]
    [InlineData("warning", ExitCodes.CheckWarning)]
    [InlineData("critical", ExitCodes.CheckCritical)]
    [InlineData("unknown", ExitCodes.CheckUnknown)]
    public async Task The_exit_code_is_the_verdict(string status, int code)
    {
        await using var exporter = await RunningAsync(Snapshots.Of(Snapshots.Bot("alpha", Snapshots.Check("disk", Result(status)))));

        Assert.Equal(code, (await Run.Async(["why", "--url", Url(exporter)])).ExitCode);
    }

    [Fact]
    public async Task A_named_bot_of_a_running_exporter_is_told_of_alone()
    {
        await using var exporter = await RunningAsync(Snapshots.Of(
            Snapshots.Bot("alpha", Snapshots.Check("disk", Result("critical"))), Snapshots.Bot("beta", Snapshots.Check("disk", Result("warning")))));

        var ended = await Run.Async(["why", "--url", Url(exporter), "--bot", "beta"]);

        Assert.Equal(ExitCodes.CheckWarning, ended.ExitCode);
        Assert.Contains("beta  TRADING, warning", ended.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("alpha", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bot_that_the_exporter_does_not_know_is_named_with_those_that_it_knows()
    {
        await using var exporter = await RunningAsync(Snapshots.Of(Snapshots.Bot("alpha", Snapshots.Check("disk", Result("ok")))));

        var ended = await Run.Async(["why", "--url", Url(exporter), "--bot", "gamma"]);

        Assert.Equal(ExitCodes.CheckUnknown, ended.ExitCode);
        Assert.Equal($"The exporter at {Url(exporter)} watches no bot named gamma. It watches: alpha.\n", ended.Error);
    }

    [Fact]
    public async Task For_a_script_it_prints_the_documents_of_the_API_on_one_line()
    {
        var snapshot = Snapshots.Of(Snapshots.Bot("alpha", Snapshots.Check("disk", Result("critical"))));
        await using var exporter = await RunningAsync(snapshot);

        var ended = await Run.Async(["why", "--url", Url(exporter), "--json"]);

        Assert.Equal(JsonSerializer.Serialize(BlockersDocument.Of(snapshot), ApiJson.Default.BlockersDocument) + "\n", ended.Output);
    }

    [Fact]
    public async Task With_nobody_there_and_no_directory_named_it_says_what_to_do()
    {
        var url = $"http://127.0.0.1:{_nobody.Port}";

        var ended = await Run.Async(["why", "--url", url]);

        Assert.Equal(ExitCodes.CheckUnknown, ended.ExitCode);
        Assert.Empty(ended.Output);
        Assert.Equal(
            $"No exporter answers at {url}, and no bot's directory is named. Start the exporter, name its address with --url URL, or let this look itself: why --bot DIR.\n",
            ended.Error);
    }

    [Fact]
    public async Task With_nobody_there_it_looks_once_itself_says_so_and_writes_nothing()
    {
        using var bot = FeatureStoreFixture.With(openPositions: 10);
        await using var venue = new LoopbackVenue(Replies.Json("""{"code":"0","data":[]}"""));
        var url = $"http://127.0.0.1:{_nobody.Port}";
        var storage = _directory["storage"];

        var ended = await Run.Async(["why", "--url", url, "--config.file", Configuration(bot, venue), "--storage.path", storage]);

        Assert.StartsWith($"No exporter answers at {url}, so this command looked itself. As of ", ended.Output, StringComparison.Ordinal);
        Assert.Contains("WARNING  Position limits  stops every new entry", ended.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(storage));
    }

    [Fact]
    public async Task Looking_itself_it_knows_from_the_storage_directory_since_when()
    {
        using var bot = FeatureStoreFixture.With(openPositions: 10);
        await using var venue = new LoopbackVenue(Replies.Json("""{"code":"0","data":[]}"""));
        _directory.Write(
            "storage/logs/failure_point_monitor_summary.json",
            """{"bots":{"alpha":{"checks":{"position_limits":{"status":"warning","since":"2026-03-01T10:00:00Z"}}}}}""");

        var ended = await Run.Async(
            ["why", "--url", $"http://127.0.0.1:{_nobody.Port}", "--config.file", Configuration(bot, venue), "--storage.path", _directory["storage"]]);

        Assert.Contains("since    2026-03-01 10:00:00 UTC", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_configuration_is_reported_when_it_must_look_itself()
    {
        var file = _directory.Write("config.json", """{"Bots":[{"Root":""}]}""");

        var ended = await Run.Async(["why", "--url", $"http://127.0.0.1:{_nobody.Port}", "--config.file", file]);

        Assert.Equal(ExitCodes.Configuration, ended.ExitCode);
        Assert.Contains("Bots:0: A bot needs a Root", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exporter_that_wants_a_token_is_shown_the_one_of_the_file()
    {
        var token = _directory.Write("token", "# why\na-token-of-decent-length\n");
        File.SetUnixFileMode(token, UnixFileMode.UserRead);
        // On every address: only a token makes a request welcome there.
        await using var exporter = await RunningAsync(
            Snapshots.Of(Snapshots.Bot("alpha", Snapshots.Check("disk", Result("ok")))), new() { ListenAddresses = { ":0" }, TokenFiles = { token } });

        var without = await Run.Async(["why", "--url", Url(exporter)]);
        var with = await Run.Async(["why", "--url", Url(exporter), "--token-file", token]);

        Assert.Equal(ExitCodes.CheckUnknown, without.ExitCode);
        Assert.Contains("--token-file", without.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Success, with.ExitCode);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"bots":[{"bot":null}]}""")]
    public async Task Something_that_is_no_exporter_is_called_so(string answer)
    {
        await using var stranger = await RunningServer.StartAsync(map: app => app.MapGet("/api/v1/status", context => context.Response.WriteAsync(answer)));

        var ended = await Run.Async(["why", "--url", Url(stranger)]);

        Assert.Equal(ExitCodes.CheckUnknown, ended.ExitCode);
        Assert.Contains("Is it a tradingbot_exporter?", ended.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--url", "localhost:10042")]
    [InlineData("--url", "ftp://host/")]
    [InlineData("--watch", "0")]
    [InlineData("--watch", "soon")]
    [InlineData("--token-file", "/no/such/file")]
    public async Task A_wrong_value_of_a_flag_is_wrong_usage(string flag, string value)
    {
        var ended = await Run.Async(["why", flag, value]);

        Assert.Equal(ExitCodes.Usage, ended.ExitCode);
        Assert.Contains(flag, ended.Error, StringComparison.Ordinal);
    }

    private static string Url(RunningServer exporter) => $"http://127.0.0.1:{exporter.Address.Port}";

    private static CheckResult Result(string status) => status switch
    {
        "ok" => CheckResult.Ok("Well.") with { Details = [Detail.Of("usage", 0.5), Detail.Of("read_only", false), Detail.Of("files", ["a", "b"])] },
        "warning" => CheckResult.Warning("full", "Nearly full."),
        "critical" => CheckResult.Critical("full", "Full."),
        _ => CheckResult.Unknown("timeout", "Not known."),
    };

    private static Task<RunningServer> RunningAsync(Snapshot snapshot, WebOptions? options = null) => RunningServer.StartAsync(options, app =>
    {
        app.MapGet("/api/v1/status", context => context.Response.WriteAsync(JsonSerializer.Serialize(StatusDocument.Of(snapshot), ApiJson.Default.StatusDocument)));
        app.MapGet("/api/v1/blockers", context => context.Response.WriteAsync(JsonSerializer.Serialize(BlockersDocument.Of(snapshot), ApiJson.Default.BlockersDocument)));
    });

    private string Configuration(FeatureStoreFixture bot, LoopbackVenue venue) => _directory.Write("config.json", $$"""
        {
          "Bots": [{ "Name": "alpha", "Root": "{{bot.Root}}" }],
          "Checks": {
            "ExchangeApi": { "BaseUrl": "{{venue.BaseUrl}}" },
            "Network": { "Endpoints": ["localhost:{{venue.Port}}"] }
          }
        }
        """);
}
