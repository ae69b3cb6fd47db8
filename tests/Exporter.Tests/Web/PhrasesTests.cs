using Exporter.Web;

namespace Exporter.Tests.Web;

public sealed class PhrasesTests
{
    [Theory]
    [InlineData(-5, "0 s")]
    [InlineData(0, "0 s")]
    [InlineData(59, "59 s")]
    [InlineData(60, "1 min")]
    [InlineData(3_599, "59 min")]
    [InlineData(3_900, "1 h 05 min")]
    [InlineData(90_000, "1 d 1 h")]
    public void A_duration_is_said_in_two_units_at_most(int seconds, string expected) =>
        Assert.Equal(expected, Phrases.Duration(TimeSpan.FromSeconds(seconds)));
}
