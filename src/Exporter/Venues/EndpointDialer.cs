using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Polly;
using Polly.Timeout;

namespace Exporter.Venues;

/// <summary>Resolves, connects and shakes hands, each step on its own and timed, on a connection that is closed again at once.</summary>
internal sealed class EndpointDialer(CertificateTrust trust, IWebProxy proxies, TimeProvider time)
{
    private readonly ProxyTunnel _tunnel = new(proxies);

    public async Task<EndpointResult> DialAsync(NetworkEndpoint endpoint, TimeSpan timeout, CancellationToken cancellation)
    {
        var dial = new Dial(endpoint, trust, _tunnel, time);
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = time }.AddTimeout(timeout).Build();
        try
        {
            return await pipeline.ExecuteAsync(async token => await dial.RunAsync(token), cancellation);
        }
        catch (TimeoutRejectedException)
        {
            return dial.Failed(ProbeCause.Timeout, $"{endpoint.Name} cannot be reached: {dial.Step} took longer than {Phrase.Seconds(timeout)}. Check this machine's network and firewall.");
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException)
        {
            return dial.Failed(e);
        }
    }

    /// <summary>One attempt under way.</summary>
    private sealed class Dial(NetworkEndpoint endpoint, CertificateTrust trust, ProxyTunnel tunnel, TimeProvider time)
    {
        private TimeSpan? _dns;
        private TimeSpan? _connect;
        private TimeSpan? _tls;
        private DateTimeOffset? _expiry;
        private string? _distrust;
        private Uri? _proxy;
        private string _cause = ProbeCause.Dns;

        public string Step { get; private set; } = "resolving its name";

        public async Task<EndpointResult> RunAsync(CancellationToken cancellation)
        {
            _proxy = tunnel.For(endpoint);
            var start = time.GetTimestamp();
            var addresses = await HappyEyeballs.ResolveAsync(_proxy?.DnsSafeHost ?? endpoint.Host, cancellation);
            _dns = time.GetElapsedTime(start);

            var by = _proxy is null ? "" : "the proxy at ";
            (_cause, Step) = (ProbeCause.Connect, $"connecting to {by}{string.Join(" or ", addresses.Take(3).Select(address => address.ToString()))}");
            start = time.GetTimestamp();
            using var socket = await HappyEyeballs.ConnectAsync(addresses, _proxy?.Port ?? endpoint.Port, cancellation);
            if (_proxy is { } proxy)
            {
                if (proxy.Scheme != Uri.UriSchemeHttp)
                {
                    _connect = time.GetElapsedTime(start);
                    return Result(null, $"{endpoint.Name} is behind the proxy {proxy.IdnHost}, which is reachable.");
                }

                if (endpoint.Tls)
                {
                    Step = $"the tunnel through the proxy {proxy.IdnHost}";
                    await tunnel.OpenAsync(socket, proxy, endpoint, cancellation);
                }
            }

            _connect = time.GetElapsedTime(start);

            if (endpoint.Tls)
            {
                (_cause, Step) = (ProbeCause.Tls, "the TLS handshake");
                start = time.GetTimestamp();
                await HandshakeAsync(socket, cancellation);
                _tls = time.GetElapsedTime(start);
            }

            return Result(null, $"{endpoint.Name} is reachable.");
        }

        public EndpointResult Failed(Exception e) => _cause switch
        {
            ProbeCause.Dns => Failed(_cause, $"The name {_proxy?.IdnHost ?? endpoint.Host}{(_proxy is null ? "" : ", the proxy,")} cannot be resolved ({e.Message}). Check this machine's DNS and network."),
            ProbeCause.Connect => Failed(_cause, $"{endpoint.Name} cannot be reached: {Step} failed ({e.Message}). Check this machine's network and firewall."),
            _ => Failed(_cause, $"The TLS handshake with {endpoint.Name} failed: {_distrust ?? UntrustedText.Clean(e.Message)}. Check this machine's clock and CA certificates, and that nothing intercepts the connection."),
        };

        public EndpointResult Failed(string cause, string reason) => Result(cause, reason);

        private EndpointResult Result(string? cause, string reason) => new(endpoint, time.GetUtcNow(), cause, reason, _dns, _connect, _tls, _expiry);

        private async Task HandshakeAsync(Socket socket, CancellationToken cancellation)
        {
            await using var stream = new SslStream(new NetworkStream(socket, ownsSocket: false));
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = endpoint.Host,
                    RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Check(certificate as X509Certificate2, chain, errors),
                },
                cancellation);
        }

        private bool Check(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
        {
            _expiry = certificate is null ? null : new DateTimeOffset(certificate.NotAfter.ToUniversalTime());
            if (trust.Accepts(certificate, chain, errors))
                return true;
            _distrust = CertificateTrust.Explain(certificate, chain, errors, time.GetUtcNow());
            return false;
        }
    }
}
