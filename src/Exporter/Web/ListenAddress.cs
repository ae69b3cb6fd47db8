using System.Globalization;
using System.Net;

namespace Exporter.Web;

/// <summary>Where to listen, in the notation of Prometheus' programs: <c>HOST:PORT</c>, <c>[::1]:PORT</c> or <c>:PORT</c>.</summary>
/// <param name="Address">Null means every address, IPv4 and IPv6.</param>
/// <param name="Port">0 takes a free one.</param>
public sealed record ListenAddress(IPAddress? Address, int Port)
{
    public bool IsLoopback => Address is not null && IPAddress.IsLoopback(Address);

    /// <summary>Null when the text is no such address. Host names other than <c>localhost</c> are refused: they can mean several addresses.</summary>
    public static ListenAddress? Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 0
            || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port > IPEndPoint.MaxPort)
        {
            return null;
        }

        var host = text[..colon];
        return host switch
        {
            "" => new(null, port),
            "localhost" => new(IPAddress.Loopback, port),
            ['[', .., ']'] => IPAddress.TryParse(host[1..^1], out var v6) && v6.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6
                ? new(v6, port)
                : null,
            // "127.1" and "2130706433" parse too: only the usual four numbers are meant.
            _ => IPAddress.TryParse(host, out var v4) && v4.ToString() == host && v4.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork
                ? new(v4, port)
                : null,
        };
    }

    public override string ToString() => new IPEndPoint(Address ?? IPAddress.IPv6Any, Port) is var endpoint && Address is null
        ? $":{Port}"
        : endpoint.ToString();
}
