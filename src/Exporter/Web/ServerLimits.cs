using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Exporter.Web;

/// <summary>Kestrel's limits for a server that answers a few scrapers, an Alertmanager and a person.</summary>
internal static class ServerLimits
{
    /// <summary>Alertmanager's largest sensible webhook is far below.</summary>
    public const long LargestBodyBytes = 1 << 20;

    public static void Apply(KestrelServerOptions server)
    {
        server.AddServerHeader = false;
        server.AllowSynchronousIO = false;
        var limits = server.Limits;
        limits.MaxRequestBodySize = LargestBodyBytes;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.MaxRequestLineSize = 8 * 1024;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        // Longer than the usual scrape interval of one minute, so that a scraper keeps its connection.
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(130);
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        limits.MaxConcurrentConnections = 256;
        limits.MaxConcurrentUpgradedConnections = 0;
        limits.Http2.MaxStreamsPerConnection = 32;
    }

    /// <summary>Binds every configured address; those of Kestrel's own section are bound beside them.</summary>
    public static void Listen(KestrelServerOptions server, WebOptions options)
    {
        foreach (var text in options.ListenAddresses)
        {
            var address = ListenAddress.Parse(text) ?? throw new FormatException($"\"{text}\" is no listen address.");
            if (address.Address is null)
            {
                server.ListenAnyIP(address.Port);
            }
            else
            {
                server.Listen(address.Address, address.Port);
            }
        }
    }
}
