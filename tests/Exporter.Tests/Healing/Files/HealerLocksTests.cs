using Exporter.Healing.Files;

namespace Exporter.Tests.Healing.Files;

/// <summary>Two exporters that both may heal one bot.</summary>
public sealed class HealerLocksTests : IDisposable
{
    private readonly TemporaryDirectory _bot = new();
    private readonly HealerLocks _one = new("host a, process 1, 127.0.0.1:10042");
    private readonly HealerLocks _other = new("host b, process 2, 127.0.0.1:10043");

    private string LockFile => _bot[HealerLocks.FileName];

    public void Dispose()
    {
        _one.Dispose();
        _other.Dispose();
        _bot.Dispose();
    }

    [Fact]
    public async Task The_second_is_told_who_heals_and_heals_once_that_one_has_gone()
    {
        await _one.KeepAsync(Bots("alpha", "alpha again"));
        await _other.KeepAsync(Bots("beta"));

        Assert.Null(_one.HeldElsewhere("alpha"));
        Assert.Null(_one.HeldElsewhere("alpha again"));
        Assert.Empty(_one.Notes);
        Assert.Contains("host a, process 1, 127.0.0.1:10042", _other.HeldElsewhere("beta"), StringComparison.Ordinal);
        Assert.Contains("Another exporter", Assert.Single(_other.Notes), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(LockFile));

        await _one.KeepAsync([]);
        Assert.Null(_other.HeldElsewhere("beta"));
        Assert.Empty(_other.Notes);
    }

    [Fact]
    public async Task It_is_held_over_a_reload()
    {
        await _one.KeepAsync(Bots("alpha"));
        await _one.KeepAsync(Bots("renamed"));

        await _other.KeepAsync(Bots("beta"));
        Assert.NotNull(_other.HeldElsewhere("beta"));
    }

    [Theory]
    [InlineData("link")]
    [InlineData("wide")]
    [InlineData("directory")]
    [InlineData("fifo")]
    public async Task Where_the_name_is_taken_by_something_else_nothing_is_followed_and_a_person_is_told(string what)
    {
        var target = _bot.Write("target", "theirs");
        if (what == "link")
            File.CreateSymbolicLink(LockFile, target);
        else if (what == "directory")
            Directory.CreateDirectory(LockFile);
        else if (what == "fifo")
            System.Diagnostics.Process.Start("mkfifo", LockFile).WaitForExit();
        else
            File.SetUnixFileMode(_bot.Write(HealerLocks.FileName, "theirs"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite);

        await _one.KeepAsync(Bots("alpha"));

        Assert.Null(_one.HeldElsewhere("alpha"));
        Assert.Contains("would not see each other", Assert.Single(_one.Notes), StringComparison.Ordinal);
        Assert.Equal("theirs", File.ReadAllText(target));
    }

    private IEnumerable<(string Name, string Root)> Bots(params string[] names) => names.Select(name => (name, _bot.Path));
}
