using System.Text;
using CsCheck;
using Exporter.Healing.Triggers;

namespace Exporter.Tests.Healing.Triggers;

public sealed class MaskingTests
{
    [Theory]
    [InlineData("Authorization: Bearer abcdef123456", "abcdef")]
    [InlineData("{\"api_key\": \"abcdef123456\"}", "abcdef")]
    [InlineData("{\"apiKey\":\"abcdef123456\"}", "abcdef")]
    [InlineData("password=abcdef123456 rest", "abcdef")]
    [InlineData("TELEGRAM_TOKEN=abcdef:123456", "abcdef")]
    [InlineData("https://user:abcdef123456@host/path", "abcdef")]
    [InlineData("the value known-value appears", "known-value")]
    public void What_is_or_looks_like_a_secret_is_hidden(string text, string secret) =>
        Assert.DoesNotContain(secret, Masking.Clean(text, ["known-value"]), StringComparison.Ordinal);

    [Fact]
    public void Ordinary_words_stay() => Assert.Equal("unit bot.service not found", Masking.Clean("unit bot.service not found", []));

    [Fact]
    public void Control_characters_cannot_forge_a_line() => Assert.Equal("a b [31m", Masking.Clean("a\r\nb\0\u001b[31m", []));

    [Fact]
    public void No_text_is_longer_than_4_KiB_afterwards() => Gen.String[0, 20_000].Sample(
        text => Assert.InRange(Encoding.UTF8.GetByteCount(Masking.Clean(text, [])), 0, Masking.MaxRecordBytes));
}
