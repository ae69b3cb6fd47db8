using CsCheck;
using Exporter.Storage;

namespace Exporter.Tests.Storage;

public class SafeNameTests
{
    private const int LongestOfFileSystems = 255;

    [Theory]
    [InlineData("configs/trading_config.json", "configs%2Ftrading_config.json")]
    [InlineData("blofin~https://openapi.blofin.com", "blofin~https%3A%2F%2Fopenapi.blofin.com")]
    [InlineData("..", "%2E.")]
    [InlineData(".hidden", "%2Ehidden")]
    [InlineData("a\0b", "a%00b")]
    public void A_name_can_be_read_and_leads_nowhere_else(string text, string name) => Assert.Equal(name, SafeName.Of(text));

    [Fact]
    public void No_text_leaves_its_directory() => Gen.String.Sample(text =>
    {
        var name = SafeName.Of(text);

        Assert.InRange(name.Length + ".json".Length, 1, LongestOfFileSystems);
        Assert.All(name, c => Assert.True(char.IsAsciiLetterOrDigit(c) || "-._~%=".Contains(c, StringComparison.Ordinal), $"'{c}' in {name}"));
        Assert.NotEqual('.', name[0]);
    });

    [Fact]
    public void Other_texts_have_other_names() => Gen.Select(Gen.Char["ab./~%="].Array[0, 6], Gen.Char["ab./~%="].Array[0, 6]).Sample((one, other) =>
        Assert.Equal(one.SequenceEqual(other), SafeName.Of(new string(one)) == SafeName.Of(new string(other))));

    [Fact]
    public void What_is_too_long_is_told_apart_by_its_end()
    {
        var beginning = new string('x', 1_000);

        Assert.NotEqual(SafeName.Of(beginning + "1"), SafeName.Of(beginning + "2"));
        Assert.Equal(SafeName.Of(beginning), SafeName.Of(beginning));
    }
}
