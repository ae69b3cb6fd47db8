using System.Net;
using System.Net.Security;
using Exporter.Storage;

namespace Exporter.Venues;

/// <summary>Registers what it takes to ask venues.</summary>
public static class VenueServices
{
    /// <summary>Adds <see cref="VenueProbes"/>, one for the process. Needs a <see cref="TimeProvider"/> and logging.</summary>
    /// <param name="storage">See <see cref="VenueProbes(IHttpClientFactory, StorageDirectory?, VenueOptions, TimeProvider, ILoggerFactory)"/>.</param>
    /// <exception cref="VenueOptionsException">An option cannot be used.</exception>
    public static IServiceCollection AddVenues(this IServiceCollection services, VenueOptions options, StorageDirectory? storage)
    {
        var trust = new CertificateTrust(options);
        services.AddHttpClient(HttpProber.ClientName)
            .ConfigureHttpClient(client =>
            {
                // The prober's own time-out covers the whole call, and runs by the injected clock.
                client.Timeout = Timeout.InfiniteTimeSpan;
                client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", "tradingbot_exporter");
                client.DefaultRequestHeaders.TryAddWithoutValidation("Accept", "application/json");
            })
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                AutomaticDecompression = DecompressionMethods.All,
                ConnectCallback = HappyEyeballs.ConnectAsync,
                // Longer than the interval between probes, so that a skew is measured without a handshake in it; short enough to follow DNS.
                PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                SslOptions = new SslClientAuthenticationOptions
                {
                    RemoteCertificateValidationCallback = (_, certificate, chain, errors) => trust.Accepts(certificate, chain, errors),
                },
            })
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            // The default ones write a line per call, and headers with the key in them at level Trace.
            .RemoveAllLoggers();
        services.AddSingleton(provider => new VenueProbes(
            provider.GetRequiredService<IHttpClientFactory>(),
            storage,
            options,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>()));
        return services;
    }
}
