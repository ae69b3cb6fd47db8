using System.Globalization;
using CsCheck;
using Exporter.Bots.Files;
using Exporter.Words;

namespace Exporter.Tests.Words;

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
    [InlineData("1765831623500", "2025-12-15T20:47:03.5000000Z")]
    [InlineData("1765831623500123", "2025-12-15T20:47:03.5001230Z")]
    [InlineData("1765831623500123456", "2025-12-15T20:47:03.5001234Z")]
    [InlineData("1765831623500.25", "2025-12-15T20:47:03.5002500Z")]
    [InlineData("253402300799", "9999-12-31T23:59:59.0000000Z")]
    [InlineData("2025-12-15T20:48:13.246599+00:00Z", "2025-12-15T20:48:13.2465990Z")]
    [InlineData("2025-12-15 20:48:13,246", "2025-12-15T20:48:13.2460000Z")]
    [InlineData("2025-12-15T20:48:13,5+01:00", "2025-12-15T19:48:13.5000000Z")]
    [InlineData("20251215T204813Z", "2025-12-15T20:48:13.0000000Z")]
    [InlineData("20251215T204813.5+0100", "2025-12-15T19:48:13.5000000Z")]
    [InlineData("20251215T2048", "2025-12-15T20:48:00.0000000Z")]
    [InlineData("20251215 204813", "2025-12-15T20:48:13.0000000Z")]
    [InlineData("2025-12-15 20:48:13 +0000 UTC", "2025-12-15T20:48:13.0000000Z")]
    [InlineData("2025-12-15T20:48:13-02", "2025-12-15T22:48:13.0000000Z")]
    [InlineData("Mon, 15 Dec 2025 20:48:13 +0000", "2025-12-15T20:48:13.0000000Z")]
    [InlineData("Mon, 15 Dec 2025 20:48:13 GMT", "2025-12-15T20:48:13.0000000Z")]
    [InlineData("5 Dec 2025 20:48 -0730", "2025-12-06T04:18:00.0000000Z")]
    public void A_time_is_understood_as_bots_write_it(string written, string expected) =>
        Assert.Equal(expected, Timestamps.Parse(written, TimeZoneInfo.Utc)?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));

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
    [InlineData("20251215204813")]
    [InlineData("2025-12-15T20:48:13+02:00Z")]
    [InlineData("2025-12-15T20:48:13,Z")]
    [InlineData("2025-12-15T20:48:13+01:00 CET")]
    [InlineData("Mon 15 Dec 2025 20:48:13 GMT")]
    [InlineData("Mon, 31 Feb 2025 20:48:13 GMT")]
    [InlineData("999999999999999999999")]
    [InlineData("-1765831623")]
    [InlineData("1.7e9")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    public void What_is_no_unmistakable_time_is_none(string written) => Assert.Null(Timestamps.Parse(written, TimeZoneInfo.Utc));

    [Theory]
    [InlineData("2025-12-15T20:48:13")]
    [InlineData("20251215T204813")]
    [InlineData("2025-12-15 20:48:13,246")]
    [InlineData("2025-12-15")]
    [InlineData("Mon, 15 Dec 2025 20:48:13")]
    public void A_time_without_a_zone_is_one_only_where_its_zone_is_known(string written) => Assert.Null(Timestamps.Parse(written));

    [Theory]
    [InlineData("2025-12-15T20:48:13", "2025-12-16T01:48:13")]
    [InlineData("2025-07-15T20:48:13", "2025-07-16T00:48:13")]
    [InlineData("2025-12-15T20:48:13Z", "2025-12-15T20:48:13")]
    public void A_zone_is_that_of_times_which_name_none_and_knows_its_summer(string written, string utc) => Assert.Equal(
        DateTimeOffset.Parse(utc + "Z", CultureInfo.InvariantCulture), Timestamps.Parse(written, TimeZoneInfo.FindSystemTimeZoneById("America/New_York")));

    [Theory]
    [InlineData("1765831623", "2025-12-15T20:47:03")]
    [InlineData("1.765831623e9", "2025-12-15T20:47:03")]
    [InlineData("1765831623000", "2025-12-15T20:47:03")]
    [InlineData("1765831623000000", "2025-12-15T20:47:03")]
    [InlineData("1765831623000000000", "2025-12-15T20:47:03")]
    [InlineData("0", "1970-01-01T00:00:00")]
    public void A_number_is_seconds_or_their_parts_by_its_size(string number, string utc) => Assert.Equal(
        DateTimeOffset.Parse(utc + "Z", CultureInfo.InvariantCulture), Timestamps.ParseNumber(System.Text.Encoding.UTF8.GetBytes(number)));

    [Theory]
    [InlineData("-1")]
    [InlineData("1e999")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    public void A_number_that_is_no_time_is_none(string number) => Assert.Null(Timestamps.ParseNumber(System.Text.Encoding.UTF8.GetBytes(number)));

    [Fact]
    public void Every_time_that_NET_writes_is_read_back() =>
        Gen.DateTimeOffset.Sample(time =>
            Timestamps.Parse(time.ToString("O", CultureInfo.InvariantCulture)) == time
            || time.UtcDateTime == DateTime.MinValue || time.UtcDateTime == DateTime.MaxValue);

    [Fact]
    public void No_bytes_make_the_parser_throw() =>
        Gen.OneOf(Gen.Byte.Array[0, 40], Gen.OneOf(Gen.Const((byte)'0'), Gen.Const((byte)'-'), Gen.Const((byte)':'), Gen.Const((byte)'T'), Gen.Const((byte)'9')).Array[0, 40])
            .Sample(bytes => Timestamps.Parse(bytes, TimeZoneInfo.Utc) is null or { Offset.Ticks: 0 });
}
