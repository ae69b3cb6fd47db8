using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Exporter.Venues;

/// <summary>
/// The way to a host through the proxy that <c>HTTP_PROXY</c>, <c>HTTPS_PROXY</c> and <c>NO_PROXY</c> name: the same one that exchanges are
/// asked through, so that the two never disagree on whether there is a way.
/// </summary>
internal sealed class ProxyTunnel(IWebProxy proxies)
{
    private const int LongestAnswer = 16 * 1024;

    /// <summary>The proxy that stands before the endpoint; null when there is none.</summary>
    public Uri? For(NetworkEndpoint endpoint)
    {
        var url = new UriBuilder(endpoint.Tls ? Uri.UriSchemeHttps : Uri.UriSchemeHttp, endpoint.Host, endpoint.Port).Uri;
        return proxies.IsBypassed(url) ? null : proxies.GetProxy(url) is { } proxy && proxy != url ? proxy : null;
    }

    /// <summary>Asks a proxy for a connection to the endpoint. Proxies that speak anything but HTTP are reached, and no more.</summary>
    /// <exception cref="IOException">The proxy will not have it; the message says what it said.</exception>
    public async Task OpenAsync(Socket socket, Uri proxy, NetworkEndpoint endpoint, CancellationToken cancellation)
    {
        var host = endpoint.Host.Contains(':', StringComparison.Ordinal) ? $"[{endpoint.Host}]" : endpoint.Host;
        var request = $"CONNECT {host}:{endpoint.Port} HTTP/1.1\r\nHost: {host}:{endpoint.Port}\r\n{Authorization(proxy)}\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes(request), cancellation);

        // Byte by byte: what follows the empty line is the endpoint's own.
        var answer = new StringBuilder();
        var one = new byte[1];
        while (answer.Length < LongestAnswer && !answer.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await socket.ReceiveAsync(one, cancellation) == 0)
            {
                throw new IOException("the proxy closed the connection");
            }

            answer.Append((char)one[0]);
        }

        var status = answer.ToString().Split('\r', 2)[0];
        if (status.Split(' ') is not [_, ['2', _, _], ..])
        {
            throw new IOException($"the proxy answered {UntrustedText.Clean(status)}");
        }
    }

    private string Authorization(Uri proxy)
    {
        var credential = proxies.Credentials?.GetCredential(proxy, "Basic");
        return credential is null
            ? ""
            : $"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.UserName}:{credential.Password}"))}\r\n";
    }
}
