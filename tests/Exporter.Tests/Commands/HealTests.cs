using System.Text.Json.Nodes;
using Exporter.Commands;
using Exporter.Healing;
using Exporter.Tests.Alertmanager;
using Exporter.Tests.Healing;
using Exporter.Tests.Venues;

namespace Exporter.Tests.Commands;

/// <summary><c>heal</c>, <c>pause</c> and <c>history</c>.</summary>
public sealed class HealTests
{
    [Fact]
    public async Task Heal_tells_each_step_and_its_exit_code_is_the_verdict()
    {
        await using var server = await ServerAsync();

        var (code, output, error) = await HealAsync(server, "mend", "--bot", "alpha");

        Assert.Equal((ExitCodes.Success, ""), (code, error));
        Assert.Matches(
            @"^\d\d:\d\d:\d\d UTC accepted: Asked for by a person\.\n\d\d:\d\d:\d\d UTC running: Attempt 1 of mend\.\n\d\d:\d\d:\d\d UTC verifying: Mended\.\n\d\d:\d\d:\d\d UTC healed: ",
            output);
    }

    [Fact]
    public async Task A_dry_run_names_the_plan_and_what_would_stop_it_and_is_a_success()
    {
        await using var server = await ServerAsync();

        var (code, output, _) = await HealAsync(server, "mend", "--bot", "alpha", "--dry-run");

        Assert.Equal(ExitCodes.Success, code);
        Assert.Contains("It would mend alpha. No guard rail would stop it.", output, StringComparison.Ordinal);
        Assert.Equal(0, server.World.Action.Runs);
    }

    [Fact]
    public async Task What_a_guard_rail_stops_is_not_done_and_the_exit_code_says_so()
    {
        await using var server = await ServerAsync();
        await File.WriteAllTextAsync(server.World.PauseFile, "maintenance");

        var (code, output, _) = await HealAsync(server, "mend", "--bot", "alpha");

        Assert.Equal(ExitCodes.HealingNotDone, code);
        Assert.Contains("refused: Healing is paused: maintenance.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task For_a_script_it_prints_the_healing_as_the_API_serves_it()
    {
        await using var server = await ServerAsync();

        var (_, output, _) = await HealAsync(server, "mend", "--bot", "alpha", "--json");

        Assert.Equal("healed", JsonNode.Parse(output)!["outcome"]!.GetValue<string>());
        Assert.Single(output.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task A_mistake_is_told_in_the_exporters_own_words()
    {
        await using var server = await ServerAsync();

        var (code, output, error) = await HealAsync(server, "mend", "--bot", "alhpa");

        Assert.Equal((ExitCodes.Unavailable, ""), (code, output));
        Assert.EndsWith("There is no bot of that name. Known: alpha.\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_nobody_there_it_says_that_it_never_acts_itself()
    {
        using var nobody = new ClosedPort();

        var (code, _, error) = await Run.Async(["heal", "mend", "--bot", "alpha", "--url", $"http://127.0.0.1:{nobody.Port}"]);

        Assert.Equal(ExitCodes.Unavailable, code);
        Assert.Contains("never runs beside it", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("heal", "mend")]
    [InlineData("heal", "mend", "--bot", "alpha", "--confirm", "everything")]
    [InlineData("pause", "set")]
    [InlineData("pause", "set", "why", "--for", "ever")]
    [InlineData("pause", "lift", "first")]
    [InlineData("history", "--since", "yesterday")]
    [InlineData("history", "--limit", "0")]
    [InlineData("history", "--outcome", "mended")]
    public async Task A_wrong_command_line_is_wrong_usage(params string[] arguments)
    {
        Assert.Equal(ExitCodes.Usage, (await Run.Async(arguments)).ExitCode);
    }

    [Fact]
    public async Task A_pause_is_set_listed_and_lifted()
    {
        await using var server = await ServerAsync();
        string[] url = ["--url", server.Address.ToString()];

        var set = await Run.Async(["pause", "set", "maintenance", "--bot", "alpha", .. url]);
        var listed = await Run.Async(["pause", "list", .. url]);
        var lifted = await Run.Async(["pause", "lift", "1", .. url]);
        var none = await Run.Async(["pause", "list", .. url]);

        Assert.Equal("1: maintenance (alpha, every action; until it is lifted)\n", set.Output);
        Assert.Equal(set.Output, listed.Output);
        Assert.Equal("Pause 1 is lifted.\n", lifted.Output);
        Assert.Equal("Healing is not paused.\n", none.Output);
    }

    [Fact]
    public async Task History_reads_the_ledger_beside_the_running_exporter()
    {
        await using var server = await ServerAsync();
        await HealAsync(server, "mend", "--bot", "alpha");

        var table = await Run.Async(["history", "--storage.path", server.World.Directory]);
        var steps = await Run.Async(["history", "--steps", "--storage.path", server.World.Directory]);
        var json = await Run.Async(["history", "--json", "--outcome", "failed", "--storage.path", server.World.Directory]);

        Assert.Matches(@"1 +2026-11-24 12:00:0\d UTC +alpha +mend +manual +healed +config_integrity is healthy again", table.Output);
        Assert.Contains("Attempt 1 of mend.", steps.Output, StringComparison.Ordinal);
        Assert.Equal("""{"healings":[]}""" + "\n", json.Output);
    }

    [Fact]
    public async Task History_asks_the_running_exporter_first()
    {
        await using var server = await ServerAsync();
        await HealAsync(server, "mend", "--bot", "alpha");
        string[] url = ["--url", server.Address.ToString()];

        var table = await Run.Async(["history", "--steps", .. url]);
        var none = await Run.Async(["history", "--bot", "nobody", .. url]);

        Assert.Matches(@"1 +2026-11-24 12:00:0\d UTC +alpha +mend +manual +healed +config_integrity is healthy again", table.Output);
        Assert.Contains("Attempt 1 of mend.", table.Output, StringComparison.Ordinal);
        Assert.StartsWith("The exporter at", none.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Success, none.ExitCode);
    }

    [Fact]
    public async Task Without_an_exporter_and_a_ledger_history_fails_and_names_the_places_it_looked_at()
    {
        using var directory = new TemporaryDirectory();

        var (code, _, error) = await Run.Async(["history", "--storage.path", directory["none"]]);
        var nobody = await Run.Async(["history", "--url", "http://127.0.0.1:9"]);

        Assert.Equal(ExitCodes.Failure, code);
        Assert.StartsWith($"There is no ledger in {directory["none"]}.", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(directory["none"]));
        Assert.Equal(ExitCodes.Failure, nobody.ExitCode);
        Assert.StartsWith("No exporter answers at http://127.0.0.1:9, and there is no ledger in /", nobody.Error, StringComparison.Ordinal);
    }

    private static Task<(int ExitCode, string Output, string Error)> HealAsync(WebhookServer server, params string[] arguments) =>
        Run.Async(["heal", .. arguments, "--url", server.Address.ToString()]);

    private static async Task<WebhookServer> ServerAsync()
    {
        var server = await WebhookServer.StartAsync();
        server.World.Action.OnRun = (target, _) =>
        {
            server.World.Health.Mend(target.Bot);
            return ValueTask.FromResult<ActionResult>(new ActionResult.Done { Reason = "Mended." });
        };
        return server;
    }
}
