using Exporter.Bots;
using Exporter.Commands;
using Exporter.Configuration;
using Exporter.Server;
using Exporter.Storage;
using Exporter.Terminal;
using Exporter.Web;
using Microsoft.AspNetCore.Builder;

namespace Exporter.Tests.Commands;

/// <summary>The whole server, composed as <c>serve</c> composes it, on a free loopback port, asking nobody beyond this machine.</summary>
internal sealed class RunningExporter : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory;
    private readonly StorageDirectory _storage;
    private readonly WebApplication _app;

    private RunningExporter(TemporaryDirectory directory, StorageDirectory storage, WebApplication app)
    {
        _directory = directory;
        _storage = storage;
        _app = app;
        Http = new HttpClient { BaseAddress = new Uri(WebServer.Addresses(app).First()) };
        if (File.Exists(Path.Combine(storage.Path, "token")))
        {
            // What the test asks of it, it asks as its owner.
            Http.DefaultRequestHeaders.Authorization = new("Bearer", File.ReadAllText(Path.Combine(storage.Path, "token")).Trim());
        }
    }

    public HttpClient Http { get; }

    /// <summary>The storage directory, which is there until the exporter is disposed.</summary>
    public string Storage => _storage.Path;

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    /// <param name="configuration">Beside <see cref="Offline"/>, as <c>TRADINGBOT__…</c> variables.</param>
    public static async Task<RunningExporter> StartAsync(string botRoot, params (string Name, string Value)[] configuration)
    {
        var directory = new TemporaryDirectory();
        var overrides = new CommandLineOverrides
        {
            ConfigFile = directory.Write("config.json", Offline.Configuration),
            Bots = [botRoot],
            ListenAddresses = ["127.0.0.1:0"],
            StoragePath = directory["state"],
            LogLevel = "error",
        };
        var environment = configuration.ToDictionary(pair => pair.Name, pair => pair.Value);
        var loader = new ConfigurationLoader(overrides, environment);
        var loaded = loader.LoadForServer();
        var options = loaded is LoadedConfiguration.Valid valid
            ? valid.Options
            : throw new Xunit.Sdk.XunitException(string.Join('\n', ((LoadedConfiguration.Invalid)loaded).Errors));
        var storage = StorageDirectory.Open(options.Storage.Path!);
        var app = Composition.Server(options, await BotKinds.LookAllAsync(options.Bots, default), loader, storage, new Shell(TextWriter.Null, TextWriter.Null, environment, TimeProvider.System));
        await app.StartAsync();
        return new RunningExporter(directory, storage, app);
    }

    /// <summary>As SIGTERM does: what waits is written.</summary>
    public Task StopAsync() => _app.StopAsync();

    /// <summary>Writes the configuration file anew; nothing happens until a reload.</summary>
    public void Configure(string json) => _directory.Write("config.json", json);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        _storage.Dispose();
        _directory.Dispose();
    }
}
