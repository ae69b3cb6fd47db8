using System.Globalization;

namespace Exporter.Venues;

/// <summary>How long a venue wants to be left alone.</summary>
/// <param name="Delay">From now on.</param>
/// <param name="Note">What had to be made of an odd value, for the reason; null when the venue's own word stands.</param>
internal readonly record struct RetryAfter(TimeSpan Delay, string? Note)
{
    /// <summary>The longest that is honoured. Binance bans for 2 minutes to 3 days; more is a mistake, and would blind the check for good.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(3);

    /// <summary>429 without Retry-After: the windows that venues count in are mostly one minute.</summary>
    public static readonly TimeSpan DefaultForRateLimit = TimeSpan.FromMinutes(1);

    /// <summary>418 without Retry-After: the shortest ban of Binance.</summary>
    public static readonly TimeSpan DefaultForBan = TimeSpan.FromMinutes(2);

    /// <summary>Where doubling the default ends.</summary>
    public static readonly TimeSpan LongestDefault = TimeSpan.FromHours(1);

    /// <summary>Reads the header, seconds or HTTP-date (RFC 9110, 10.2.3). Null when it is missing, senseless, zero or in the past.</summary>
    /// <param name="venueNow">The answer's Date header: a date is measured against the venue's clock where that is known, not against ours.</param>
    public static RetryAfter? Parse(string? header, DateTimeOffset? venueNow, DateTimeOffset now)
    {
        header = header?.Trim();
        if (string.IsNullOrEmpty(header))
            return null;

        if (header.All(char.IsAsciiDigit))
        {
            // Twenty digits are more than a long holds; they are longer than the longest anyway.
            var seconds = long.TryParse(header, CultureInfo.InvariantCulture, out var parsed) ? parsed : long.MaxValue;
            return seconds == 0 ? null : Bounded(seconds > Longest.TotalSeconds ? TimeSpan.MaxValue : TimeSpan.FromSeconds(seconds));
        }

        return DateTimeOffset.TryParseExact(header, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? Until(date, venueNow ?? now)
            : null;
    }

    public static RetryAfter? Until(DateTimeOffset date, DateTimeOffset now) => date > now ? Bounded(date - now) : null;

    /// <summary>What a venue that refuses without saying for how long is granted, doubled with each refusal in a row.</summary>
    public static RetryAfter? Default(string cause, int refusalsBefore)
    {
        TimeSpan? first = cause switch
        {
            ProbeCause.RateLimited => DefaultForRateLimit,
            ProbeCause.Banned => DefaultForBan,
            _ => null,
        };
        if (first is not { } delay)
            return null;

        delay *= 1 << Math.Clamp(refusalsBefore, 0, 6);
        return new RetryAfter(delay < LongestDefault ? delay : LongestDefault, "it did not say for how long");
    }

    private static RetryAfter Bounded(TimeSpan delay) =>
        delay <= Longest ? new RetryAfter(delay, null) : new RetryAfter(Longest, "it asked for longer, which is cut to 3 days");
}
