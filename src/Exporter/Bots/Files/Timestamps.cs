using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Exporter.Bots.Files;

/// <summary>
/// Points in time as bots write them: ISO 8601 with <c>Z</c>, with an offset or naive (then UTC), with a fraction of any length; and
/// Unix seconds. What a bot may write in more than one sense is no time.
/// </summary>
internal static class Timestamps
{
    /// <summary>The last second of the year 9999. Milliseconds of today lie beyond it, so they are never taken for seconds.</summary>
    private const double MaxUnixSeconds = 253_402_300_799;

    /// <summary>An ISO 8601 text or, as some writers do, Unix seconds in quotes (9 to 11 digits before the point: 1973 to 5138).</summary>
    public static DateTimeOffset? Parse(ReadOnlySpan<byte> text)
    {
        text = text.Trim((byte)' ');
        var point = text.IndexOf((byte)'.');
        if ((point < 0 ? text.Length : point) is >= 9 and <= 11
            && Utf8Parser.TryParse(text, out double seconds, out var used)
            && used == text.Length)
        {
            return FromUnixSeconds(seconds);
        }

        return ParseIso(text);
    }

    public static DateTimeOffset? Parse(string text) => Parse(Encoding.UTF8.GetBytes(text));

    public static DateTimeOffset? FromUnixSeconds(double seconds)
    {
        if (seconds is not (>= 0 and <= MaxUnixSeconds))
        {
            return null;
        }

        // Whole seconds and fraction apart: a double holds today's seconds to 0.2 µs only.
        var whole = Math.Floor(seconds);
        return DateTimeOffset.UnixEpoch
            .AddTicks(((long)whole * TimeSpan.TicksPerSecond) + (long)((seconds - whole) * TimeSpan.TicksPerSecond));
    }

    /// <summary>For people: as bots write it.</summary>
    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static DateTimeOffset? ParseIso(ReadOnlySpan<byte> text)
    {
        // Fixed places: yyyy-MM-dd, then T or a space, then HH:mm and perhaps :ss.
        if (text.Length < 10 || text[4] != '-' || text[7] != '-'
            || !Digits(text[..4], out var year) || !Digits(text[5..7], out var month) || !Digits(text[8..10], out var day)
            || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return null;
        }

        var ticks = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc).Ticks;
        var rest = text[10..];
        if (rest.IsEmpty)
        {
            return new DateTimeOffset(ticks, TimeSpan.Zero);
        }

        if (rest.Length < 6 || rest[0] is not ((byte)'T' or (byte)'t' or (byte)' ') || rest[3] != ':'
            || !Digits(rest[1..3], out var hour) || !Digits(rest[4..6], out var minute) || hour > 23 || minute > 59)
        {
            return null;
        }

        ticks += (hour * TimeSpan.TicksPerHour) + (minute * TimeSpan.TicksPerMinute);
        rest = rest[6..];
        if (!rest.IsEmpty && rest[0] == ':')
        {
            if (rest.Length < 3 || !Digits(rest[1..3], out var second) || second > 59)
            {
                return null;
            }

            ticks += second * TimeSpan.TicksPerSecond;
            rest = rest[3..];
            if (!TakeFraction(ref rest, ref ticks))
            {
                return null;
            }
        }

        if (!TryOffset(rest, out var offset))
        {
            return null;
        }

        ticks -= offset;
        return ticks >= DateTime.MinValue.Ticks && ticks <= DateTime.MaxValue.Ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
    }

    private static bool TakeFraction(ref ReadOnlySpan<byte> rest, ref long ticks)
    {
        if (rest.IsEmpty || rest[0] != '.')
        {
            return true;
        }

        var end = rest[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') is var stop && stop < 0 ? rest.Length : stop + 1;
        if (end == 1)
        {
            return false;
        }

        // A tick is the seventh place; what is finer is cut.
        var weight = TimeSpan.TicksPerSecond / 10;
        foreach (var digit in rest[1..end])
        {
            ticks += (digit - '0') * weight;
            weight /= 10;
        }

        rest = rest[end..];
        return true;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        if (text.IsEmpty || text.SequenceEqual("Z"u8) || text.SequenceEqual("z"u8) || text.SequenceEqual(" UTC"u8))
        {
            return true;
        }

        if (text.Length < 3 || text[0] is not ((byte)'+' or (byte)'-') || !Digits(text[1..3], out var hours) || hours > 23)
        {
            return false;
        }

        // +HH, +HHmm or +HH:mm.
        var minutes = 0;
        var rest = text[3..];
        if (!rest.IsEmpty)
        {
            rest = rest[0] == ':' ? rest[1..] : rest;
            if (rest.Length != 2 || !Digits(rest, out minutes) || minutes > 59)
            {
                return false;
            }
        }

        ticks = ((hours * TimeSpan.TicksPerHour) + (minutes * TimeSpan.TicksPerMinute)) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool Digits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        return true;
    }
}
