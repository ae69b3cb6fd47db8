using System.Collections.Immutable;

namespace Exporter.Venues;

/// <summary>Why a venue gave no success, kept apart because each wants another answer. The values of the label <c>cause</c>.</summary>
public static class ProbeCause
{
    /// <summary>The host's name has no address.</summary>
    public const string Dns = "dns";

    /// <summary>No connection, or it was reset before an answer came.</summary>
    public const string Connect = "connect";

    /// <summary>The TLS handshake failed or the certificate is not trusted.</summary>
    public const string Tls = "tls";

    /// <summary>No whole answer in time.</summary>
    public const string Timeout = "timeout";

    /// <summary>429, or the venue's own code for it: too many calls.</summary>
    public const string RateLimited = "rate_limited";

    /// <summary>418: the address is banned for calling on after 429.</summary>
    public const string Banned = "banned";

    /// <summary>Refused by a firewall in front of the venue, such as Cloudflare's or Akamai's.</summary>
    public const string BlockedByCdn = "blocked_by_cdn";

    /// <summary>401 or 403: the key is refused.</summary>
    public const string Forbidden = "forbidden";

    /// <summary>451: not served where this machine stands.</summary>
    public const string GeoBlocked = "geo_blocked";

    /// <summary>5xx, or the venue's own code for being busy or broken.</summary>
    public const string ServerError = "server_error";

    /// <summary>The venue says that it is in maintenance.</summary>
    public const string Maintenance = "maintenance";

    /// <summary>An orderly answer with an error inside.</summary>
    public const string BusinessError = "business_error";

    /// <summary>Something that is no answer of this API: HTML, broken JSON, an endless body.</summary>
    public const string InvalidResponse = "invalid_response";

    /// <summary>A redirect, which is never followed: keys in headers would leak.</summary>
    public const string Redirected = "redirected";

    /// <summary>The exporter's own: the file with the API key cannot be used. Nobody was asked, so it is none of <see cref="All"/>.</summary>
    public const string KeyFile = "key_file";

    /// <summary>Every failure of a venue or of the way to it.</summary>
    public static ImmutableArray<string> All { get; } =
    [
        Dns, Connect, Tls, Timeout, RateLimited, Banned, BlockedByCdn, Forbidden, GeoBlocked, ServerError, Maintenance, BusinessError, InvalidResponse, Redirected,
    ];
}
