using System.Globalization;
using System.Text;

namespace Exporter.Configuration;

/// <summary>Durations as Prometheus writes them: <c>30s</c>, <c>1h30m</c>, <c>250ms</c>, <c>7d</c>; .NET's <c>00:00:30</c> is read too.</summary>
internal static class Duration
{
    private static readonly (string Unit, long Ticks)[] Units =
    [
        ("w", 7 * TimeSpan.TicksPerDay),
        ("d", TimeSpan.TicksPerDay),
        ("h", TimeSpan.TicksPerHour),
        ("m", TimeSpan.TicksPerMinute),
        ("s", TimeSpan.TicksPerSecond),
        ("ms", TimeSpan.TicksPerMillisecond),
    ];

    public static bool TryParse(string? text, out TimeSpan duration)
    {
        duration = default;
        if (string.IsNullOrWhiteSpace(text))
        {
            return false;
        }

        text = text.Trim();
        // A bare number is refused: TimeSpan.Parse would take "30" for thirty days.
        if (text.Contains(':', StringComparison.Ordinal))
        {
            return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out duration);
        }

        if (text == "0")
        {
            return true;
        }

        decimal ticks = 0;
        var position = 0;
        var lastUnit = -1;
        while (position < text.Length)
        {
            var start = position;
            while (position < text.Length && (char.IsAsciiDigit(text[position]) || text[position] == '.'))
            {
                position++;
            }

            if (!decimal.TryParse(text.AsSpan(start, position - start), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            start = position;
            while (position < text.Length && char.IsAsciiLetterLower(text[position]))
            {
                position++;
            }

            var name = text[start..position];
            var unit = Array.FindIndex(Units, candidate => candidate.Unit == name);
            // Each unit once, largest first, as in Prometheus: "5m1h" is a slip of the pen.
            if (unit <= lastUnit || number > long.MaxValue / Units[unit].Ticks)
            {
                return false;
            }

            ticks += number * Units[unit].Ticks;
            lastUnit = unit;
        }

        if (ticks > long.MaxValue)
        {
            return false;
        }

        duration = new TimeSpan((long)ticks);
        return true;
    }

    public static string Format(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero)
        {
            return "0s";
        }

        if (duration < TimeSpan.Zero || duration.Ticks % TimeSpan.TicksPerMillisecond != 0)
        {
            return duration.ToString("c", CultureInfo.InvariantCulture);
        }

        var text = new StringBuilder();
        var ticks = duration.Ticks;
        // Weeks are read but not written: "7d" reads better than "1w" beside "14d".
        foreach (var (unit, size) in Units.AsSpan(1))
        {
            if (ticks >= size)
            {
                text.Append(ticks / size).Append(unit);
                ticks %= size;
            }
        }

        return text.ToString();
    }
}
