using System.Collections.Immutable;
using Exporter.Bots;
using Exporter.Alertmanager;
using Exporter.Checks;
using Exporter.Commands;
using Exporter.Configuration;
using Exporter.Evaluation;
using Exporter.Healing;
using Exporter.Healing.Ledger;
using Exporter.Journal;
using Exporter.Logging;
using Exporter.Metrics;
using Exporter.Storage;
using Exporter.Terminal;
using Exporter.Venues;
using Exporter.Web;
using Exporter.Web.Api;
using Exporter.Web.StatusPage;

using Prometheus;

namespace Exporter.Server;

/// <summary>Puts the rooms of a server together. Read it from top to bottom: the order is the order of the loop.</summary>
internal static partial class Composition
{
    public static WebApplication Server(
        ExporterOptions options, ImmutableDictionary<string, BotFinding> findings, ConfigurationLoader loader, StorageDirectory storage, Shell shell)
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

        services.AddSingleton<ExporterRegistry>();
        services.AddSingleton(provider => provider.GetRequiredService<ExporterRegistry>().Factory);
        services.AddSingleton(provider => new Exposition(
            provider.GetRequiredService<ExporterRegistry>(),
            provider.GetRequiredService<Evaluator>(),
            CheckCatalogue.All.Select(registration => registration.Spec),
            BuildVersion.Version,
            BuildVersion.Revision,
            provider.GetRequiredService<ILogger<Exposition>>()));

        services.AddSingleton(provider => TokensOf(options, storage, provider.GetRequiredService<ILogger<BearerTokens>>()));
        services.AddSingleton<Sessions>();
        services.AddSingleton<WrongTokens>();
        services.AddSingleton<AccessRules>(provider => new AccessRules(
            options.Web, provider.GetRequiredService<BearerTokens>(), provider.GetRequiredService<Sessions>(), provider.GetRequiredService<WrongTokens>()));
        services.AddHostedService<StorageWatch>();
        services.AddSingleton<WriteFailures>();
        services.AddSingleton<MonitorJournal>();
        services.AddHostedService(provider => provider.GetRequiredService<MonitorJournal>());

        services.AddSingleton<SeenSources>();
        services.AddHostedService(provider => provider.GetRequiredService<SeenSources>());

        services.AddSingleton(shell);
        services.AddSingleton<HealingHouse>();
        services.AddHostedService(provider => provider.GetRequiredService<HealingHouse>());
        services.AddHostedService<Polling>();
        // After all that follow evaluations, so that none misses the first one.
        services.AddHostedService<IdleEvaluation>();
        services.AddSingleton<Footprint>();
        services.AddHostedService(provider => provider.GetRequiredService<Footprint>());
        services.AddSingleton<WebhookMetrics>();
        services.AddSingleton<Reload>();
        services.AddHostedService<Recognition>();

        var app = builder.Build();
        Watch(app.Services, options, findings);
        var access = app.Services.GetRequiredService<AccessRules>();
        Footprint.Use(app, app.Services.GetRequiredService<Footprint>());
        WebhookMetrics.Use(app, app.Services.GetRequiredService<WebhookMetrics>());
        WebServer.UseRules(app, access, app.Services.GetRequiredService<IMetricFactory>());
        MapEndpoints(app, access);
        return app;
    }

    /// <summary>
    /// The owner's tokens; without one the exporter makes its own, so that nothing is changed by whoever merely gets through. Where it
    /// cannot, it monitors all the same, and nothing can be changed.
    /// </summary>
    private static BearerTokens TokensOf(ExporterOptions options, StorageDirectory storage, ILogger log)
    {
        if (options.Web.TokenFiles.Count > 0)
        {
            return BearerTokens.Load(options.Web.TokenFiles, log).Tokens
                ?? throw new InvalidOperationException("The token files were usable when the configuration was validated.");
        }

        try
        {
            return BearerTokens.Make(Path.Combine(storage.Path, "token"), log);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NoToken(log, e.Message);
            return BearerTokens.None;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, EventName = "NoToken", Message = "No token can be made, so nothing can be changed over HTTP: {Problem} Configure one with --web.token-file.")]
        public static partial void NoToken(ILogger logger, string problem);
    }

    private static void Watch(IServiceProvider services, ExporterOptions options, ImmutableDictionary<string, BotFinding> findings)
    {
        var roster = services.GetRequiredService<BotRoster>();
        var draft = roster.Prepare(options, findings);
        roster.Adopt(draft);
        var evaluator = services.GetRequiredService<Evaluator>();
        evaluator.Replace(draft.Bots);
        var loggers = services.GetRequiredService<ILoggerFactory>();
        services.GetRequiredService<SeenSources>().Restore();
        SummaryFile.Restore(services.GetRequiredService<StorageDirectory>(), evaluator, loggers.CreateLogger<MonitorJournal>());
        StatusLog.Follow(evaluator, loggers.CreateLogger<Evaluator>());
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

        var services = app.Services;
        var time = services.GetRequiredService<TimeProvider>();
        var healing = services.GetRequiredService<HealingHouse>().Engine;
        var ledger = new HealingHistory(services.GetRequiredService<StorageDirectory>().Ledger);
        app.MapWebhook(healing, services.GetRequiredService<WebhookMetrics>(), services.GetRequiredService<ILoggerFactory>());
        HealingApi.Map(app, healing, ledger, time);

        var latest = new Latest(evaluator, time);
        var storage = services.GetRequiredService<StorageDirectory>();
        var tokens = services.GetRequiredService<BearerTokens>();
        ImmutableArray<string> Notes() =>
        [
            .. storage.Problem is { } problem ? (string[])[problem] : [],
            .. services.GetRequiredService<HealingHouse>().Notes,
            .. tokens.Configured ? (string[])[] : ["Nothing can be changed over HTTP: no token is configured, and none could be made. Name one with --web.token-file."],
        ];

        StatusApi.Map(app, latest, Notes);
        AliveApi.Map(app, latest);
        app.MapRunbooks();
        var history = new StatusHistory();
        evaluator.Published += (snapshot, _) => history.Record(snapshot);
        var sessions = services.GetRequiredService<Sessions>();
        app.MapStatusPage(
            latest,
            new StatusPageModel(history, healing, ledger, tokens.Configured, Notes, BuildVersion.Version, time),
            access,
            sessions,
            new StatusPageForms(healing, tokens, sessions, services.GetRequiredService<WrongTokens>(), time));
    }
}
