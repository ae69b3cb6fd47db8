using System.Net;
using System.Net.Sockets;
using Exporter.Venues;

namespace Exporter.Tests.Venues;

public sealed class EndpointDialerTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestCertificates _certificates = new();

    // Certificates are checked against the machine's clock, so that these tests stand at the present.
    private Asking Trusting() => new(
        options: new VenueOptions { ExtraCaFile = _directory.Write("ca.pem", _certificates.AuthorityPem) },
        time: new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UtcNow));

    public void Dispose()
    {
        _directory.Dispose();
        _certificates.Dispose();
    }

    [Fact]
    public async Task A_healthy_endpoint_has_three_durations_and_an_expiry()
    {
        using var asking = Trusting();
        using var certificate = _certificates.ForLocalhost();
        await using var venue = new LoopbackVenue(Replies.Hang, certificate);

        var result = await asking.DialAsync(venue.BaseUrl);

        Assert.True(result.Reachable, result.Reason);
        Assert.Equal((true, true, true), (result.Dns.HasValue, result.Connect.HasValue, result.Tls.HasValue));
        Assert.Equal(certificate.NotAfter.ToUniversalTime(), result.CertificateExpiry?.UtcDateTime);
    }

    [Fact]
    public async Task Without_TLS_there_is_no_handshake()
    {
        using var asking = new Asking();
        await using var venue = new LoopbackVenue(Replies.Hang);

        var result = await asking.DialAsync(venue.BaseUrl);

        Assert.True(result.Reachable, result.Reason);
        Assert.Null(result.Tls);
        Assert.Null(result.CertificateExpiry);
    }

    [Fact]
    public async Task A_certificate_of_an_unknown_authority_is_tls()
    {
        using var asking = new Asking(time: new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UtcNow));
        using var certificate = _certificates.ForLocalhost();
        await using var venue = new LoopbackVenue(Replies.Hang, certificate);

        var result = await asking.DialAsync(venue.BaseUrl);

        Assert.Equal(ProbeCause.Tls, result.Cause);
        Assert.Contains("not trusted", result.Reason, StringComparison.Ordinal);
        Assert.NotNull(result.Connect);
        Assert.Null(result.Tls);
    }

    [Fact]
    public async Task An_expired_certificate_is_tls_and_its_expiry_is_still_told()
    {
        using var asking = Trusting();
        using var certificate = _certificates.ForLocalhost(expiry: DateTimeOffset.UtcNow.AddDays(-1));
        await using var venue = new LoopbackVenue(Replies.Hang, certificate);

        var result = await asking.DialAsync(venue.BaseUrl);

        Assert.Equal(ProbeCause.Tls, result.Cause);
        Assert.Contains("expired on", result.Reason, StringComparison.Ordinal);
        Assert.Equal(certificate.NotAfter.ToUniversalTime(), result.CertificateExpiry?.UtcDateTime);
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_tls()
    {
        using var asking = Trusting();
        using var certificate = _certificates.For("other.example", DateTimeOffset.UtcNow.AddDays(30));
        await using var venue = new LoopbackVenue(Replies.Hang, certificate);

        Assert.Contains("another name", (await asking.DialAsync(venue.BaseUrl)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_prober_trusts_no_more_than_the_dialer()
    {
        using var trusting = Trusting();
        using var strict = new Asking();
        using var certificate = _certificates.ForLocalhost();
        await using var venue = new LoopbackVenue(Replies.BinanceTime(Asking.Start), certificate);

        Assert.True((await trusting.AskAsync(Asking.Binance(venue))).Up);
        Assert.Equal(ProbeCause.Tls, (await strict.AskAsync(Asking.Binance(venue))).Cause);
    }

    [Fact]
    public async Task A_closed_port_is_connect()
    {
        using var closed = new ClosedPort();

        Assert.Equal(ProbeCause.Connect, await CauseAsync(closed.Url));
    }

    [Fact]
    public async Task A_name_without_an_address_is_dns() => Assert.Equal(ProbeCause.Dns, await CauseAsync(new Uri("https://venue.invalid")));

    [Fact]
    public async Task A_handshake_that_gets_no_answer_is_a_timeout()
    {
        using var venue = new TcpListener(IPAddress.Loopback, 0);
        venue.Start();
        using var asking = new Asking();
        var dialled = asking.DialAsync(new Uri($"https://{venue.LocalEndpoint}"));
        using var connection = await venue.AcceptSocketAsync();
        // Its first byte has come: the handshake is what it waits for.
        Assert.Equal(1, await connection.ReceiveAsync(new byte[1]));
        asking.Time.Advance(Asking.Timing.Timeout);

        var result = await dialled;

        Assert.Equal(ProbeCause.Timeout, result.Cause);
        Assert.Contains("the TLS handshake took longer", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bots_share_what_was_found_within_the_interval()
    {
        using var asking = new Asking();
        await using var venue = new LoopbackVenue(Replies.Hang);

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => asking.DialAsync(venue.BaseUrl)));
        asking.Time.Advance(TimeSpan.FromSeconds(29));
        await asking.DialAsync(venue.BaseUrl);

        Assert.Equal(1, venue.Connections);
    }

    [Theory]
    [InlineData("openapi.blofin.com", "openapi.blofin.com", 443, true)]
    [InlineData("openapi.blofin.com:8443", "openapi.blofin.com:8443", 8443, true)]
    [InlineData("https://openapi.blofin.com/some/path", "openapi.blofin.com", 443, true)]
    [InlineData("http://127.0.0.1:8080", "127.0.0.1:8080", 8080, false)]
    [InlineData("[::1]:8443", "[::1]:8443", 8443, true)]
    public void An_endpoint_is_written_as_people_write_it(string text, string name, int port, bool tls)
    {
        Assert.True(NetworkEndpoint.TryParse(text, out var endpoint));

        Assert.Equal((name, port, tls), (endpoint.Name, endpoint.Port, endpoint.Tls));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ftp://host")]
    [InlineData("host:99999")]
    [InlineData("https://user:secret@host")]
    public void What_is_no_endpoint_is_refused(string text) => Assert.False(NetworkEndpoint.TryParse(text, out _));

    [Fact]
    public void An_authority_file_without_a_certificate_is_refused_by_name()
    {
        var file = _directory.Write("empty.pem", "nothing");

        var refused = Assert.Throws<VenueOptionsException>(() => new Asking(options: new VenueOptions { ExtraCaFile = file }));

        Assert.Contains(file, refused.Message, StringComparison.Ordinal);
    }

    private static async Task<string?> CauseAsync(Uri url)
    {
        using var asking = new Asking();
        return (await asking.DialAsync(url)).Cause;
    }
}
