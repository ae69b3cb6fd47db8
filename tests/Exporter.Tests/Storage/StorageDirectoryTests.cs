using Exporter.Storage;

namespace Exporter.Tests.Storage;

public sealed class StorageDirectoryTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_second_owner_is_told_who_holds_the_directory()
    {
        using var first = StorageDirectory.Open(_directory["state"]);

        var refused = Assert.Throws<StorageException>(() => StorageDirectory.Open(_directory["state"]));

        Assert.Contains($"process {Environment.ProcessId}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_directory_is_free_again_when_its_owner_has_gone()
    {
        StorageDirectory.Open(_directory["state"]).Dispose();

        using var second = StorageDirectory.Open(_directory["state"]);

        Assert.Null(second.Problem);
    }

    /// <summary>A second exporter would otherwise find it free, and everybody could look into it.</summary>
    [Fact]
    public void A_directory_that_was_removed_is_made_again_for_its_owner_alone_with_its_lock()
    {
        using var storage = StorageDirectory.Open(_directory["state"]);
        Directory.Delete(_directory["state"], recursive: true);
        Assert.ThrowsAny<IOException>(() => new JsonLinesFile(Path.Combine(storage.Logs, "journal.jsonl")).Append("{}\n"u8));

        storage.Keep();

        Assert.Null(storage.Problem);
        new JsonLinesFile(Path.Combine(storage.Logs, "journal.jsonl")).Append("{}\n"u8);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(storage.Path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(storage.Logs));
        Assert.Throws<StorageException>(() => StorageDirectory.Open(_directory["state"]));
    }

    [Fact]
    public void Where_another_exporter_took_the_place_meanwhile_this_one_says_so_and_takes_it_back_when_that_has_gone()
    {
        using var storage = StorageDirectory.Open(_directory["state"]);
        Directory.Delete(_directory["state"], recursive: true);
        using (StorageDirectory.Open(_directory["state"]))
        {
            storage.Keep();
            Assert.Contains("belongs to another running exporter", storage.Problem, StringComparison.Ordinal);
        }

        storage.Keep();
        Assert.Null(storage.Problem);
    }

    [Fact]
    public void A_directory_that_cannot_be_used_is_given_with_its_problem_and_taken_once_it_can()
    {
        _directory.Write("taken", "a file where the directory should be");
        using var storage = StorageDirectory.Open(_directory["taken/state"]);
        Assert.Contains("nothing is recorded and nothing is healed", storage.Problem, StringComparison.Ordinal);

        File.Delete(_directory["taken"]);
        storage.Keep();

        Assert.Null(storage.Problem);
    }

    [Fact]
    public void Only_its_owner_may_look_into_it()
    {
        using var storage = StorageDirectory.Open(_directory["state"]);

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(storage.Path));
    }

    [Theory]
    [InlineData("STATE_DIRECTORY=/var/lib/exporter:/var/lib/other", "/var/lib/exporter")]
    [InlineData("XDG_STATE_HOME=/home/ana/.state", "/home/ana/.state/tradingbot_exporter")]
    [InlineData("HOME=/home/ana", "/home/ana/.local/state/tradingbot_exporter")]
    public void The_default_follows_systemd_then_the_desktop_convention(string variable, string expected)
    {
        var parts = variable.Split('=');

        Assert.Equal(expected, StorageDirectory.DefaultPath(name => name == parts[0] ? parts[1] : null));
    }
}
