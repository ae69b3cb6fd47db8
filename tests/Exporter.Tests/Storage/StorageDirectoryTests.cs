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

        Assert.True(second.Owned);
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
