using Exporter.Configuration;
using Exporter.Storage;
using Exporter.Web;

namespace Exporter.Commands;

/// <summary>Puts the rooms together. Read it from top to bottom: the order is the order of the loop.</summary>
internal static class Composition
{
    /// <summary>How long requests may take to end after SIGTERM; the service manager is promised five seconds in all.</summary>
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(4);

    public static WebApplication Server(ExporterOptions options, ConfigurationLoader loader, StorageDirectory storage, Shell shell)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        Logs.Configure(builder.Logging, options.Log);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(shell.Time);
        builder.Services.AddHttpClient();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = DrainTime);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server =>
        {
            ServerLimits.Apply(server);
            ServerLimits.Listen(server, options.Web);
        });

        var app = builder.Build();
        var (tokens, _) = BearerTokens.Load(options.Web.TokenFiles, app.Services.GetRequiredService<ILogger<BearerTokens>>());
        var access = new AccessRules(options.Web, tokens ?? BearerTokens.None, new Sessions(shell.Time));
        app.UseSecurityHeaders();
        app.UseMiddleware<ProblemPages>();
        app.UseRouting();
        app.UseAccessRules(access);
        app.MapLifecycle(ready: () => true, reload: _ => Task.FromResult<string?>(null));
        return app;
    }
}
