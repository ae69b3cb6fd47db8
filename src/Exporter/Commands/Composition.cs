using Exporter.Configuration;
using Exporter.Storage;
using Exporter.Web;

namespace Exporter.Commands;

/// <summary>Puts the rooms together. Read it from top to bottom: the order is the order of the loop.</summary>
internal static class Composition
{
    public static WebApplication Server(ExporterOptions options, ConfigurationLoader loader, StorageDirectory storage, Shell shell)
    {
        var builder = WebServer.CreateBuilder(options.Web, options.Kestrel);
        Logs.Configure(builder.Logging, options.Log);
        builder.Services.AddSingleton(shell.Time);

        var app = builder.Build();
        var (tokens, _) = BearerTokens.Load(options.Web.TokenFiles, app.Services.GetRequiredService<ILogger<BearerTokens>>());
        WebServer.UseRules(app, new AccessRules(options.Web, tokens ?? BearerTokens.None, new Sessions(shell.Time)));
        app.MapLifecycle(ready: () => true, reload: _ => Task.FromResult<string?>(null));
        return app;
    }
}
