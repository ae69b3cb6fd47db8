using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

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

    /// <summary>Everything that stands before an endpoint. The order matters: headers on every answer, errors explained, then access.</summary>
    public static void UseRules(WebApplication app, AccessRules access)
    {
        app.UseSecurityHeaders();
        app.UseMiddleware<ProblemPages>();
        app.UseRouting();
        app.UseAccessRules(access);
    }

    /// <summary>Where the started server listens, with the ports that it was given.</summary>
    public static IEnumerable<string> Addresses(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
}
