using System.Globalization;

namespace Exporter.Venues;

/// <summary>A host and port that a bot must reach.</summary>
/// <param name="Tls">Whether a TLS handshake belongs to reaching it.</param>
public sealed record NetworkEndpoint(string Host, int Port, bool Tls)
{
    /// <summary>The value of the label <c>endpoint</c>: the host, and the port where it is not the scheme's own.</summary>
    public string Name => Tls && Port == 443 ? Host : $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port.ToString(CultureInfo.InvariantCulture)}";

    public static NetworkEndpoint Of(Uri url) => new(url.HostNameType is UriHostNameType.IPv6 ? url.DnsSafeHost : url.IdnHost, url.Port, url.Scheme == Uri.UriSchemeHttps);

    /// <summary>Reads <c>host</c>, <c>host:port</c> (both with TLS), <c>https://host[:port]</c> or <c>http://host[:port]</c>.</summary>
    public static bool TryParse(string text, out NetworkEndpoint endpoint)
    {
        endpoint = null!;
        text = text.Trim();
        if (!text.Contains("://", StringComparison.Ordinal))
            text = $"https://{text}";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url)
            || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp)
            || url.Host.Length == 0
            || url.Port is < 1 or > 65535
            || url.UserInfo.Length > 0)
            return false;
        endpoint = Of(url);
        return true;
    }
}

/// <summary>What came of connecting to an endpoint. A duration is null for a step that was not reached or not needed.</summary>
/// <param name="At">When it was known.</param>
/// <param name="Cause"><c>dns</c>, <c>connect</c>, <c>tls</c> or <c>timeout</c>; null when reachable.</param>
/// <param name="Reason">One plain sentence.</param>
/// <param name="CertificateExpiry">Also of a certificate that is not accepted.</param>
public sealed record EndpointResult(
    NetworkEndpoint Endpoint,
    DateTimeOffset At,
    string? Cause,
    string Reason,
    TimeSpan? Dns,
    TimeSpan? Connect,
    TimeSpan? Tls,
    DateTimeOffset? CertificateExpiry)
{
    public bool Reachable => Cause is null;
}
