using System.Net;
using Exporter.Venues;

namespace Exporter.Tests.Venues;

public sealed class ProxyTests
{
    private static readonly NetworkEndpoint Exchange = NetworkEndpoint.Of(new Uri("https://exchange.invalid"));

    [Fact]
    public async Task Behind_a_proxy_the_way_to_a_host_is_the_tunnel_that_the_proxy_opens()
    {
        await using var proxy = new LoopbackVenue(Replies.Raw("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray()));

        var result = await DialAsync(proxy.BaseUrl);

        // The name is the proxy's to resolve; behind the tunnel nobody speaks TLS here.
        Assert.Equal(ProbeCause.Tls, result.Cause);
        Assert.StartsWith("CONNECT exchange.invalid:443 HTTP/1.1\r\n", Assert.Single(proxy.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_that_opens_no_tunnel_is_said_with_its_words()
    {
        await using var proxy = new LoopbackVenue(Replies.Raw("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"u8.ToArray()));

        var result = await DialAsync(proxy.BaseUrl);

        Assert.Equal(ProbeCause.Connect, result.Cause);
        Assert.Contains("407 Proxy Authentication Required", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_needs_no_proxy_is_reached_directly()
    {
        await using var venue = new LoopbackVenue(Replies.Hang);
        using var closed = new ClosedPort();
        var proxies = new WebProxy(closed.Url) { BypassList = ["localhost"] };

        var result = await new EndpointDialer(new CertificateTrust(new VenueOptions()), proxies, TimeProvider.System)
            .DialAsync(NetworkEndpoint.Of(venue.BaseUrl), TimeSpan.FromSeconds(30), CancellationToken.None);

        Assert.True(result.Reachable, result.Reason);
    }

    private static Task<EndpointResult> DialAsync(Uri proxy) => new EndpointDialer(new CertificateTrust(new VenueOptions()), new WebProxy(proxy), TimeProvider.System)
        .DialAsync(Exchange, TimeSpan.FromSeconds(30), CancellationToken.None);
}
