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

    [Theory]
    [InlineData(2, false, "alertmanager", "attempt 2, by Alertmanager")]
    [InlineData(1, false, "retry", "attempt 1, as a retry")]
    [InlineData(0, false, "manual", "by hand")]
    [InlineData(0, true, "manual", "dry run, by hand")]
    public void A_try_is_said_with_who_asked_for_it(int attempt, bool dryRun, string trigger, string expected) =>
        Assert.Equal(expected, Phrases.Try(attempt, dryRun, trigger));
}
