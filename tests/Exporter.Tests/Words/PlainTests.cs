namespace Exporter.Tests.Words;

public sealed class PlainTests
{
    [Theory]
    [InlineData("BTCUSDT", "BTCUSDT")]
    [InlineData("a\u202Eb", "a b")]
    [InlineData("a\u001b[31mb", "a [31mb")]
    [InlineData("<html>\r\n   <body>", "<html> <body>")]
    [InlineData("\u2028a\u200Fb\n", "a b")]
    [InlineData("x\ud800y", "x y")]
    [InlineData("two  blanks", "two  blanks")]
    [InlineData("Ünïcode 漢字 😀", "Ünïcode 漢字 😀")]
    [InlineData(null, "")]
    public void Foreign_text_becomes_one_plain_line(string? text, string expected) => Assert.Equal(expected, Plain.Text(text));

    [Fact]
    public void What_is_plain_stays_as_it_is_and_long_text_is_cut()
    {
        Assert.Equal("abc…", Plain.Text("abcdef", 3));
        Assert.Equal("ab…", Plain.Text("ab😀", 3));
        Assert.Equal("a\nb c", Plain.Lines("a\nb\u202Ec"));
    }

    [Fact]
    public void What_cannot_be_seen_is_worse_than_a_warning_and_better_than_a_failure() => Assert.Equal(
        [CheckStatus.Critical, CheckStatus.Unknown, CheckStatus.Warning, CheckStatus.Ok],
        Enum.GetValues<CheckStatus>().OrderByDescending(status => status.Badness()));

    [Fact]
    public void A_wait_is_never_nothing_before_it_is_over() => Assert.Equal("1 s", Phrase.Wait(TimeSpan.FromMilliseconds(10)));
}
