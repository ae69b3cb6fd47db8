using Exporter.Healing;
using Exporter.Healing.Triggers;
using Exporter.Tests.Bots;

namespace Exporter.Tests.Healing.Actions;

public sealed class VerifyKillSwitchTests : IDisposable
{
    private const string File = FeatureStoreFixture.KillSwitch;

    private readonly HealedBot _bot = new();

    public static TheoryData<string> Steps => ["directory opened", "backed up", "written", "linked", "compared", "swapped"];

    [Fact]
    public async Task An_active_block_is_never_touched_and_its_remaining_time_is_said()
    {
        Write(State(TimeSpan.FromHours(3)));

        var result = await Untouched<ActionResult.Suggested>();

        Assert.Contains("max_drawdown says blocked until", result.Reason, StringComparison.Ordinal);
        Assert.Matches("for another (3 h|2 h 59 min);", result.Reason);
    }

    [Fact]
    public async Task An_overdue_block_is_only_reported_unless_its_owner_allows_more()
    {
        Write(State(TimeSpan.FromHours(-6)));

        var result = await Untouched<ActionResult.Suggested>();

        Assert.Contains("Healing:Remedies:ClearExpired", result.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("null")]
    [InlineData("\"\"")]
    public async Task What_blocks_nothing_to_the_bot_is_left_alone(string until)
    {
        _bot.Options.ClearExpired = true;
        Write($"{{\"blocked_until\": {until}}}");

        await Untouched<ActionResult.Done>();
    }

    [Fact]
    public async Task An_end_in_Unix_time_is_overdue_for_the_action_as_for_the_check()
    {
        _bot.Options.ClearExpired = true;
        Write($"{{\"blocked_until\": {_bot.Time.GetUtcNow().AddHours(-6).ToUnixTimeSeconds()}, \"drawdown_pct\": NaN}}");
        _bot.Settle();

        Assert.IsType<ActionResult.Done>(await _bot.Run("verify_kill_switch"));

        Assert.StartsWith("{\"blocked_until\": null,\"block_cleared_at\": \"", Read(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_overdue_block_is_cleared_as_the_bot_does_with_every_other_byte_kept()
    {
        _bot.Options.ClearExpired = true;
        var until = Stamp(TimeSpan.FromHours(-6));
        Write($"{{\n  \"blocked_until\": \"{until}\",\n  \"last_triggered\": \"{Stamp(TimeSpan.FromHours(-30))}\",\n  \"drawdown_pct\": 12.50,\n  \"note\": \"\\u00e9 }} {{ \\\"blocked_until\\\"\"\n}}\n");
        var before = Read();
        _bot.Settle();

        var result = Assert.IsType<ActionResult.Done>(await _bot.Run("verify_kill_switch"));

        var clearedAt = _bot.Time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(before.Replace($"\"{until}\"", $"null,\n  \"block_cleared_at\": \"{clearedAt}\"", StringComparison.Ordinal), Read());
        Assert.Contains("was cleared", result.Reason, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(_bot.Backups, "*.replaced", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_state_that_moves_while_it_is_waited_for_is_left_alone()
    {
        _bot.Options.ClearExpired = true;
        Write(State(TimeSpan.FromHours(-6)));
        var running = _bot.Run("verify_kill_switch");
        await Eventually.Holds(() => _bot.Time.Waits.Count > 0);
        Write(State(TimeSpan.FromHours(-7)));
        var before = _bot.Tree();

        await Eventually.Holds(() =>
        {
            _bot.Time.Advance(TimeSpan.FromSeconds(1));
            return running.IsCompleted;
        });

        Assert.IsType<ActionResult.Cancelled>(await running);
        Assert.Equal(before, _bot.Tree());
    }

    [Fact]
    public async Task The_bots_own_trigger_goes_before_the_file()
    {
        _bot.Options.ClearExpired = true;
        _bot.Options.Triggers["verify_kill_switch"] = new TriggerOptions { File = new FileTriggerOptions { Path = "state/clear_block" } };
        Write(State(TimeSpan.FromHours(-6)));
        var before = Read();

        Assert.IsType<ActionResult.Done>(await _bot.Run("verify_kill_switch"));

        Assert.Equal(before, Read());
        Assert.True(System.IO.File.Exists(_bot.Files["state/clear_block"]));
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task A_block_that_is_triggered_again_at_any_step_is_never_lost(string step)
    {
        _bot.Options.ClearExpired = true;
        Write(State(TimeSpan.FromHours(-6)));
        _bot.Settle();
        var active = State(TimeSpan.FromHours(24));

        await _bot.Run("verify_kill_switch", at =>
        {
            if (at == step)
                Write(active);
        });

        Assert.Equal(active, Read());
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task A_block_that_is_triggered_again_by_a_rename_at_any_step_is_never_lost(string step)
    {
        _bot.Options.ClearExpired = true;
        Write(State(TimeSpan.FromHours(-6)));
        _bot.Settle();
        var active = State(TimeSpan.FromHours(24));

        await _bot.Run("verify_kill_switch", at =>
        {
            if (at != step)
                return;
            System.IO.File.WriteAllText(_bot.Files[File] + ".tmp", active);
            System.IO.File.Move(_bot.Files[File] + ".tmp", _bot.Files[File], overwrite: true);
        });

        Assert.Equal(active, Read());
    }

    [Theory]
    [InlineData("compared")]
    [InlineData("swapped")]
    public async Task A_block_that_is_written_late_through_an_open_file_is_never_lost(string opened)
    {
        _bot.Options.ClearExpired = true;
        Write(State(TimeSpan.FromHours(-6)));
        _bot.Settle();
        var active = State(TimeSpan.FromHours(24));
        FileStream? held = null;

        await _bot.Run("verify_kill_switch", at =>
        {
            // An open-truncate-write in two moments, the exchange between them.
            if (at == opened)
                held = new FileStream(_bot.Files[File], FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        });
        await held!.WriteAsync(System.Text.Encoding.UTF8.GetBytes(active));
        await held.DisposeAsync();

        Assert.Equal(active, Read());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"blocked_until": "soon"}""")]
    [InlineData("""{"blocked_until": null, "blocked_until": "2099-01-01T00:00:00Z"}""")]
    public async Task A_block_that_cannot_be_read_is_never_touched(string content)
    {
        _bot.Options.ClearExpired = true;
        Write(content);
        _bot.Settle();
        var before = _bot.Tree();

        var result = await _bot.Run("verify_kill_switch");

        Assert.Equal(before, _bot.Tree());
        Assert.True(result is ActionResult.Refused or ActionResult.Suggested, result.Reason);
    }

    [Fact]
    public async Task A_switch_without_a_timer_is_left_to_its_owner()
    {
        _bot.Options.ClearExpired = true;
        _bot.Files.Write(FeatureStoreFixture.TradingFrozen, "");
        Write(State(TimeSpan.FromHours(-6)));

        var result = await Untouched<ActionResult.Suggested>();

        Assert.Contains("The switch trading_frozen is set", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_says_which_file_it_would_change_and_changes_nothing()
    {
        _bot.Options.ClearExpired = true;
        Write(State(TimeSpan.FromHours(-6)));
        var before = _bot.Tree();

        var plan = await _bot.Plan("verify_kill_switch");

        Assert.Contains(_bot.Files[File], plan, StringComparison.Ordinal);
        Assert.Equal(before, _bot.Tree());
    }

    public void Dispose() => _bot.Dispose();

    private string Stamp(TimeSpan fromNow) =>
        (_bot.Files.Now + fromNow).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private string State(TimeSpan fromNow) => $$"""{"blocked_until": "{{Stamp(fromNow)}}", "last_triggered": "{{Stamp(fromNow - TimeSpan.FromHours(24))}}", "drawdown_pct": 12.5}""";

    private void Write(string content) => System.IO.File.WriteAllText(_bot.Files[File], content);

    private string Read() => System.IO.File.ReadAllText(_bot.Files[File]);

    private async Task<TResult> Untouched<TResult>()
        where TResult : ActionResult
    {
        var before = _bot.Tree();
        var result = Assert.IsType<TResult>(await _bot.Run("verify_kill_switch"));
        Assert.Equal(before, _bot.Tree());
        return result;
    }
}
