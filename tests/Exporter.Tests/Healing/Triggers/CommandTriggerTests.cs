using System.Globalization;
using Exporter.Healing.Triggers;

namespace Exporter.Tests.Healing.Triggers;

public sealed class CommandTriggerTests : IDisposable
{
    private static readonly TriggerMessage _message = new("bot", "restart_bot", "it's $(down) \"again\"", null, DateTimeOffset.UnixEpoch);

    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public async Task A_program_that_ends_with_0_has_fired()
    {
        var result = await Fire("true");

        Assert.True(result.Fired, result.Reason);
    }

    [Fact]
    public async Task A_program_that_ends_otherwise_has_failed_and_its_words_are_kept()
    {
        var result = await Sh("echo cannot restart; echo on stderr >&2; exit 3");

        Assert.False(result.Fired);
        Assert.Contains("exit code 3", result.Reason, StringComparison.Ordinal);
        Assert.Contains("cannot restart", result.Reason, StringComparison.Ordinal);
        Assert.Contains("on stderr", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_named()
    {
        var result = await Fire("/no/such/program");

        Assert.False(result.Fired);
        Assert.Contains("/no/such/program", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_shell_looks_at_the_arguments()
    {
        var touched = _directory["touched"];

        var result = await Fire("echo", $"$(touch {touched})", $"; touch {touched}", "`touch " + touched + "`");

        Assert.True(result.Fired, result.Reason);
        Assert.False(File.Exists(touched));
    }

    [Fact]
    public async Task It_sees_no_other_variable_than_the_configured_ones()
    {
        var seen = _directory["env"];
        var options = Options("sh", "-c", $"env > {seen}");
        options.Environment = ["ALLOWED"];

        var result = await Trigger(options).FireAsync(_message, default);

        Assert.True(result.Fired, result.Reason);
        var names = File.ReadAllLines(seen).Select(line => line.Split('=')[0]).Except(["PWD", "SHLVL", "_", "OLDPWD"]).Order(StringComparer.Ordinal);
        Assert.Equal(
            ["ALLOWED", "HEALING_ACTION", "HEALING_BOT", "HEALING_CAUSE", "HEALING_CHECK", "HEALING_REASON", "HEALING_URL", "HOME", "LANG", "PATH", "TRADINGBOT_TRIGGER_RUN"],
            names);
        Assert.Contains("HEALING_REASON=it's $(down) \"again\"", File.ReadAllLines(seen));
    }

    [Fact]
    public async Task Secrets_in_its_output_are_masked_and_the_output_is_cut()
    {
        var options = Options("sh", "-c", "echo $ALLOWED; echo 'Authorization: Bearer abcdefghijklmn'; echo api_key=0123456789; head -c 100000 /dev/zero | tr '\\0' x; exit 1");
        options.Environment = ["ALLOWED"];

        var result = await Trigger(options).FireAsync(_message, default);

        Assert.DoesNotContain("value-of-allowed", result.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("abcdefghijklmn", result.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("0123456789", result.Reason, StringComparison.Ordinal);
        Assert.InRange(result.Reason.Length, 1, Masking.MaxRecordBytes + 200);
    }

    [Fact]
    public async Task A_program_that_hangs_is_killed_with_every_child_also_those_that_left_its_group()
    {
        var pids = _directory["pids"];
        var script =
            $"sleep 1000 & echo $! >> {pids}; setsid sleep 1000 & echo $! >> {pids}; (setsid sh -c 'echo $$ >> {pids}; sleep 1000; true' &) ; echo $$ >> {pids}; " +
            $"trap '' TERM INT HUP; echo ready > {pids}.ready; sleep 1000; sleep 1000";
        var options = Options("sh", "-c", script);
        using var cancellation = new CancellationTokenSource();

        var firing = Trigger(options).FireAsync(_message, cancellation.Token);
        await Until(() => File.Exists(pids + ".ready") && File.ReadAllLines(pids).Length == 4);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => firing);

        foreach (var pid in File.ReadAllLines(pids).Select(line => int.Parse(line, CultureInfo.InvariantCulture)))
            await Until(() => !Runs(pid));
    }

    [Fact]
    public async Task A_program_that_misses_its_time_says_so()
    {
        var options = Options("sleep", "1000");
        options.Timeout = TimeSpan.FromMilliseconds(100);

        var result = await Trigger(options).FireAsync(_message, default);

        Assert.False(result.Fired);
        Assert.Contains("did not end within 0.1 s and was killed", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_child_that_goes_on_and_holds_the_output_open_does_not_hold_the_healing_and_lives()
    {
        var pid = _directory["pid"];

        var result = await Sh($"sleep 1000 & echo $! > {pid}; exit 0");

        var child = int.Parse(File.ReadAllText(pid), CultureInfo.InvariantCulture);
        Assert.True(result.Fired, result.Reason);
        Assert.True(Runs(child));
        System.Diagnostics.Process.GetProcessById(child).Kill();
    }

    public void Dispose() => _directory.Dispose();

    private static bool Runs(int pid)
    {
        try
        {
            // A zombie has ended; who reaps it is its parent's business.
            return !File.ReadAllText($"/proc/{pid}/stat").Split(") ", 2)[1].StartsWith('Z');
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Waits for a condition in the world outside, for half a minute at most.</summary>
    private static async Task Until(Func<bool> condition)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (var look = 0; look < 1_500; look++)
        {
            if (condition())
                return;
            await timer.WaitForNextTickAsync();
        }

        Assert.Fail("The condition never came true.");
    }

    private static CommandTriggerOptions Options(params string[] argv) => new() { Argv = [.. argv], Timeout = TimeSpan.FromMinutes(2) };

    private static CommandTrigger Trigger(CommandTriggerOptions options) => new(options, TimeProvider.System, name => name switch
    {
        "ALLOWED" => "value-of-allowed",
        "SECRET" => "not to be seen",
        "LANG" => "C.UTF-8",
        _ => Environment.GetEnvironmentVariable(name) ?? (name == "HOME" ? "/" : null),
    });

    private static Task<TriggerResult> Fire(params string[] argv) => Trigger(Options(argv)).FireAsync(_message, default);

    private static Task<TriggerResult> Sh(string script) => Fire("sh", "-c", script);
}
