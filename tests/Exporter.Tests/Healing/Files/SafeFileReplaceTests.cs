using System.Diagnostics;
using System.Text;
using Exporter.Healing.Files;
using Exporter.Platform;

namespace Exporter.Tests.Healing.Files;

public sealed class SafeFileReplaceTests : IDisposable
{
    private const string Broken = """{"mode": "pap""";
    private const string Ours = """{"mode":"paper"}""";
    private const string Theirs = """{"mode": "paper", "written_by": "the bot"}""";

    private readonly TemporaryDirectory _bot = new();
    private readonly string _path;

    public SafeFileReplaceTests() => _path = _bot.Write("configs/trading_config.json", Broken);

    /// <summary>Every step at which the bot may act before the file is replaced, and the moment after.</summary>
    public static TheoryData<string, bool> Steps => new()
    {
        { "directory opened", true }, { "backed up", true }, { "written", true }, { "linked", true }, { "compared", true }, { "swapped", true },
        { "directory opened", false }, { "backed up", false }, { "written", false }, { "linked", false }, { "compared", false }, { "swapped", false },
    };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_still_broken_file_is_replaced_whole_with_owner_and_mode_kept(bool canExchange)
    {
        File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var backups = new List<string>();

        var outcome = Replace(canExchange: canExchange, backup: content => backups.Add(Encoding.UTF8.GetString(content.Span)));

        Assert.IsType<FileOutcome.Written>(outcome);
        Assert.Equal(Ours, File.ReadAllText(_path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(_path));
        Assert.Equal([Broken], backups);
        Assert.Equal(["trading_config.json"], Entries());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_missing_file_is_created(bool canExchange)
    {
        File.Delete(_path);

        Assert.IsType<FileOutcome.Written>(Replace(canExchange: canExchange));

        Assert.Equal(Ours, File.ReadAllText(_path));
        Assert.Equal(["trading_config.json"], Entries());
    }

    /// <summary>A bot of another user may reach its file by an access control list alone.</summary>
    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void Access_lists_and_attributes_of_the_file_are_kept(bool canExchange)
    {
        // Version 2; owner rw, user 1234 r, group r, mask r, others nothing.
        byte[] list = Convert.FromHexString("02000000" + "01000600FFFFFFFF" + "02000400D2040000" + "04000400FFFFFFFF" + "10000400FFFFFFFF" + "20000000FFFFFFFF");
        using (var before = File.OpenHandle(_path))
        {
            Skip.IfNot(ExtendedAttributes.Set(before, "user.note", "mine"u8), "This file system keeps no attributes.");
            Skip.IfNot(ExtendedAttributes.Set(before, "system.posix_acl_access", list), "This file system keeps no access control lists.");
        }

        Assert.IsType<FileOutcome.Written>(Replace(canExchange: canExchange));

        using var after = File.OpenHandle(_path);
        Assert.Equal(Ours, File.ReadAllText(_path));
        Assert.Equal("mine"u8.ToArray(), ExtendedAttributes.Value(after, "user.note"));
        Assert.Equal(list, ExtendedAttributes.Value(after, "system.posix_acl_access"));
    }

    [SkippableFact]
    public void The_group_of_the_file_is_kept()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "Only root may give a file to a group it is not in.");
        Run("chgrp", "12345", _path);

        Assert.IsType<FileOutcome.Written>(Replace());

        Assert.Equal(12345u, Posix.Look(_path)!.Value.Group);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_bot_that_truncates_and_writes_at_any_step_has_the_last_word(string step, bool canExchange)
    {
        // Opened before we come, as a bot does that is about to write.
        using var held = step == "swapped" ? new FileStream(_path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite) : null;

        var outcome = Replace(canExchange: canExchange, step: at =>
        {
            if (at != step)
                return;
            if (held is null)
            {
                File.WriteAllText(_path, Theirs);
                return;
            }

            held.SetLength(0);
            held.Write(Encoding.UTF8.GetBytes(Theirs));
            held.Flush();
        });

        Assert.IsNotType<FileOutcome.Written>(outcome);
        // With a writer holding the file open nothing is even begun.
        Assert.Equal(held is null ? Theirs : Broken, File.ReadAllText(_path));
        Assert.Equal(["trading_config.json"], Entries());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_the_bot_writes_late_to_the_file_that_was_replaced_wins(bool canExchange)
    {
        FileStream? held = null;

        var outcome = Replace(canExchange: canExchange, step: at =>
        {
            if (at == "compared")
                held = new FileStream(_path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            if (at != "swapped")
                return;
            held!.SetLength(0);
            held.Write(Encoding.UTF8.GetBytes(Theirs));
            held.Dispose();
        });

        Assert.IsType<FileOutcome.Moved>(outcome);
        Assert.Equal(Theirs, File.ReadAllText(_path));
        Assert.Equal(["trading_config.json"], Entries());
    }

    [Fact]
    public void What_the_bot_still_holds_open_for_writing_is_given_back_to_it()
    {
        FileStream? held = null;

        var outcome = Replace(step: at =>
        {
            if (at == "compared")
                held = new FileStream(_path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        });
        held!.SetLength(0);
        held.Write(Encoding.UTF8.GetBytes(Theirs));
        held.Dispose();

        Assert.IsType<FileOutcome.Moved>(outcome);
        Assert.Equal(Theirs, File.ReadAllText(_path));
    }

    [Theory]
    [InlineData("directory opened")]
    [InlineData("backed up")]
    [InlineData("written")]
    [InlineData("linked")]
    [InlineData("compared")]
    [InlineData("swapped")]
    public void A_bot_that_renames_its_own_version_into_place_at_any_step_has_the_last_word(string step)
    {
        var outcome = Replace(step: at =>
        {
            if (at != step)
                return;
            File.WriteAllText(_path + ".bot", Theirs);
            File.Move(_path + ".bot", _path, overwrite: true);
        });

        if (step != "swapped")
            Assert.IsType<FileOutcome.Moved>(outcome);
        Assert.Equal(Theirs, File.ReadAllText(_path));
        Assert.Equal(["trading_config.json"], Entries());
    }

    [Fact]
    public void A_write_to_the_new_file_stands_even_when_the_old_one_was_written_late()
    {
        FileStream? held = null;

        Replace(step: at =>
        {
            if (at == "compared")
                held = new FileStream(_path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            if (at != "swapped")
                return;
            held!.SetLength(0);
            held.Dispose();
            File.WriteAllText(_path, Theirs);
        });

        Assert.Equal(Theirs, File.ReadAllText(_path));
        Assert.Equal(["trading_config.json"], Entries());
    }

    [Theory]
    [InlineData("directory opened")]
    [InlineData("written")]
    [InlineData("linked")]
    [InlineData("compared")]
    public void A_file_that_the_bot_creates_meanwhile_is_not_touched(string step)
    {
        File.Delete(_path);

        var outcome = Replace(step: at =>
        {
            if (at == step)
                File.WriteAllText(_path, Theirs);
        });

        Assert.IsType<FileOutcome.Moved>(outcome);
        Assert.Equal(Theirs, File.ReadAllText(_path));
    }

    [Theory]
    [InlineData("directory opened")]
    [InlineData("backed up")]
    [InlineData("written")]
    [InlineData("linked")]
    [InlineData("compared")]
    public void A_link_swapped_in_at_any_step_is_refused_and_its_target_untouched(string step)
    {
        var target = _bot.Write("elsewhere/target.json", Theirs);

        var outcome = Replace(step: at =>
        {
            if (at != step)
                return;
            File.Delete(_path);
            File.CreateSymbolicLink(_path, target);
        });

        Assert.Contains("is a link", Assert.IsType<FileOutcome.Refused>(outcome).Reason, StringComparison.Ordinal);
        Assert.Equal(Theirs, File.ReadAllText(target));
        Assert.Equal(target, new FileInfo(_path).LinkTarget);
        Assert.Equal(["trading_config.json"], Entries());
    }

    [Fact]
    public void A_directory_swapped_for_a_link_meanwhile_redirects_nothing()
    {
        Directory.CreateDirectory(_bot["victim"]);
        File.WriteAllText(_bot["victim/trading_config.json"], Theirs);

        Replace(step: at =>
        {
            if (at != "compared")
                return;
            Directory.Move(_bot["configs"], _bot["moved"]);
            Directory.CreateSymbolicLink(_bot["configs"], _bot["victim"]);
        });

        Assert.Equal(Theirs, File.ReadAllText(_bot["victim/trading_config.json"]));
        Assert.Equal(Ours, File.ReadAllText(_bot["moved/trading_config.json"]));
    }

    [Fact]
    public void A_link_on_the_way_is_refused()
    {
        Directory.Move(_bot["configs"], _bot["real"]);
        Directory.CreateSymbolicLink(_bot["configs"], _bot["real"]);

        Refused("link");
    }

    [Fact]
    public void A_link_to_nowhere_is_no_missing_file()
    {
        File.Delete(_path);
        File.CreateSymbolicLink(_path, _bot["nowhere"]);

        Refused("is a link", expected: null);
        Assert.False(File.Exists(_bot["nowhere"]));
    }

    [Theory]
    [InlineData("", "chmod o-w")]
    [InlineData("configs", "chmod o-w")]
    [InlineData("configs/trading_config.json", "chmod o-w")]
    public void What_everybody_may_write_is_refused_with_how_to_mend_it(string entry, string mend)
    {
        File.SetUnixFileMode(_bot[entry], File.GetUnixFileMode(_bot[entry]) | UnixFileMode.OtherWrite);

        Refused(mend);
    }

    [SkippableTheory]
    [InlineData("configs")]
    [InlineData("configs/trading_config.json")]
    public void Another_owner_is_refused(string entry)
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "Only root may give a file to another user.");
        Run("chown", "12345", _bot[entry]);

        Refused("belongs to user 12345");
    }

    [SkippableFact]
    public void A_missing_file_in_the_directory_of_another_owner_is_refused()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "Only root may give a directory to another user.");
        File.Delete(_path);
        Run("chown", "12345", _bot["configs"]);

        Refused("belongs to user 12345", expected: null);
    }

    [SkippableFact]
    public void A_bind_mounted_file_is_refused()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "Only root may mount.");
        var outside = _bot.Write("outside.json", Broken);
        Skip.IfNot(TryRun("mount", "--bind", outside, _path), "This environment does not allow mounts.");
        try
        {
            Refused("mount point");
            Assert.Equal(Broken, File.ReadAllText(outside));
        }
        finally
        {
            Run("umount", _path);
        }
    }

    [SkippableFact]
    public void A_read_only_directory_leaves_everything_as_it_is()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "Only root may mount, and only a mount makes a directory read-only for root.");
        Skip.IfNot(TryRun("mount", "--bind", "-o", "ro", _bot["configs"], _bot["configs"]), "This environment does not allow mounts.");
        try
        {
            var outcome = Replace();

            Assert.Contains("could not be", Assert.IsType<FileOutcome.Failed>(outcome).Reason, StringComparison.Ordinal);
            Assert.Equal(Broken, File.ReadAllText(_path));
        }
        finally
        {
            Run("umount", _bot["configs"]);
        }
    }

    [Fact]
    public void A_backup_that_cannot_be_written_leaves_everything_as_it_is()
    {
        var outcome = Replace(backup: _ => throw new IOException("No space left on device."));

        Assert.Contains("No space left", Assert.IsType<FileOutcome.Failed>(outcome).Reason, StringComparison.Ordinal);
        Assert.Equal(Broken, File.ReadAllText(_path));
        Assert.Equal(["trading_config.json"], Entries());
    }

    [Theory]
    [InlineData("fifo")]
    [InlineData("directory")]
    public void What_is_no_regular_file_is_refused_at_once(string kind)
    {
        File.Delete(_path);
        if (kind == "fifo")
            Run("mkfifo", _path);
        else
            Directory.CreateDirectory(_path);

        Refused("no regular file");
    }

    [Fact]
    public void A_path_outside_the_root_is_held_to_the_same_rules_from_the_top()
    {
        using var outside = new TemporaryDirectory();
        var path = outside.Write("config.json", Broken);

        // The temporary directory itself may be written by everybody.
        var outcome = new SafeFileReplace().Replace(Request(path, Posix.Look(path)?.Identity, _ => { }));

        Assert.Contains("writable by everybody", Assert.IsType<FileOutcome.Refused>(outcome).Reason, StringComparison.Ordinal);
    }

    public void Dispose() => _bot.Dispose();

    private static void Run(string program, params string[] arguments) => Assert.True(TryRun(program, arguments), $"{program} failed");

    private static bool TryRun(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private string[] Entries() => [.. Directory.EnumerateFileSystemEntries(_bot["configs"]).Select(entry => Path.GetFileName(entry)!).Order(StringComparer.Ordinal)];

    private void Refused(string why) => Refused(why, Posix.Look(_path)?.Identity);

    private void Refused(string why, FileIdentity? expected)
    {
        var outcome = new SafeFileReplace().Replace(Request(_path, expected, _ => Assert.Fail("Nothing may be begun.")));

        Assert.Contains(why, Assert.IsType<FileOutcome.Refused>(outcome).Reason, StringComparison.Ordinal);
    }

    private FileOutcome Replace(Action<string>? step = null, bool canExchange = true, Action<ReadOnlyMemory<byte>>? backup = null) =>
        new SafeFileReplace(step, canExchange).Replace(Request(_path, Posix.Look(_path)?.Identity, backup ?? (_ => { })));

    private FileReplacement Request(string path, FileIdentity? expected, Action<ReadOnlyMemory<byte>> backup) => new()
    {
        Root = _bot.Path,
        Path = path,
        Expected = expected,
        Decide = _ => Rewrite.With(Encoding.UTF8.GetBytes(Ours)),
        Backup = backup,
    };
}
