using System.Text.Json;
using Exporter.Checks;
using Exporter.Healing;
using Exporter.Healing.Actions;
using Exporter.Healing.Triggers;

namespace Exporter.Tests.Healing.Actions;

public sealed class RefreshTests : IDisposable
{
    private static readonly HealingTarget _whole = new(HealedBot.Name, "", []);

    private readonly HealedBot _bot = new();

    [Theory]
    [InlineData("refresh_coinglass", "coinglass_api")]
    [InlineData("refresh_intelligence", "intelligence_freshness")]
    public void It_is_proven_by_data_newer_than_the_trigger(string name, string check)
    {
        var spec = _bot.Action(name).Spec;

        Assert.Equal(check, spec.Check);
        Assert.True(spec.NeedsNewerData);
        Assert.True(spec.ChangesTheBot);
    }

    [Theory]
    [InlineData("refresh_coinglass")]
    [InlineData("refresh_intelligence")]
    public async Task A_trigger_file_is_created_in_one_step_and_says_what_for(string name)
    {
        _bot.Options.Triggers[name] = FileTrigger("state/refresh");

        Assert.IsType<ActionResult.Done>(await _bot.Run(name));

        using var json = JsonDocument.Parse(File.ReadAllText(_bot.Files["state/refresh"]));
        Assert.Equal(name, json.RootElement.GetProperty("action").GetString());
        Assert.Equal(["heartbeats", "refresh"], Directory.EnumerateFileSystemEntries(_bot.Files["state"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_trigger_file_that_still_waits_is_no_failure()
    {
        _bot.Options.Triggers["refresh_intelligence"] = FileTrigger("state/refresh");
        await _bot.Run("refresh_intelligence");
        var before = _bot.Tree();

        var again = Assert.IsType<ActionResult.Done>(await _bot.Run("refresh_intelligence"));

        Assert.Contains("still waits", again.Reason, StringComparison.Ordinal);
        Assert.Equal(before, _bot.Tree());
    }

    [Theory]
    [InlineData("link")]
    [InlineData("world-writable")]
    public async Task A_trigger_file_obeys_the_rules_of_every_write(string what)
    {
        _bot.Options.Triggers["refresh_intelligence"] = FileTrigger("state/refresh");
        if (what == "link")
            File.CreateSymbolicLink(_bot.Files["state/refresh"], _bot.Files["victim"]);
        else
            File.SetUnixFileMode(_bot.Files["state"], File.GetUnixFileMode(_bot.Files["state"]) | UnixFileMode.OtherWrite);
        var before = _bot.Tree();

        Assert.IsType<ActionResult.Failed>(await _bot.Run("refresh_intelligence"));

        Assert.Equal(before, _bot.Tree());
    }

    [Fact]
    public async Task Without_a_trigger_it_says_how_to_configure_one()
    {
        var result = Assert.IsType<ActionResult.Suggested>(await _bot.Run("refresh_intelligence"));

        Assert.Contains("Healing:Remedies:Triggers:refresh_intelligence", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trigger_that_nobody_answers_is_worth_another_try()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        _bot.Options.Triggers["refresh_intelligence"] = new TriggerOptions { Http = new HttpTriggerOptions { Url = $"http://127.0.0.1:{port}/" } };

        await Assert.ThrowsAsync<TryAgainException>(() => _bot.Run("refresh_intelligence"));
    }

    [Theory]
    [InlineData("rate_limited")]
    [InlineData("banned")]
    [InlineData("connect")]
    [InlineData("maintenance")]
    public async Task While_the_source_is_down_or_rate_limiting_nothing_is_asked(string cause)
    {
        _bot.Health.Says("coinglass_api", CheckResult.Warning(cause, "CoinGlass said so."));

        Assert.Contains("CoinGlass said so.", (await WhyNot("refresh_coinglass"))!, StringComparison.Ordinal);
        Assert.NotNull(await WhyNot("refresh_intelligence"));
    }

    [Fact]
    public async Task While_the_network_is_down_nothing_is_asked()
    {
        _bot.Health.Says("network", CheckResult.Critical("dns", "No name resolves."));

        Assert.NotNull(await WhyNot("refresh_coinglass"));
        Assert.NotNull(await WhyNot("refresh_intelligence"));
    }

    [Fact]
    public async Task A_banned_exchange_stops_only_the_refresh_that_needs_it()
    {
        _bot.Health.Says("exchange_api", CheckResult.Critical("banned", "The exchange banned this address."));

        Assert.Null(await WhyNot("refresh_coinglass"));
        Assert.NotNull(await WhyNot("refresh_intelligence"));
    }

    [Fact]
    public async Task Stale_data_is_the_very_reason_to_refresh()
    {
        _bot.Health.Says("coinglass_api", CheckResult.Warning("stale", "The data is 300 s old."));

        Assert.Null(await WhyNot("refresh_coinglass"));
    }

    [Fact]
    public void Refreshes_with_the_same_trigger_share_their_result_and_others_do_not()
    {
        _bot.Options.Triggers["refresh_coinglass"] = FileTrigger("state/refresh");
        _bot.Options.Triggers["refresh_intelligence"] = FileTrigger("state/refresh");
        Assert.NotNull(_bot.Action("refresh_coinglass").SharedGroup(HealedBot.Name));
        Assert.Equal(_bot.Action("refresh_coinglass").SharedGroup(HealedBot.Name), _bot.Action("refresh_intelligence").SharedGroup(HealedBot.Name));

        _bot.Options.Bots[HealedBot.Name] = new BotRemedyOptions { Triggers = { ["refresh_intelligence"] = FileTrigger("state/other") } };

        Assert.NotEqual(_bot.Action("refresh_coinglass").SharedGroup(HealedBot.Name), _bot.Action("refresh_intelligence").SharedGroup(HealedBot.Name));
    }

    public void Dispose() => _bot.Dispose();

    private static TriggerOptions FileTrigger(string path) => new() { File = new FileTriggerOptions { Path = path } };

    private async Task<string?> WhyNot(string name) => await _bot.Action(name).WhyNotAsync(_whole, default);
}
