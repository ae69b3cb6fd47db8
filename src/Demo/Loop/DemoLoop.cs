using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Demo.Venues;

namespace Demo.Loop;

/// <summary>
/// Everything at once: the simulated bot, exchange and CoinGlass, the exporter, and Prometheus and Alertmanager with the repository's
/// files where they are installed. The end-to-end tests run the same loop, faster.
/// </summary>
internal sealed class DemoLoop : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _started = [];
    private readonly LoopOptions _options;
    private readonly ExporterConfiguration _configuration;
    private readonly SemaphoreSlim _reconfiguring = new(1, 1);
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };

    private DemoLoop(LoopOptions options)
    {
        _options = options;
        _configuration = new ExporterConfiguration(options.Directory, options.Pace, options.WatchdogSilence, options.Tune);
    }

    /// <summary>One for each bot, in the order of <see cref="LoopOptions.Bots"/>.</summary>
    public ImmutableArray<Simulation> Simulations { get; private set; } = [];

    public ChildProcess Exporter { get; private set; } = null!;

    /// <summary>Null when it is not installed.</summary>
    public ChildProcess? Prometheus { get; private set; }

    /// <summary>Null when it is not installed.</summary>
    public ChildProcess? Alertmanager { get; private set; }

    /// <summary>The bearer token that every POST to the exporter needs.</summary>
    public string Token => _configuration.Token;

    /// <summary>The exporter's storage directory: journals, ledger, copies.</summary>
    public string Storage => _configuration.Storage;

    public static async Task<DemoLoop> StartAsync(LoopOptions options, CancellationToken cancellation)
    {
        Directory.CreateDirectory(options.Directory);
        var loop = new DemoLoop(options);
        try
        {
            await loop.StartAsync(cancellation);
            return loop;
        }
        catch
        {
            await loop.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Last started, first stopped: Prometheus before what it scrapes.
        foreach (var part in Enumerable.Reverse(_started))
        {
            await part.DisposeAsync();
        }

        _reconfiguring.Dispose();
        _http.Dispose();
    }

    private async Task StartAsync(CancellationToken cancellation)
    {
        var certificate = LoopbackCertificate.Create(DateTimeOffset.UtcNow, TimeSpan.FromDays(90));
        foreach (var name in _options.Bots)
        {
            var root = Path.Combine(_options.Directory, _options.Bots.Length == 1 ? "bot" : $"bots/{name}");
            var simulation = await Simulation.StartAsync(
                name, root, _options.Pace, certificate, _configuration.BotKey, _options.Random, ReconfigureAsync, _options.IsFreqtrade(name), cancellation);
            _started.Add(simulation);
            Simulations = Simulations.Add(simulation);
        }

        if (_options.Prepare is { } prepare)
        {
            await prepare(this);
        }

        _configuration.WriteSecrets(SimulatedCoinGlass.Key, certificate);
        _configuration.Write(Simulations);
        await StartProgramsAsync(cancellation);
    }

    private async Task StartProgramsAsync(CancellationToken cancellation)
    {
        var exporter = Address(_options.ExporterPort);
        var alertmanager = Address(_options.AlertmanagerPort);
        Exporter = new ChildProcess(
            "The exporter",
            Programs.Exporter,
            [
                "serve", "--config.file", _configuration.Path, "--storage.path", _configuration.Storage,
                "--web.listen-address", exporter.Authority, "--heal",
            ],
            exporter,
            Log("exporter"));
        await StartAsync(Exporter, cancellation);

        if (Programs.Alertmanager is { } alertmanagerProgram)
        {
            var config = LoopFiles.CopyAlertmanager(
                Programs.Repository, Folder("alertmanager"), _options.Pace, exporter, _configuration.TokenFile, _options.Pages);
            Alertmanager = new ChildProcess(
                "Alertmanager",
                alertmanagerProgram,
                [
                    $"--config.file={config}", $"--storage.path={Folder("alertmanager/data")}",
                    $"--web.listen-address={alertmanager.Authority}", "--cluster.listen-address=",
                ],
                alertmanager,
                Log("alertmanager"));
            await StartAsync(Alertmanager, cancellation);
        }

        if (Programs.Prometheus is { } prometheusProgram)
        {
            var prometheus = Address(_options.PrometheusPort);
            var config = LoopFiles.CopyPrometheus(Programs.Repository, Folder("prometheus"), _options.Pace, exporter, alertmanager);
            Prometheus = new ChildProcess(
                "Prometheus",
                prometheusProgram,
                [
                    $"--config.file={config}", $"--storage.tsdb.path={Folder("prometheus/data")}", $"--web.listen-address={prometheus.Authority}",
                    $"--rules.alert.resend-delay={_options.Pace.Text(TimeSpan.FromMinutes(1))}",
                ],
                prometheus,
                Log("prometheus"));
            await StartAsync(Prometheus, cancellation);
        }
    }

    private async Task StartAsync(ChildProcess program, CancellationToken cancellation)
    {
        _started.Add(program);
        await program.StartAsync(cancellation);
    }

    private async Task ReconfigureAsync(CancellationToken cancellation)
    {
        await _reconfiguring.WaitAsync(cancellation);
        try
        {
            _configuration.Write(Simulations);
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Exporter.Address, "/-/reload"));
            request.Headers.Authorization = new("Bearer", Token);
            using var answer = await _http.SendAsync(request, cancellation);
            answer.EnsureSuccessStatusCode();
        }
        finally
        {
            _reconfiguring.Release();
        }
    }

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(_options.Directory, name)).FullName;

    private string Log(string program) => Path.Combine(Folder("log"), $"{program}.log");

    private static Uri Address(int preferredPort) => new($"http://127.0.0.1:{FreePort.Prefer(preferredPort)}");
}

/// <summary>What a loop is started with.</summary>
/// <param name="Directory">Everything that it writes lies below.</param>
/// <param name="Random">What the simulated bot trades by.</param>
internal sealed record LoopOptions(string Directory, LoopPace Pace, Random Random)
{
    /// <summary>The names of the bots.</summary>
    public ImmutableArray<string> Bots { get; init; } = ["alpha"];

    /// <summary>Which of them, by name, is a freqtrade.</summary>
    public Func<string, bool> IsFreqtrade { get; init; } = _ => false;

    /// <summary>How long, in earnest, the alerting path may be silent before the exporter heals on its own.</summary>
    public TimeSpan WatchdogSilence { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Changes the checks' options of single bots, by their names.</summary>
    public Action<string, JsonObject>? Tune { get; init; }

    /// <summary>What is to happen after the bots have started and before anybody looks at them.</summary>
    public Func<DemoLoop, Task>? Prepare { get; init; }

    /// <summary>Where Alertmanager sends pages; null: to nobody.</summary>
    public Uri? Pages { get; init; }

    /// <summary>Ports that are taken if they are free; 0 for any.</summary>
    public int ExporterPort { get; init; }

    public int PrometheusPort { get; init; }

    public int AlertmanagerPort { get; init; }
}
