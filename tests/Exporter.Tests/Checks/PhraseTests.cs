using Exporter.Checks;

namespace Exporter.Tests.Checks;

public sealed class PhraseTests
{
    [Theory]
    [InlineData("00:00:00.9", "0 s")]
    [InlineData("00:00:45", "45 s")]
    [InlineData("00:01:00", "1 min")]
    [InlineData("00:06:40", "6 min 40 s")]
    [InlineData("05:00:59", "5 h")]
    [InlineData("2.05:30:00", "2 d 5 h")]
    public void A_duration_has_two_units_at_most(string duration, string expected) =>
        Assert.Equal(expected, Phrase.Duration(TimeSpan.Parse(duration, System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void A_list_names_three_and_counts_the_rest()
    {
        Assert.Equal("", Phrase.List([]));
        Assert.Equal("a", Phrase.List(["a"]));
        Assert.Equal("a, b and c", Phrase.List(["a", "b", "c"]));
        Assert.Equal("a, b, c and 2 more", Phrase.List(["a", "b", "c", "d", "e"]));
    }

    [Fact]
    public void Foreign_words_are_cut_and_lose_their_control_characters()
    {
        Assert.Equal("a b", Phrase.Word("a\nb"));
        Assert.Equal(65, Phrase.Word(new string('x', 10_000)).Length);
    }
}
