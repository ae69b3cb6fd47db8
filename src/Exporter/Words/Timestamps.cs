using System.Globalization;
using System.Text;

namespace Exporter.Words;

/// <summary>
/// The one parser of points in time, as bots and venues write them: ISO 8601 (extended or compact, a fraction of any length behind a
/// point or a comma), RFC 2822, and Unix seconds, milliseconds, microseconds or nanoseconds by their size, as a number or as a text of
/// digits. What can be meant in more than one sense is no time; one without a zone is a time only where its owner said which.
/// </summary>
internal static class Timestamps
{
    /// <summary>What a value that is no time should have been, for the end of a sentence.</summary>
    public const string Right = "right would be a time with its zone such as 2026-07-24T09:30:00+00:00, or Unix seconds such as 1784885400";

    /// <summary>Behind the year 9999: as seconds no time, so that milliseconds (from 1978 on) are told from seconds by their size alone.</summary>
    private const decimal EndOfSeconds = 253_402_300_800;

    private static readonly string[] Months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    private static readonly string[] Days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

    /// <param name="zone">Of a time that names none; null: then it is no time.</param>
    public static DateTimeOffset? Parse(ReadOnlySpan<byte> text, TimeZoneInfo? zone = null)
    {
        text = text.Trim((byte)' ');
        return ParseDigits(text) ?? ParseIso(text, zone) ?? ParseRfc2822(text, zone);
    }

    public static DateTimeOffset? Parse(string text, TimeZoneInfo? zone = null) => Parse(Encoding.UTF8.GetBytes(text), zone);

    /// <summary>A number as JSON writes it.</summary>
    public static DateTimeOffset? ParseNumber(ReadOnlySpan<byte> number) =>
        decimal.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? FromUnix(value) : null;

    /// <summary>Unix seconds, ms, µs or ns, whichever lies between 1978 and 9999; seconds from 1970 on.</summary>
    public static DateTimeOffset? FromUnix(decimal value)
    {
        for (var thousands = 0; value >= EndOfSeconds; thousands++)
        {
            if (thousands == 3)
            {
                return null;
            }

            value /= 1000;
        }

        return value >= 0 ? DateTimeOffset.UnixEpoch.AddTicks((long)(value * TimeSpan.TicksPerSecond)) : null;
    }

    /// <summary>For people: as bots write it.</summary>
    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Digits with or without a fraction. 8 and 14 of them may as well be a date that is written without its dashes.</summary>
    private static DateTimeOffset? ParseDigits(ReadOnlySpan<byte> text)
    {
        var digits = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') is var end && end < 0 ? text.Length : end;
        var isNumber = digits is >= 9 and <= 20 and not 14
            && (digits == text.Length || (text[digits] == '.' && !text[(digits + 1)..].ContainsAnyExceptInRange((byte)'0', (byte)'9')));
        return isNumber ? ParseNumber(text) : null;
    }

    private static DateTimeOffset? ParseIso(ReadOnlySpan<byte> text, TimeZoneInfo? zone)
    {
        var dashed = text.Length > 4 && text[4] == '-';
        if (!Digits(ref text, 4, out var year) || !Take(ref text, '-', dashed)
            || !Digits(ref text, 2, out var month) || !Take(ref text, '-', dashed)
            || !Digits(ref text, 2, out var day)
            || TicksOf(year, month, day) is not { } ticks)
        {
            return null;
        }

        if (text.IsEmpty)
        {
            return dashed ? AtOffset(ticks, text, zone) : null;
        }

        return text[0] is (byte)'T' or (byte)'t' or (byte)' ' && TakeClock(text[1..], out var rest) is { } clock ? AtOffset(ticks + clock, rest, zone) : null;
    }

    /// <summary><c>Thu, 01 Jan 2026 00:00:00 +0000</c>, also with GMT and as HTTP writes it; the day of the week may be missing.</summary>
    private static DateTimeOffset? ParseRfc2822(ReadOnlySpan<byte> text, TimeZoneInfo? zone)
    {
        if (NameAt(ref text, Days) is not null && !Take(ref text, ',', true))
        {
            return null;
        }

        text = text.TrimStart((byte)' ');
        if (!Digits(ref text, text.Length > 1 && text[1] == ' ' ? 1 : 2, out var day) || !Take(ref text, ' ', true)
            || NameAt(ref text, Months) is not { } month || !Take(ref text, ' ', true)
            || !Digits(ref text, 4, out var year) || !Take(ref text, ' ', true)
            || TicksOf(year, month + 1, day) is not { } ticks)
        {
            return null;
        }

        return TakeClock(text, out var rest) is { } clock ? AtOffset(ticks + clock, rest, zone) : null;
    }

    private static long? TicksOf(int year, int month, int day) =>
        year >= 1 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month) ? new DateTime(year, month, day).Ticks : null;

    /// <summary>HH:mm, HH:mm:ss or without colons, and a fraction of the second.</summary>
    private static long? TakeClock(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> rest)
    {
        rest = default;
        var colons = text.Length > 2 && text[2] == ':';
        if (!Digits(ref text, 2, out var hour) || !Take(ref text, ':', colons) || !Digits(ref text, 2, out var minute) || hour > 23 || minute > 59)
        {
            return null;
        }

        var ticks = (hour * TimeSpan.TicksPerHour) + (minute * TimeSpan.TicksPerMinute);
        if (!text.IsEmpty && (colons ? text[0] == ':' : text[0] is >= (byte)'0' and <= (byte)'9'))
        {
            if (!Take(ref text, ':', colons) || !Digits(ref text, 2, out var second) || second > 59 || !TakeFraction(ref text, ref ticks))
            {
                return null;
            }

            ticks += second * TimeSpan.TicksPerSecond;
        }

        rest = text;
        return ticks;
    }

    private static bool TakeFraction(ref ReadOnlySpan<byte> text, ref long ticks)
    {
        if (text.IsEmpty || text[0] is not ((byte)'.' or (byte)','))
        {
            return true;
        }

        text = text[1..];
        var end = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') is var stop && stop < 0 ? text.Length : stop;

        // A tick is the seventh place; what is finer is cut.
        var weight = TimeSpan.TicksPerSecond / 10;
        foreach (var digit in text[..end])
        {
            ticks += (digit - '0') * weight;
            weight /= 10;
        }

        text = text[end..];
        return end > 0;
    }

    /// <summary>Ends the text: nothing (then <paramref name="zone"/>), Z, UTC, GMT, or an offset; one of zero perhaps with a Z or UTC behind it.</summary>
    private static DateTimeOffset? AtOffset(long ticks, ReadOnlySpan<byte> text, TimeZoneInfo? zone)
    {
        text = text.TrimStart((byte)' ');
        if (text.IsEmpty)
        {
            return zone is null ? null : At(ticks, zone.GetUtcOffset(new DateTime(ticks)).Ticks);
        }

        if (text[0] is not ((byte)'+' or (byte)'-'))
        {
            return IsUtc(text) ? At(ticks, 0) : null;
        }

        var sign = text[0] == '-' ? -1 : 1;
        text = text[1..];
        var minute = 0;
        if (!Digits(ref text, 2, out var hour) || hour > 23
            || (!text.IsEmpty && text[0] is (byte)':' or >= (byte)'0' and <= (byte)'9'
                && (!Take(ref text, ':', text[0] == ':') || !Digits(ref text, 2, out minute) || minute > 59)))
        {
            return null;
        }

        var offset = sign * ((hour * TimeSpan.TicksPerHour) + (minute * TimeSpan.TicksPerMinute));
        return text.IsEmpty || (offset == 0 && IsUtc(text.TrimStart((byte)' '))) ? At(ticks, offset) : null;
    }

    private static bool IsUtc(ReadOnlySpan<byte> text) =>
        text.SequenceEqual("Z"u8) || text.SequenceEqual("z"u8) || text.SequenceEqual("UTC"u8) || text.SequenceEqual("GMT"u8) || text.SequenceEqual("UT"u8);

    private static DateTimeOffset? At(long ticks, long offset) =>
        ticks - offset is var utc && utc >= DateTime.MinValue.Ticks && utc <= DateTime.MaxValue.Ticks ? new DateTimeOffset(utc, TimeSpan.Zero) : null;

    private static int? NameAt(ref ReadOnlySpan<byte> text, string[] names)
    {
        Span<byte> name = stackalloc byte[3];
        for (var i = 0; i < names.Length && text.Length >= name.Length; i++)
        {
            Encoding.ASCII.GetBytes(names[i], name);
            if (Ascii.EqualsIgnoreCase(text[..name.Length], name))
            {
                text = text[name.Length..];
                return i;
            }
        }

        return null;
    }

    /// <summary>Passes over a separator that has to be there; over nothing when it has not.</summary>
    private static bool Take(ref ReadOnlySpan<byte> text, char separator, bool isThere)
    {
        if (!isThere)
        {
            return true;
        }

        if (text.IsEmpty || text[0] != separator)
        {
            return false;
        }

        text = text[1..];
        return true;
    }

    private static bool Digits(ref ReadOnlySpan<byte> text, int count, out int value)
    {
        value = 0;
        if (text.Length < count || text[..count].ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return false;
        }

        foreach (var digit in text[..count])
        {
            value = (value * 10) + (digit - '0');
        }

        text = text[count..];
        return true;
    }
}
