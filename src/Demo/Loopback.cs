using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Demo;

/// <summary>One small HTTP server, on 127.0.0.1 unless it is told otherwise.</summary>
internal sealed class Loopback : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Loopback(WebApplication app, Uri address)
    {
        _app = app;
        Address = address;
    }

    public Uri Address { get; }

    /// <param name="certificate">With one it speaks HTTPS.</param>
    /// <param name="map">Adds the routes.</param>
    /// <param name="at">Null: any free port of 127.0.0.1.</param>
    public static async Task<Loopback> StartAsync(
        X509Certificate2? certificate, Action<WebApplication> map, CancellationToken cancellation, IPEndPoint? at = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(
            at ?? new IPEndPoint(IPAddress.Loopback, 0),
            listen =>
            {
                if (certificate is not null)
                {
                    listen.UseHttps(certificate);
                }
            }));
        var app = builder.Build();
        map(app);
        await app.StartAsync(cancellation);
        var addresses = app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features.Get<IServerAddressesFeature>();
        return new Loopback(app, new Uri(addresses!.Addresses.Single()));
    }

    public async ValueTask DisposeAsync()
    {
        // No grace for whoever still holds a connection: a cable that is pulled asks nobody.
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}
