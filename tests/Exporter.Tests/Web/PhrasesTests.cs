using Exporter.Web;

namespace Exporter.Tests.Web;

public sealed class PhrasesTests
{
    [Theory]
    [InlineData(2, false, "alertmanager", "attempt 2, by Alertmanager")]
    [InlineData(1, false, "retry", "attempt 1, as a retry")]
    [InlineData(0, false, "manual", "by hand")]
    [InlineData(0, true, "manual", "dry run, by hand")]
    public void A_try_is_said_with_who_asked_for_it(int attempt, bool dryRun, string trigger, string expected) =>
        Assert.Equal(expected, Phrases.Try(attempt, dryRun, trigger));
}
