using Exporter.Checks;
using Exporter.Configuration;
using Exporter.Evaluation;
using Exporter.Metrics;
using Exporter.Storage;
using Exporter.Venues;
using Exporter.Web;

namespace Exporter.Commands;

/// <summary>Puts the rooms of a server together. Read it from top to bottom: the order is the order of the loop.</summary>
internal static class Composition
{
    public static WebApplication Server(ExporterOptions options, ConfigurationLoader loader, StorageDirectory storage, Shell shell)
    {
        var builder = WebServer.CreateBuilder(options.Web, options.Kestrel);
        Logs.Configure(builder.Logging, options.Log);
        var services = builder.Services;
        services.AddSingleton(shell.Time);
        services.AddSingleton(storage);
        services.AddSingleton(options);
        services.AddSingleton(loader);

        services.AddVenues(options.Venues, storage);
        services.AddSingleton<BotRoster>();
        services.AddSingleton(provider => new Evaluator(
            [], shell.Time, provider.GetRequiredService<ILogger<Evaluator>>()));
        services.AddHostedService(provider => new IdleEvaluation(provider.GetRequiredService<Evaluator>(), shell.Time));

        services.AddSingleton<ExporterRegistry>();
        services.AddSingleton(provider => provider.GetRequiredService<ExporterRegistry>().Factory);
        services.AddSingleton(provider => new Exposition(
            provider.GetRequiredService<ExporterRegistry>(),
            provider.GetRequiredService<Evaluator>(),
            CheckCatalogue.All.Select(registration => registration.Spec),
            BuildVersion.Version,
            BuildVersion.Revision,
            provider.GetRequiredService<ILogger<Exposition>>()));

        services.AddSingleton(new Sessions(shell.Time));
        services.AddSingleton(provider => BearerTokens.Load(options.Web.TokenFiles, provider.GetRequiredService<ILogger<BearerTokens>>()).Tokens
            ?? throw new InvalidOperationException("The token files were usable when the configuration was validated."));
        services.AddSingleton<AccessRules>(provider => new AccessRules(
            options.Web, provider.GetRequiredService<BearerTokens>(), provider.GetRequiredService<Sessions>()));
        services.AddSingleton<Reload>();

        var app = builder.Build();
        Watch(app.Services, options);
        var access = app.Services.GetRequiredService<AccessRules>();
        WebServer.UseRules(app, access);
        MapEndpoints(app, access);
        return app;
    }

    private static void Watch(IServiceProvider services, ExporterOptions options)
    {
        var roster = services.GetRequiredService<BotRoster>();
        var draft = roster.Prepare(options);
        roster.Adopt(draft);
        services.GetRequiredService<Evaluator>().Replace(draft.Bots);
    }

    private static void MapEndpoints(WebApplication app, AccessRules access)
    {
        var evaluator = app.Services.GetRequiredService<Evaluator>();
        var reload = app.Services.GetRequiredService<Reload>();
        app.MapLifecycle(ready: () => evaluator.Latest is not null, reload.RunAsync);
        app.MapMetrics(
            evaluator,
            app.Services.GetRequiredService<Exposition>(),
            CheckCatalogue.All.Select(registration => registration.Spec),
            mayDebug: access.MayRead).WithAccess(Access.Metrics);
        app.MapConfiguration(() => EffectiveConfiguration.Print(reload.Options));
    }
}
