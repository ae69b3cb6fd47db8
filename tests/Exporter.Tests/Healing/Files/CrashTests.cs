using System.Diagnostics;
using System.Text;
using Exporter.Healing.Files;
using Exporter.Platform;
using Exporter.Tests.Healing.Actions;

namespace Exporter.Tests.Healing.Files;

/// <summary>
/// A kill at any step leaves what the directory holds at that step. So the directory is copied there, hard links and times included, and
/// what the next start makes of the copy is looked at.
/// </summary>
public sealed class CrashTests : IDisposable
{
    private const string Broken = """{"mode": "pap""";
    private const string Ours = """{"mode":"paper"}""";
    private const string Theirs = """{"mode": "paper", "written_by": "the bot"}""";

    private readonly TemporaryDirectory _directory = new();

    public static TheoryData<string, bool> Steps
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (var step in new[] { "directory opened", "backed up", "written", "linked", "compared", "swapped" })
            {
                data.Add(step, true);
                data.Add(step, false);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void The_file_is_whole_and_nothing_is_left(string step, bool canExchange)
    {
        var crashed = CrashAt(step, canExchange, () => { });

        Mend(crashed);

        Assert.Equal(step == "swapped" ? Ours : Broken, Read(crashed));
        Assert.Equal(["config.json"], Entries(crashed));
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void What_the_bot_wrote_in_place_just_before_stands(string step, bool canExchange)
    {
        var crashed = CrashAt(step, canExchange, () => File.WriteAllText(Live, Theirs));

        Mend(crashed);

        Assert.Equal(Theirs, Read(crashed));
        Assert.Equal(["config.json"], Entries(crashed));
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void What_the_bot_renamed_into_place_just_before_stands(string step, bool canExchange)
    {
        var crashed = CrashAt(step, canExchange, RenameTheirs);

        Mend(crashed);

        Assert.Equal(Theirs, Read(crashed));
        Assert.Equal(["config.json"], Entries(crashed));
    }

    [Fact]
    public void What_the_bot_renamed_into_place_between_the_last_look_and_the_exchange_stands()
    {
        var crashed = CrashAt("swapped", canExchange: true, () => { }, at =>
        {
            if (at == "compared")
                RenameTheirs();
        });

        Mend(crashed);

        Assert.Equal(Theirs, Read(crashed));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_the_bot_wrote_to_the_displaced_file_stands(bool canExchange)
    {
        FileStream? held = null;
        var crashed = CrashAt("swapped", canExchange, () =>
        {
            held!.SetLength(0);
            held.Write(Encoding.UTF8.GetBytes(Theirs));
            held.Dispose();
        }, at =>
        {
            if (at == "compared")
                held = new FileStream(Live, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        });

        Mend(crashed);

        Assert.Equal(Theirs, Read(crashed));
        Assert.Equal(["config.json"], Entries(crashed));
    }

    [Fact]
    public void A_directory_without_leftovers_is_not_touched()
    {
        var live = _directory.Write("live/config.json", Broken);
        _directory.Write("live/.config.json.swp", "an editor's");
        var before = Posix.Look(Path.GetDirectoryName(live)!);

        Mend(Path.GetDirectoryName(live)!);

        Assert.Equal(before, Posix.Look(Path.GetDirectoryName(live)!));
    }

    [Fact]
    public void The_next_start_gives_a_late_written_block_back_to_the_bot()
    {
        using var bot = new HealedBot();
        bot.Files.Block(bot.Files.Now.AddHours(-6));
        var path = bot.Bot.KillSwitchStatePath;
        var active = File.ReadAllText(path).Replace("drawdown", "DRAWDOWN", StringComparison.Ordinal);
        var stem = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.abc");
        File.Move(path, stem + SafeFileReplace.OldSuffix);
        File.WriteAllText(path, """{"blocked_until": null}""");
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddSeconds(-1));
        File.WriteAllText(stem + SafeFileReplace.OldSuffix, active);

        bot.Watch.MendAfterCrash();

        Assert.Equal(active, File.ReadAllText(path));
        Assert.False(File.Exists(stem + SafeFileReplace.OldSuffix));
    }

    public void Dispose() => _directory.Dispose();

    private string Live => _directory["live/config.json"];

    private static string Read(string directory) => File.ReadAllText(Path.Combine(directory, "config.json"));

    private static string[] Entries(string directory) => [.. Directory.EnumerateFileSystemEntries(directory).Select(entry => Path.GetFileName(entry)!)];

    private static void Mend(string directory)
    {
        using var handle = Posix.OpenDirectory(directory)!;
        Leftovers.Mend(handle, "config.json", _ => true, _ => { });
    }

    private void RenameTheirs()
    {
        File.WriteAllText(Live + ".bot", Theirs);
        File.Move(Live + ".bot", Live, overwrite: true);
    }

    private string CrashAt(string step, bool canExchange, Action bot, Action<string>? before = null)
    {
        _directory.Write("live/config.json", Broken);
        File.SetLastWriteTimeUtc(Live, DateTime.UtcNow.AddMinutes(-2));
        var crashed = _directory["crashed"];
        new SafeFileReplace(
            at =>
            {
                before?.Invoke(at);
                if (at != step)
                    return;
                bot();
                using var copy = Process.Start("cp", ["-a", Path.GetDirectoryName(Live)!, crashed]);
                copy.WaitForExit();
            },
            canExchange).Replace(new FileReplacement
            {
                Root = _directory.Path,
                Path = Live,
                Expected = Posix.Look(Live)!.Value.Identity,
                Decide = _ => Rewrite.With(Encoding.UTF8.GetBytes(Ours)),
                Backup = _ => { },
                MayStand = _ => true,
            });
        return crashed;
    }
}
