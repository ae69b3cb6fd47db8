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

    /// <summary>Reads the header: seconds, a fraction or a list of them, or any of the three HTTP-dates (RFC 9110, 5.6.7 and 10.2.3). Null when it is missing, senseless, zero or in the past.</summary>
    /// <param name="venueNow">The answer's Date header: a date is measured against the venue's clock where that is known, not against ours.</param>
    public static RetryAfter? Parse(string? header, DateTimeOffset? venueNow, DateTimeOffset now)
    {
        header = header?.Trim();
        if (string.IsNullOrEmpty(header))
        {
            return null;
        }

        if (DateTimeOffset.TryParseExact(header, ["r", "dddd, dd-MMM-yy HH:mm:ss 'GMT'", "ddd MMM d HH:mm:ss yyyy"], CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces, out var date))
        {
            return Until(date, venueNow ?? now);
        }

        // Seconds, also with a fraction; a header that came twice is a list, and the longest of it is honoured.
        var longest = 0d;
        foreach (var part in header.Split(','))
        {
            if (!double.TryParse(part, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var seconds))
            {
                return null;
            }

            longest = Math.Max(longest, seconds);
        }

        return longest <= 0 ? null : Bounded(longest > Longest.TotalSeconds ? TimeSpan.MaxValue : TimeSpan.FromSeconds(Math.Ceiling(longest)));
    }

    public static RetryAfter? Until(DateTimeOffset date, DateTimeOffset now) => date > now ? Bounded(date - now) : null;

    /// <summary>What a venue that refuses without saying for how long is granted, doubled with each refusal in a row.</summary>
    /// <param name="backOff">The shortest wait by the venue's own rules; null where nothing is known of them.</param>
    public static RetryAfter? Default(string cause, TimeSpan? backOff, int refusalsBefore)
    {
        TimeSpan? first = cause switch
        {
            _ when backOff is not null => backOff,
            ProbeCause.RateLimited => DefaultForRateLimit,
            ProbeCause.Banned => DefaultForBan,
            _ => null,
        };
        if (first is not { } delay)
        {
            return null;
        }

        var doubled = delay * (1 << Math.Clamp(refusalsBefore, 0, 6));
        return new RetryAfter(doubled < LongestDefault ? doubled : delay < LongestDefault ? LongestDefault : delay, "it did not say for how long");
    }

    private static RetryAfter Bounded(TimeSpan delay) =>
        delay <= Longest ? new RetryAfter(delay, null) : new RetryAfter(Longest, "it asked for longer, which is cut to 3 days");
}
