using Exporter.Configuration;

namespace Exporter.Tests.Configuration;

public sealed class PublicSecretsTests
{
    [Fact]
    public void Secrets_that_everybody_can_read_are_named_by_their_options()
    {
        using var directory = new TemporaryDirectory();
        var open = directory.Write("open", "0123456789abcdef0123");
        var closed = directory.Write("closed", "0123456789abcdef0123");
        File.SetUnixFileMode(open, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        File.SetUnixFileMode(closed, UnixFileMode.UserRead);
        var options = new ExporterOptions { Bots = [new WatchedBotOptions { Root = directory.Path, PasswordFile = open }] };
        options.Web.TokenFiles = [closed, open];

        Assert.Equal([("Bots:0:PasswordFile", open), ("Web:TokenFiles:1", open)], PublicSecrets.In(options).Order());
    }
}
