using CsCheck;
using Exporter.Checks;

namespace Exporter.Tests.Checks;

public sealed class LabelTextTests
{
    [Theory]
    [InlineData("BTCUSDT")]
    [InlineData("quote\"and\\backslash")]
    [InlineData("比特币")]
    public void A_short_plain_name_stays_as_it_is(string name) => Assert.Equal(name, LabelText.Of(name));

    [Theory]
    [InlineData("a\nb", "a\rb")]
    [InlineData("a\0", "a\u0001")]
    [InlineData("other", "other ")]
    public void Names_that_are_cleaned_alike_stay_two_values(string one, string two) => Assert.NotEqual(LabelText.Of(one), LabelText.Of(two));

    [Fact]
    public void Halves_of_surrogate_pairs_stay_two_values() => Assert.NotEqual(LabelText.Of("\ud800"), LabelText.Of("\ud801"));

    [Fact]
    public void The_bucket_s_name_is_nobody_s() => Assert.NotEqual(LabelText.Other, LabelText.Of("other"));

    [Fact]
    public void Every_value_is_bounded_and_on_one_line() => Gen.String.Sample(name =>
    {
        var value = LabelText.Of(name);
        Assert.InRange(value.Length, 0, LabelText.MaxLength);
        Assert.DoesNotContain(value, char.IsControl);
    });
}
