using CsCheck;
using Exporter.Configuration;

namespace Exporter.Tests.Configuration;

public sealed class DurationTests
{
    [Theory]
    [InlineData("30s", 30)]
    [InlineData("1h30m", 5400)]
    [InlineData("250ms", 0.25)]
    [InlineData("7d", 604_800)]
    [InlineData("1w", 604_800)]
    [InlineData("1.5h", 5400)]
    [InlineData("00:00:30", 30)]
    [InlineData("0", 0)]
    public void Prometheus_notation_is_read(string text, double seconds)
    {
        Assert.True(Duration.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromSeconds(seconds), duration);
    }

    [Theory]
    [InlineData("30")]
    [InlineData("")]
    [InlineData("5m1h")]
    [InlineData("1h1h")]
    [InlineData("-5s")]
    [InlineData("s")]
    [InlineData("5 minutes")]
    [InlineData("99999999999999999999d")]
    public void What_could_mean_something_else_is_refused(string text) => Assert.False(Duration.TryParse(text, out _));

    [Fact]
    public void What_is_written_is_read_back() =>
        Gen.Long[0, TimeSpan.MaxValue.Ticks].Select(TimeSpan.FromTicks).Sample(duration =>
            Duration.TryParse(Duration.Format(duration), out var read) && read == duration);

    [Fact]
    public void No_text_throws() => Gen.String.Sample(text => Duration.TryParse(text, out var duration) || duration == default);
}
