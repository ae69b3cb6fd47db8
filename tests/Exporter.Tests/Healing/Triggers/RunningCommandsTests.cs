using System.Diagnostics;
using Exporter.Healing;
using Exporter.Healing.Ledger;
using Exporter.Healing.Triggers;
using Exporter.Platform;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Tests.Healing.Triggers;

/// <summary>A killed exporter leaves its command running, without anybody who would end it.</summary>
public sealed class RunningCommandsTests : IAsyncLifetime
{
    private readonly HealingWorld _world = new();
    private readonly TemporaryDirectory _directory = new();
    private RunningCommands _commands = null!;
    private long _healing;

    public async Task InitializeAsync()
    {
        _commands = new RunningCommands(_world.Ledger, _world.Time, NullLogger<RunningCommands>.Instance);
        _healing = await _world.Ledger.WriteAsync(
            write => write.Insert(
                """
                INSERT INTO healings (episode, bot, action, target, check_name, trigger, accepted_at, confirmed, dry_run, state, attempt)
                VALUES ($episode, 'alpha', 'mend', '', 'network', 'manual', 0, '', 0, 'running', 1)
                """,
                ("$episode", write.Begin("alpha", "mend", "", "mend", "network").Id)),
            CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _world.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task What_still_runs_is_waited_for_and_ended_with_its_group_when_its_time_is_over()
    {
        using var command = Start("sleep 600 & echo $! > child; wait");
        await Eventually.Holds(() => File.Exists(_directory["child"]) && File.ReadAllText(_directory["child"]).Length > 1);
        var child = int.Parse(File.ReadAllText(_directory["child"]), System.Globalization.CultureInfo.InvariantCulture);
        await _commands.KeepAsync(_healing, command.Id, leads: true, _world.Time.GetUtcNow() + TimeSpan.FromMinutes(1));

        var waits = _commands.AwaitEarlierAsync(_healing, CancellationToken.None);
        for (var seconds = 0; seconds < 55; seconds++)
            _world.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(waits.IsCompleted);
        Assert.NotNull(ProcessStart.Of(command.Id));
        await AdvanceAsync(waits);

        await Eventually.Holds(() => ProcessStart.Of(command.Id) is null && ProcessStart.Of(child) is null);
        Assert.Null(await KeptAsync());
    }

    /// <summary>What carries the run's mark by then may be the bot that the command has started.</summary>
    [Fact]
    public async Task What_has_ended_is_not_waited_for_and_nothing_that_it_left_is_ended()
    {
        using var command = Start("setsid sleep 600 & echo $! > bot");
        await Eventually.Holds(() => File.Exists(_directory["bot"]) && File.ReadAllText(_directory["bot"]).Length > 1);
        var bot = int.Parse(File.ReadAllText(_directory["bot"]), System.Globalization.CultureInfo.InvariantCulture);
        await _world.Ledger.WriteAsync(write => write.Keep(new StartedCommand(_healing, command.Id, 1, true, _world.Time.GetUtcNow())), CancellationToken.None);
        await command.WaitForExitAsync();

        await _commands.AwaitEarlierAsync(_healing, CancellationToken.None);

        Assert.NotNull(ProcessStart.Of(bot));
        Process.GetProcessById(bot).Kill();
    }

    [Fact]
    public async Task A_process_of_the_same_number_that_was_started_later_is_another()
    {
        using var other = Start("sleep 600");
        await _world.Ledger.WriteAsync(
            write => write.Keep(new StartedCommand(_healing, other.Id, ProcessStart.Of(other.Id)!.Value - 1, true, _world.Time.GetUtcNow())), CancellationToken.None);

        await _commands.AwaitEarlierAsync(_healing, CancellationToken.None);

        Assert.NotNull(ProcessStart.Of(other.Id));
        other.Kill();
    }

    [Fact]
    public async Task A_command_that_ends_by_itself_is_forgotten()
    {
        var options = new CommandTriggerOptions { Argv = ["/bin/sh", "-c", "sleep 0.2"] };
        var trigger = new CommandTrigger(options, TimeProvider.System, _ => null, _commands);
        var runs = trigger.FireAsync(new TriggerMessage("alpha", "mend", "", null, _world.Time.GetUtcNow(), Healing: _healing), CancellationToken.None);
        await Eventually.Holds(() => KeptAsync().GetAwaiter().GetResult() is not null || runs.IsCompleted);

        Assert.True((await runs).Fired);
        Assert.Null(await KeptAsync());
    }

    private Task<StartedCommand?> KeptAsync() => _world.Ledger.WriteAsync(read => read.Command(_healing), CancellationToken.None);

    private async Task AdvanceAsync(Task waits)
    {
        await Eventually.Holds(() =>
        {
            _world.Time.Advance(TimeSpan.FromSeconds(1));
            return waits.IsCompleted;
        });
        await waits;
    }

    private Process Start(string script) =>
        Process.Start(new ProcessStartInfo("/usr/bin/setsid", ["/bin/sh", "-c", script]) { WorkingDirectory = _directory.Path })!;
}
