using System.Diagnostics;
using Exporter.Platform;

namespace Exporter.Tests.Storage;

/// <summary>Which files the exporter obeys or keeps for secrets.</summary>
public sealed class TrustedFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Its_own_file_is_read_whole()
    {
        var content = TrustedFile.Read(_directory.Write("secret", "word"));

        Assert.Null(content.Problem);
        Assert.Equal("word"u8.ToArray(), content.Bytes);
    }

    [Fact]
    public void What_never_ends_or_is_no_file_is_told_at_once()
    {
        using var fifo = Process.Start("mkfifo", _directory["fifo"]);
        fifo.WaitForExit();
        using (var large = File.Create(_directory["large"])) large.SetLength(3L << 30);

        Assert.Contains("is a FIFO", TrustedFile.Read(_directory["fifo"]).Problem, StringComparison.Ordinal);
        Assert.Contains("is a character device", TrustedFile.Read("/dev/zero").Problem, StringComparison.Ordinal);
        Assert.Contains("is a directory", TrustedFile.Read(_directory.Path).Problem, StringComparison.Ordinal);
        Assert.Contains("has 3221225472 bytes", TrustedFile.Read(_directory["large"]).Problem, StringComparison.Ordinal);
        Assert.True(TrustedFile.Read(_directory["none"]).IsMissing);
    }

    [Fact]
    public void What_others_may_write_or_replace_is_not_obeyed()
    {
        var file = _directory.Write("open/secret", "word");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite);
        Assert.Contains("chmod go-w", TrustedFile.Read(file).Problem, StringComparison.Ordinal);

        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        const UnixFileMode all = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(_directory["open"], all);
        Assert.Contains($"lies below {_directory["open"]}, which may be written by others", TrustedFile.Read(file).Problem, StringComparison.Ordinal);

        File.SetUnixFileMode(_directory["open"], all | UnixFileMode.StickyBit);
        Assert.Null(TrustedFile.Read(file).Problem);
    }

    [SkippableFact]
    public void A_file_of_another_user_is_not_obeyed()
    {
        Skip.IfNot(Posix.EffectiveUser == 0, "Only root can give a file away.");
        var file = _directory.Write("secret", "word");
        using var chown = Process.Start("chown", ["12345", file]);
        chown.WaitForExit();

        Assert.Contains("belongs to the user 12345", TrustedFile.Read(file).Problem, StringComparison.Ordinal);
    }
}
