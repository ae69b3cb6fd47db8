namespace Exporter.Checks;

/// <summary>How old a time is, and whether it can be believed.</summary>
internal static class Age
{
    /// <summary>The cause of a result whose data is stamped later than now.</summary>
    public const string FutureTimestamp = "future_timestamp";

    /// <summary>Two clocks on one machine, and rounding to seconds, differ by less; a time further ahead is wrong.</summary>
    public static readonly TimeSpan FutureTolerance = TimeSpan.FromSeconds(5);

    public static bool IsFuture(DateTimeOffset time, DateTimeOffset now) => time - now > FutureTolerance;

    /// <summary>Never negative: a time within the tolerance ahead is as young as can be.</summary>
    public static TimeSpan Of(DateTimeOffset time, DateTimeOffset now) => time >= now ? TimeSpan.Zero : now - time;

    /// <summary>Seconds since 1970, with the fraction that Unix milliseconds would lose.</summary>
    public static double UnixSeconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).TotalSeconds;
}
