using System.Globalization;

namespace Exporter.Words;

/// <summary>A time as it is written: for people, and for programs. Always UTC.</summary>
internal static class Moment
{
    /// <summary>For people: "2026-03-01 12:00:05 UTC".</summary>
    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>The hour within a list whose day is known: "12:00:05 UTC".</summary>
    public static string Clock(DateTimeOffset time) => time.UtcDateTime.ToString("HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>For programs, to the millisecond: "2026-03-01T12:00:05.250Z" (ISO 8601).</summary>
    public static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
