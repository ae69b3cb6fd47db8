using Exporter.Healing;
using Exporter.Healing.Guards;
using Exporter.Healing.Ledger;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Tests.Healing;

public sealed class LedgerTests
{
    [Fact]
    public async Task Only_its_owner_may_read_it_and_it_commits_to_the_disk()
    {
        await using var world = new HealingWorld();

        var mode = await world.Ledger.WriteAsync(read => read.Rows("PRAGMA journal_mode", row => row.GetString(0))[0], CancellationToken.None);
        var synchronous = await world.Ledger.WriteAsync(read => read.Number("PRAGMA synchronous"), CancellationToken.None);

        Assert.Equal(("wal", 2L), (mode, synchronous));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(world.LedgerPath));
    }

    [Fact]
    public async Task A_unit_of_work_that_fails_takes_no_other_with_it()
    {
        await using var world = new HealingWorld();
        // All at once, so that they share transactions.
        var works = Enumerable.Range(0, 200).Select(number => world.Ledger.WriteAsync(
            write =>
            {
                write.Execute("INSERT INTO facts VALUES ($name, $value)", ("$name", $"fact {number}"), ("$value", (long)number));
                return number % 10 == 3 ? throw new InvalidOperationException("mine alone") : number;
            },
            CancellationToken.None)).ToArray();

        foreach (var (work, number) in works.Select((work, number) => (work, number)))
        {
            if (number % 10 == 3)
                await Assert.ThrowsAsync<InvalidOperationException>(() => work);
            else
                Assert.Equal(number, await work);
        }

        Assert.Equal(180, await world.Ledger.WriteAsync(read => read.Number("SELECT count(*) FROM facts"), CancellationToken.None));
    }

    [Fact]
    public async Task What_was_written_is_there_after_it_is_opened_again()
    {
        using var directory = new TemporaryDirectory();
        await using (var before = new HealingWorld(directory: directory.Path))
            await before.Ledger.WriteAsync(write => write.AddPause("maintenance", [], [], null), CancellationToken.None);

        await using var world = new HealingWorld(directory: directory.Path);

        Assert.Equal("maintenance", Assert.Single(await world.Ledger.WriteAsync(read => read.Pauses(), CancellationToken.None)).Reason);
    }

    [Theory]
    [InlineData("no database at all")]
    [InlineData("a page of nonsense")]
    public async Task A_damaged_ledger_is_kept_aside_and_nothing_is_healed_until_its_owner_says_so(string damage)
    {
        using var directory = new TemporaryDirectory();
        await using (var before = new HealingWorld(directory: directory.Path).Start())
        {
            await before.ReceiveAsync(before.Firing());
            await before.VerdictsAsync();
        }

        var path = Path.Combine(directory.Path, "healing.db");
        Damage(path, damage);
        var damaged = await File.ReadAllBytesAsync(path);

        await using (var world = new HealingWorld(directory: directory.Path).Start())
        {
            var receipt = await world.Engine.ReceiveAsync([world.Firing()], CancellationToken.None);
            Assert.Contains("damaged", receipt.ComeAgain, StringComparison.Ordinal);
            Assert.Equal(0, world.Metric("tradingbot_healing_ledger_writable"));
            Assert.IsType<LedgerCondition.SetAside>(world.Engine.LedgerCondition);
            var aside = Assert.Single(Directory.GetFiles(directory.Path, "healing.db.damaged-*Z"));
            Assert.Equal(damaged, await File.ReadAllBytesAsync(aside));
        }

        // A restart is no owner's word.
        await using (var restarted = new HealingWorld(directory: directory.Path).Start())
        {
            Assert.NotNull((await restarted.Engine.ReceiveAsync([restarted.Firing()], CancellationToken.None)).ComeAgain);
            Assert.False(File.Exists(path));

            File.Delete(restarted.Ledger.Marker);

            Assert.Null((await restarted.Engine.ReceiveAsync([restarted.Firing()], CancellationToken.None)).ComeAgain);
            Assert.Single(await restarted.HealingsAsync());
            Assert.IsType<LedgerCondition.Ready>(restarted.Engine.LedgerCondition);
        }
    }

    [Fact]
    public async Task A_ledger_that_vanishes_under_a_running_exporter_stops_healing()
    {
        await using var world = new HealingWorld().Start();
        await world.ReceiveAsync(world.Firing());
        await world.VerdictsAsync();
        File.Delete(world.LedgerPath);

        Assert.Contains("vanished", (await world.Engine.ReceiveAsync([world.Firing()], CancellationToken.None)).ComeAgain, StringComparison.Ordinal);

        File.Delete(world.Ledger.Marker);
        Assert.Null((await world.Engine.ReceiveAsync([world.Firing()], CancellationToken.None)).ComeAgain);
    }

    [Fact]
    public async Task A_ledger_that_vanishes_is_not_begun_anew_even_where_no_marker_can_be_written()
    {
        await using var world = new HealingWorld().Start();
        await world.ReceiveAsync(world.Firing());
        await world.VerdictsAsync();
        Directory.CreateDirectory(world.Ledger.Marker);
        File.Delete(world.LedgerPath);

        for (var attempt = 0; attempt < 3; attempt++)
        {
            Assert.Contains("vanished", (await world.Engine.ReceiveAsync([world.Firing()], CancellationToken.None)).ComeAgain, StringComparison.Ordinal);
            Assert.False(File.Exists(world.LedgerPath));
        }
    }

    /// <summary>An empty ledger knows no cooldown: to begin one is its owner's decision, also while nobody looked.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_ledger_that_was_lost_while_the_exporter_was_stopped_is_not_quietly_begun_anew(bool emptied)
    {
        using var directory = new TemporaryDirectory();
        await using (var world = new HealingWorld(directory: directory.Path).Start())
        {
            await world.ReceiveAsync(world.Firing());
            await world.VerdictsAsync();
        }

        foreach (var file in Directory.GetFiles(directory.Path, "healing.db*"))
            File.Delete(file);
        if (emptied)
            directory.Write("healing.db", "");

        await using var next = new HealingWorld(directory: directory.Path).Start();
        Assert.Contains(next.Ledger.Marker, (await next.Engine.ReceiveAsync([next.Firing()], CancellationToken.None)).ComeAgain, StringComparison.Ordinal);
        File.Delete(next.Ledger.Marker);
        Assert.Null((await next.Engine.ReceiveAsync([next.Firing()], CancellationToken.None)).ComeAgain);
    }

    [Fact]
    public async Task A_ledger_of_a_newer_version_is_left_as_it_is()
    {
        using var directory = new TemporaryDirectory();
        var path = directory["healing.db"];
        Run(path, "PRAGMA user_version = 99");
        var before = await File.ReadAllBytesAsync(path);
        await using var ledger = new HealingLedger(path, TimeProvider.System, NullLogger<HealingLedger>.Instance);

        var refused = await Assert.ThrowsAsync<LedgerException>(() => ledger.WriteAsync(_ => true, CancellationToken.None));

        Assert.Contains("format 99", refused.Message, StringComparison.Ordinal);
        Assert.IsType<LedgerCondition.Unavailable>(ledger.Condition);
        await ledger.DisposeAsync();
        Run(path, "PRAGMA wal_checkpoint(TRUNCATE)");
        Assert.Equal(99, Convert.ToInt32(Run(path, "PRAGMA user_version"), System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(0L, Run(path, "SELECT count(*) FROM sqlite_schema"));
        Assert.NotEmpty(before);
    }

    [SkippableFact]
    public async Task A_full_disk_is_503_and_then_it_goes_on_without_a_restart()
    {
        using var disk = SmallDisk.Mount("512k");
        await using var world = new HealingWorld(directory: disk.Path).Start();
        world.Health.OnVerify = (_, _) => new TaskCompletionSource().Task;
        await world.ReceiveAsync(world.Firing());
        var ballast = Path.Combine(disk.Path, "ballast");
        disk.Fill(ballast);

        Receipt receipt;
        var sent = 0;
        // What SQLite has already allocated takes a few more.
        do
        {
            receipt = await world.Engine.ReceiveAsync(
                [.. Enumerable.Range(0, 200).Select(_ => world.Firing(fingerprint: $"f{sent++}"))], CancellationToken.None);
        }
        while (receipt.ComeAgain is null && sent < 20_000);

        Assert.Contains("cannot be written", receipt.ComeAgain, StringComparison.Ordinal);
        // A small write of the healing that runs may still have found room, and said so.
        await world.UntilAsync(async () =>
        {
            await world.Engine.ReceiveAsync(
                [.. Enumerable.Range(0, 200).Select(_ => world.Firing(fingerprint: $"f{sent++}"))], CancellationToken.None);
            return world.Metric("tradingbot_healing_ledger_writable") == 0;
        });

        File.Delete(ballast);

        Assert.Equal(Disposition.Duplicate, await world.ReceiveAsync(world.Firing(fingerprint: "after")));
        Assert.Single(await world.HealingsAsync());
        await world.UntilAsync(() => Task.FromResult(world.Metric("tradingbot_healing_ledger_writable") == 1));
    }

    [SkippableFact]
    public async Task A_read_only_disk_is_503_and_then_it_goes_on_without_a_restart()
    {
        using var disk = SmallDisk.Mount("4m");
        var readOnly = disk.ReadOnly();
        await using var world = new HealingWorld(directory: disk.Path);
        world.Health.Break("alpha");
        world.Action.OnRun = (target, _) =>
        {
            world.Health.Mend(target.Bot);
            return ValueTask.FromResult<ActionResult>(new ActionResult.Done { Reason = "Mended." });
        };
        world.Start();
        Assert.Contains("cannot be written", (await world.Engine.ReceiveAsync([world.Firing()], CancellationToken.None)).ComeAgain, StringComparison.Ordinal);

        readOnly.Dispose();

        Assert.Equal(Disposition.Accepted, await world.ReceiveAsync(world.Firing()));
        Assert.IsType<Verdict.Healed>(Assert.Single(await world.VerdictsAsync()));
    }

    [SkippableFact]
    public async Task A_verdict_that_cannot_be_written_is_written_when_it_can()
    {
        using var disk = SmallDisk.Mount("512k");
        await using var world = new HealingWorld(directory: disk.Path);
        var ballast = Path.Combine(disk.Path, "ballast");
        world.Health.Break("alpha");
        var filled = new TaskCompletionSource();
        world.Health.OnVerify = (bot, _) =>
        {
            if (world.Action.Runs == 1 && !filled.Task.IsCompleted)
            {
                disk.Fill(ballast);
                filled.SetResult();
                world.Health.Mend(bot);
            }

            return Task.CompletedTask;
        };
        world.Start();
        await world.ReceiveAsync(world.Firing());
        await filled.Task;
        await world.PassAsync(TimeSpan.FromSeconds(3));

        File.Delete(ballast);

        Assert.IsType<Verdict.Healed>(Assert.Single(await world.VerdictsAsync()));
        Assert.Equal(1, world.Action.Runs);
    }

    [Fact]
    public async Task What_is_older_than_the_retention_leaves_the_ledger()
    {
        await using var world = new HealingWorld();
        world.Options.Retention = TimeSpan.FromDays(1);
        world.Start();
        await world.ReceiveAsync(world.Firing());
        await world.ReceiveAsync(world.Resolved());
        await world.VerdictsAsync();
        world.Time.Advance(TimeSpan.FromHours(30));

        await world.UntilAsync(async () => (await world.HealingsAsync()).Count == 0);

        Assert.Equal(0, await world.Ledger.WriteAsync(read => read.Number("SELECT count(*) FROM steps"), CancellationToken.None));
        Assert.Empty(await world.EpisodesAsync());
    }

    [Fact]
    public async Task Who_only_reads_sees_what_is_written_and_a_missing_ledger_is_an_empty_history()
    {
        await using var world = new HealingWorld();
        var history = new HealingHistory(world.LedgerPath);
        Assert.Empty(history.Find(new HealingQuery()));
        world.Start();

        await world.ReceiveAsync(world.Firing());

        Assert.Equal("mend", Assert.Single(history.Find(new HealingQuery())).Healing.Action);
    }

    private static void Damage(string path, string how)
    {
        // Fold the log into the file, so that the damage is what is read.
        Run(path, "PRAGMA wal_checkpoint(TRUNCATE)");
        File.Delete(path + "-wal");
        File.Delete(path + "-shm");
        if (how == "no database at all")
        {
            File.WriteAllText(path, "This was a database once.");
            return;
        }

        using var file = File.OpenWrite(path);
        file.Position = 4096;
        file.Write(Enumerable.Repeat((byte)0xA5, 3 * 4096).ToArray());
    }

    private static object? Run(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
