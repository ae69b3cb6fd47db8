using System.Text;
using Exporter.Storage;

namespace Exporter.Tests.Storage;

public sealed class JsonLinesFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string JournalPath => _directory["logs/journal.jsonl"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Lines_are_appended_and_only_the_owner_may_read_them()
    {
        var file = new JsonLinesFile(JournalPath);

        file.Append("{\"a\":1}\n"u8);
        file.Append("{\"a\":2}\n{\"a\":3}\n"u8);

        Assert.Equal("{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n", File.ReadAllText(JournalPath));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(JournalPath));
    }

    [Theory]
    [InlineData("{\"a\":1}\n{\"a\":", "{\"a\":1}\n", 5)]
    [InlineData("{\"a\":1}\n\0\0\0", "{\"a\":1}\n", 3)]
    [InlineData("{\"a\"", "", 4)]
    [InlineData("{\"a\":1}\n", "{\"a\":1}\n", 0)]
    [InlineData("", "", 0)]
    public void A_torn_last_line_is_cut_off(string found, string left, long cut)
    {
        _directory.Write("logs/journal.jsonl", found);

        Assert.Equal(cut, new JsonLinesFile(JournalPath).Repair());

        Assert.Equal(left, File.ReadAllText(JournalPath));
    }

    [Fact]
    public void A_torn_line_longer_than_a_block_is_cut_off_whole()
    {
        _directory.Write("logs/journal.jsonl", "{}\n" + new string('x', 10_000));

        new JsonLinesFile(JournalPath).Repair();

        Assert.Equal("{}\n", File.ReadAllText(JournalPath));
    }

    [Fact]
    public void A_torn_line_is_cut_off_before_the_first_append_too()
    {
        _directory.Write("logs/journal.jsonl", "{}\n{\"to");

        new JsonLinesFile(JournalPath).Append("{\"a\":1}\n"u8);

        Assert.Equal("{}\n{\"a\":1}\n", File.ReadAllText(JournalPath));
    }

    [Fact]
    public void It_rolls_before_it_grows_too_large_and_keeps_so_many_files()
    {
        var file = new JsonLinesFile(JournalPath, rollAtBytes: 8, files: 3);

        foreach (var line in new[] { "{\"n\":1}", "{\"n\":2}", "{\"n\":3}", "{\"n\":4}" })
        {
            file.Append(Encoding.UTF8.GetBytes(line + "\n"));
        }

        Assert.Equal("{\"n\":4}\n", File.ReadAllText(JournalPath));
        Assert.Equal("{\"n\":3}\n", File.ReadAllText(JournalPath + ".1"));
        Assert.Equal("{\"n\":2}\n", File.ReadAllText(JournalPath + ".2"));
        Assert.Equal(3, Directory.GetFiles(_directory["logs"]).Length);
    }

    [Fact]
    public void It_goes_on_when_somebody_moves_or_removes_it()
    {
        var file = new JsonLinesFile(JournalPath);
        file.Append("{\"n\":1}\n"u8);
        Directory.Delete(_directory["logs"], recursive: true);

        file.Append("{\"n\":2}\n"u8);

        Assert.Equal("{\"n\":2}\n", File.ReadAllText(JournalPath));
    }

    [Fact]
    public void A_failure_is_told_and_over_when_its_reason_is()
    {
        // A directory where the file should be stands for every reason: it fails for root too.
        Directory.CreateDirectory(JournalPath);
        var file = new JsonLinesFile(JournalPath);
        Assert.ThrowsAny<Exception>(() => file.Append("{\"n\":1}\n"u8));
        Directory.Delete(JournalPath);

        file.Append("{\"n\":2}\n"u8);

        Assert.Equal("{\"n\":2}\n", File.ReadAllText(JournalPath));
    }

    [SkippableFact]
    public void A_full_disk_leaves_no_half_line()
    {
        // The one file on every Linux that has no space, ever.
        Skip.IfNot(File.Exists("/dev/full"), "/dev/full is missing.");
        var file = new JsonLinesFile("/dev/full");

        var error = Assert.ThrowsAny<Exception>(() => file.Append("{\"n\":1}\n"u8));

        Assert.True(WriteFailures.Explains(error), error.ToString());
    }

    /// <summary>To open it would wait for ever, and with it whoever writes.</summary>
    [Fact]
    public void A_fifo_in_a_journal_s_place_is_an_error_and_not_a_wait()
    {
        using var directory = new TemporaryDirectory();
        System.Diagnostics.Process.Start("mkfifo", directory["journal.jsonl"]).WaitForExit();

        Assert.Throws<IOException>(() => new JsonLinesFile(directory["journal.jsonl"]).Append("{}\n"u8));
    }
}
