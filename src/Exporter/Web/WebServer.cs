using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Prometheus;

namespace Exporter.Web;

/// <summary>The HTTP server without its endpoints: limits, listeners, and the rules that every request meets.</summary>
public static class WebServer
{
    /// <summary>How long requests may take to end after SIGTERM; a service manager is promised five seconds in all.</summary>
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(4);

    /// <param name="kestrel">Kestrel's own configuration section, with its endpoints, TLS and client certificates; or null.</param>
    public static WebApplicationBuilder CreateBuilder(WebOptions options, JsonObject? kestrel)
    {
        // Empty: no appsettings.json, no ASPNETCORE_ variables, no default log; whatever holds is in our own configuration.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = DrainTime);
        // A request goes on in the thread that has read it, and its answer is sent by the one that wrote it: handing both on wakes a
        // thread each, which costs more than the handing over is worth to requests this small.
        builder.Services.Configure<SocketTransportOptions>(sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(server =>
        {
            ServerLimits.Apply(server);
            server.ConfigureEndpointDefaults(LoopbackListener.MarkConnections);
            ServerLimits.Listen(server, options);
            if (kestrel is not null)
            {
                server.Configure(KestrelSection.Configuration(kestrel));
            }
        });
        return builder;
    }

    /// <summary>Everything that stands before an endpoint. The order matters: headers on every answer, the measuring, errors explained, then access.</summary>
    /// <param name="metrics">Where the server's own request times are counted.</param>
    public static void UseRules(WebApplication app, AccessRules access, IMetricFactory metrics)
    {
        app.UseSecurityHeaders();
        app.UseRouting();
        app.UseHttpMetrics(http =>
        {
            http.CaptureMetricsUrl = true;
            http.InProgress.Enabled = false;
            http.RequestCount.Enabled = false;
            // Neither the method nor the path: callers may make those up, and every one would be a series for good.
            http.RequestDuration.Histogram = metrics.CreateHistogram(
                "tradingbot_exporter_http_request_duration_seconds",
                "Time from a request to the end of its answer, by endpoint and status code.",
                ["code", "endpoint"],
                new HistogramConfiguration { Buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5] });
        });
        // Within the measuring: the status that was sent is the one that is counted.
        app.UseMiddleware<ProblemPages>();
        app.UseAccessRules(access);
    }

    /// <summary>Where the started server listens, with the ports that it was given.</summary>
    public static IEnumerable<string> Addresses(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
}
