using System.Diagnostics;
using System.Text.Json;
using Exporter.Bots;
using Exporter.Healing;
using Exporter.Healing.Files;
using Exporter.Platform;
using Exporter.Tests.Bots;

namespace Exporter.Tests.Healing.Actions;

public sealed class RestoreConfigTests : IDisposable
{
    private const string Trading = FeatureStoreFixture.TradingConfig;
    private const string GoldenHour = FeatureStoreFixture.GoldenHourConfig;
    private const string Good = """{"mode": "paper", "secret": "hunter2-good"}""";
    private const string Torn = """{"mode": "paper", "secret": "hunter2-torn""";
    private const string Rewritten = """{"mode": "paper", "secret": "hunter2-rewritten"}""";
    private const string Live = """{"mode": "LIVE", "secret": "hunter2-live"}""";

    private readonly HealedBot _bot = new();

    public static TheoryData<string> Steps => ["directory opened", "backed up", "written", "linked", "compared", "swapped"];

    [Fact]
    public async Task A_torn_file_is_restored_from_its_last_good_copy_and_kept_aside()
    {
        Keep(Good);
        Write(Trading, Torn);
        _bot.Settle();

        var done = Assert.IsType<ActionResult.Done>(await _bot.Run("restore_config"));

        Assert.Equal(Good, Read(Trading));
        Assert.Contains("may need a restart", done.Caveat!, StringComparison.Ordinal);
        var replaced = Assert.Single(Directory.GetFiles(_bot.Backups, "*.replaced", SearchOption.AllDirectories));
        Assert.Equal(Torn, File.ReadAllText(replaced));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(replaced));
    }

    [Theory]
    [InlineData(Trading, "mode", "paper")]
    [InlineData(GoldenHour, "restrict_to_golden_hour", "True")]
    public async Task Without_a_copy_the_default_takes_the_safe_side(string file, string key, string value)
    {
        File.Delete(_bot.Files[file]);
        _bot.Settle();

        Assert.IsType<ActionResult.Done>(await _bot.Run("restore_config"));

        using var json = JsonDocument.Parse(Read(file));
        Assert.Equal(value, json.RootElement.GetProperty(key).ToString());
    }

    [Fact]
    public async Task A_healing_that_comes_too_soon_waits_until_the_file_is_still()
    {
        Write(Trading, Torn);

        var running = _bot.Run("restore_config");
        await Eventually.Holds(() =>
        {
            _bot.Time.Advance(TimeSpan.FromSeconds(1));
            return running.IsCompleted;
        });

        Assert.IsType<ActionResult.Done>(await running);
        Assert.True(_bot.Time.GetUtcNow() >= _bot.Files.Now + _bot.Options.SettleTime);
    }

    [Fact]
    public async Task A_file_that_moves_while_it_is_waited_for_is_left_alone()
    {
        Write(Trading, Torn);
        var running = _bot.Run("restore_config");
        Write(Trading, Torn + "!");
        var before = _bot.Tree();

        await Eventually.Holds(() =>
        {
            _bot.Time.Advance(TimeSpan.FromSeconds(1));
            return running.IsCompleted;
        });

        Assert.IsType<ActionResult.Cancelled>(await running);
        Assert.Equal(before, _bot.Tree());
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task A_bot_that_rewrites_its_file_at_any_step_has_the_last_word(string step)
    {
        Keep(Good);
        Write(Trading, Torn);
        _bot.Settle();
        var after = "";

        var result = await _bot.Run("restore_config", at =>
        {
            if (at != step)
                return;
            Write(Trading, Rewritten);
            after = Posix.Look(_bot.Files[Trading])!.Value.Identity.ToString();
        });

        Assert.Equal(Rewritten, Read(Trading));
        Assert.Equal(after, Posix.Look(_bot.Files[Trading])!.Value.Identity.ToString());
        if (step != "swapped")
            Assert.IsType<ActionResult.Cancelled>(result);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task A_bot_that_renames_a_new_file_into_place_at_any_step_has_the_last_word(string step)
    {
        Keep(Good);
        Write(Trading, Torn);
        _bot.Settle();

        await _bot.Run("restore_config", at =>
        {
            if (at != step)
                return;
            Write(Trading + ".bot", Rewritten);
            File.Move(_bot.Files[Trading + ".bot"], _bot.Files[Trading], overwrite: true);
        });

        Assert.Equal(Rewritten, Read(Trading));
    }

    [Fact]
    public Task A_file_that_is_valid_again_is_not_touched() => Untouched<ActionResult.Done>(() => { });

    [Theory]
    [InlineData("""{"other": 1}""", "'mode'")]
    [InlineData("""{"mode": null}""", "'mode'")]
    [InlineData("{}", "an empty JSON object")]
    [InlineData("""["mode"]""", "no object")]
    public Task A_file_that_parses_but_lacks_what_the_bot_needs_is_never_overwritten(string content, string what) =>
        Untouched<ActionResult.Suggested>(
            () =>
            {
                Keep(Good);
                Write(Trading, content);
            },
            what);

    [Fact]
    public Task A_link_is_refused() => Untouched<ActionResult.Refused>(
        () =>
        {
            Write("elsewhere.json", Torn);
            File.Delete(_bot.Files[Trading]);
            File.CreateSymbolicLink(_bot.Files[Trading], _bot.Files["elsewhere.json"]);
        },
        "is a link");

    [Fact]
    public Task A_fifo_does_not_hang_it() => Untouched<ActionResult.Refused>(
        () =>
        {
            File.Delete(_bot.Files[Trading]);
            Run("mkfifo", _bot.Files[Trading]);
        },
        "no regular file");

    [Fact]
    public Task A_directory_that_everybody_may_write_is_refused() => Untouched<ActionResult.Refused>(
        () =>
        {
            Write(Trading, Torn);
            File.SetUnixFileMode(_bot.Files["configs"], File.GetUnixFileMode(_bot.Files["configs"]) | UnixFileMode.OtherWrite);
        },
        "chmod o-w");

    [SkippableFact]
    public async Task Another_owner_is_refused()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "Only root may give a file to another user.");
        await Untouched<ActionResult.Refused>(
            () =>
            {
                Write(Trading, Torn);
                Run("chown", "12345", _bot.Files[Trading]);
            },
            "belongs to user 12345");
    }

    [SkippableFact]
    public async Task A_bind_mounted_file_is_refused()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "Only root may mount.");
        Write("elsewhere.json", Torn);
        Skip.IfNot(TryRun("mount", "--bind", _bot.Files["elsewhere.json"], _bot.Files[Trading]), "This environment does not allow mounts.");
        try
        {
            await Untouched<ActionResult.Refused>(() => { }, "mount point");
        }
        finally
        {
            Run("umount", _bot.Files[Trading]);
        }
    }

    [SkippableFact]
    public async Task A_read_only_directory_fails_without_harm()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "Only root may mount, and only a mount makes a directory read-only for root.");
        Write(Trading, Torn);
        Skip.IfNot(TryRun("mount", "--bind", "-o", "ro", _bot.Files["configs"], _bot.Files["configs"]), "This environment does not allow mounts.");
        try
        {
            await Untouched<ActionResult.Failed>(() => { }, "Read-only");
        }
        finally
        {
            Run("umount", _bot.Files["configs"]);
        }
    }

    [Fact]
    public async Task A_backup_that_cannot_be_written_stops_it()
    {
        Write(Trading, Torn);
        Directory.Delete(_bot.Backups);
        File.WriteAllText(_bot.Backups, "a file where the directory should be");

        await Untouched<ActionResult.Failed>(() => { }, "was left as it is");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task A_last_good_copy_that_trades_live_is_suggested_and_never_written(bool missing) => Untouched<ActionResult.Suggested>(
        () =>
        {
            Keep(Live);
            Write(Trading, Torn);
            if (missing)
                File.Delete(_bot.Files[Trading]);
        },
        "heal restore_config --bot bot --confirm-live");

    [Fact]
    public async Task A_person_may_confirm_live_trading()
    {
        Keep(Live);
        Write(Trading, Torn);
        _bot.Settle();

        Assert.IsType<ActionResult.Done>(await _bot.Run("restore_config", confirmed: "live"));

        Assert.Equal(Live, Read(Trading));
    }

    [Fact]
    public Task A_broken_file_that_still_says_live_is_not_replaced_by_a_default() => Untouched<ActionResult.Suggested>(
        () => Write(Trading, """{"mode": "live", "thresholds": {"li"""),
        "No default replaces it");

    [Fact]
    public Task A_broken_file_that_still_says_live_is_not_replaced_by_a_paper_copy_either() => Untouched<ActionResult.Suggested>(
        () =>
        {
            Keep(Good);
            Write(Trading, """{"mode": "live", "thresholds": {"li""");
        },
        "for a person to decide");

    [Fact]
    public async Task A_file_never_seen_valid_that_the_bot_does_not_need_is_not_created()
    {
        using var bot = new HealedBot(options: new BotOptions { Configs = [new ConfigFileOptions { Path = "configs/extra.json", RequiredKeys = ["x"] }] });
        bot.Settle();
        var before = bot.Tree();

        Assert.IsType<ActionResult.Suggested>(await bot.Run("restore_config"));

        Assert.Equal(before, bot.Tree());
    }

    [Fact]
    public async Task One_file_that_a_person_must_look_at_does_not_keep_the_other_from_being_restored()
    {
        Keep(Live);
        Write(Trading, Torn);
        File.Delete(_bot.Files[GoldenHour]);
        _bot.Settle();

        var result = Assert.IsType<ActionResult.Suggested>(await _bot.Run("restore_config"));

        Assert.True(File.Exists(_bot.Files[GoldenHour]));
        Assert.Equal(Torn, Read(Trading));
        Assert.Contains("golden_hour_config.json was restored", result.Reason, StringComparison.Ordinal);
        Assert.Contains("--confirm-live", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_named_target_leaves_the_other_files_alone()
    {
        Write(Trading, Torn);
        Write(GoldenHour, "");
        _bot.Settle();

        Assert.IsType<ActionResult.Done>(await _bot.Run("restore_config", target: GoldenHour));

        Assert.Equal(Torn, Read(Trading));
        Assert.NotEqual("", Read(GoldenHour));
    }

    [Theory]
    [InlineData(Good, Torn)]
    [InlineData(Live, Torn)]
    [InlineData(Live, """{"other": "hunter2"}""")]
    [InlineData(Good, "hunter2")]
    public async Task No_output_shows_what_a_configuration_holds(string copy, string content)
    {
        Keep(copy);
        Write(Trading, content);
        _bot.Settle();

        var plan = await _bot.Plan("restore_config");
        var result = await _bot.Run("restore_config");

        Assert.DoesNotContain("hunter2", plan + result + result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_changes_nothing_and_names_the_file_and_the_source()
    {
        Keep(Good);
        Write(Trading, Torn);
        var before = _bot.Tree();

        var plan = await _bot.Plan("restore_config");

        Assert.Contains($"It would write {_bot.Files[Trading]} from the last known good copy {_bot.Backups}", plan, StringComparison.Ordinal);
        Assert.Equal(before, _bot.Tree());
    }

    public void Dispose() => _bot.Dispose();

    private static void Run(string program, params string[] arguments) => Assert.True(TryRun(program, arguments), $"{program} failed");

    private static bool TryRun(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private void Keep(string content) => _bot.Watch.Good.Keep(HealedBot.Name, Trading, System.Text.Encoding.UTF8.GetBytes(content));

    private void Write(string file, string content) => File.WriteAllText(_bot.Files[file], content);

    private string Read(string file) => File.ReadAllText(_bot.Files[file]);

    private async Task Untouched<TResult>(Action arrange, string reason = "")
        where TResult : ActionResult
    {
        arrange();
        _bot.Settle();
        var before = _bot.Tree();

        var result = Assert.IsType<TResult>(await _bot.Run("restore_config"));

        Assert.Contains(reason, result.Reason, StringComparison.Ordinal);
        Assert.Equal(before, _bot.Tree());
    }
}
