using System.Globalization;
using CsCheck;
using Exporter.Bots.Files;

namespace Exporter.Tests.Bots;

public sealed class TimestampsTests
{
    [Theory]
    [InlineData("2025-12-15T20:48:13.246599Z", "2025-12-15T20:48:13.2465990Z")]
    [InlineData("2025-12-15T11:17:04.531774-07:00", "2025-12-15T18:17:04.5317740Z")]
    [InlineData("2025-12-15T11:17:04-0700", "2025-12-15T18:17:04.0000000Z")]
    [InlineData("2025-12-15T11:17:04+05:30", "2025-12-15T05:47:04.0000000Z")]
    [InlineData("2025-12-15T20:48:13", "2025-12-15T20:48:13.0000000Z")]
    [InlineData("2025-12-15 20:47:03 UTC", "2025-12-15T20:47:03.0000000Z")]
    [InlineData("2025-12-15T20:48", "2025-12-15T20:48:00.0000000Z")]
    [InlineData("2025-12-15T20:48:13.12345678901234Z", "2025-12-15T20:48:13.1234567Z")]
    [InlineData("2025-12-04", "2025-12-04T00:00:00.0000000Z")]
    [InlineData("1765831623.5", "2025-12-15T20:47:03.5000000Z")]
    public void A_time_is_understood_as_bots_write_it(string written, string expected) =>
        Assert.Equal(expected, Timestamps.Parse(written)?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("")]
    [InlineData("never")]
    [InlineData("2025-13-01T00:00:00Z")]
    [InlineData("2025-02-29T00:00:00Z")]
    [InlineData("2025-12-15T24:00:00Z")]
    [InlineData("2025-12-15T20:48:60Z")]
    [InlineData("2025-12-15T20:48:13.Z")]
    [InlineData("2025-12-15T20:48:13 CET")]
    [InlineData("15.12.2025 20:48")]
    [InlineData("20251215")]
    [InlineData("1765831623000")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    public void What_is_no_unmistakable_time_is_none(string written) => Assert.Null(Timestamps.Parse(written));

    [Fact]
    public void Every_time_that_NET_writes_is_read_back() =>
        Gen.DateTimeOffset.Sample(time =>
            Timestamps.Parse(time.ToString("O", CultureInfo.InvariantCulture)) == time
            || time.UtcDateTime == DateTime.MinValue || time.UtcDateTime == DateTime.MaxValue);

    [Fact]
    public void No_bytes_make_the_parser_throw() =>
        Gen.OneOf(Gen.Byte.Array[0, 40], Gen.OneOf(Gen.Const((byte)'0'), Gen.Const((byte)'-'), Gen.Const((byte)':'), Gen.Const((byte)'T'), Gen.Const((byte)'9')).Array[0, 40])
            .Sample(bytes => Timestamps.Parse(bytes) is null or { Offset.Ticks: 0 });
}
