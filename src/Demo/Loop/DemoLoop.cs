using System.Security.Cryptography.X509Certificates;
using Demo.Bot;
using Demo.Faults;
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
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private double? _diskLimit;

    private DemoLoop(LoopOptions options)
    {
        _options = options;
        _configuration = new ExporterConfiguration(options.Directory, options.Pace);
    }

    public required SimulatedBot Bot { get; init; }

    public required SimulatedExchange Exchange { get; init; }

    public required SimulatedCoinGlass CoinGlass { get; init; }

    public required BotDoor Door { get; init; }

    public FaultBoard Faults { get; private set; } = null!;

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
        var time = TimeProvider.System;
        var certificate = LoopbackCertificate.Create(time.GetUtcNow(), TimeSpan.FromDays(90));
        var bot = new SimulatedBot("alpha", Path.Combine(options.Directory, "bot"), options.Pace.Bot, time, options.Random);
        var exchange = new SimulatedExchange(certificate, time);
        var coinGlass = new SimulatedCoinGlass(certificate);
        var door = await BotDoor.OpenAsync(bot, cancellation);
        var loop = new DemoLoop(options) { Bot = bot, Exchange = exchange, CoinGlass = coinGlass, Door = door };
        loop._started.AddRange([door, bot, exchange, coinGlass]);
        try
        {
            await bot.StartAsync(cancellation);
            await exchange.PlugInAsync(cancellation);
            await coinGlass.StartAsync(cancellation);
            loop.Faults = new FaultBoard(new World(bot, exchange, coinGlass, time, loop.LimitDiskAsync));
            await loop.StartProgramsAsync(certificate, cancellation);
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

        Faults?.Dispose();
        _http.Dispose();
    }

    private async Task StartProgramsAsync(X509Certificate2 certificate, CancellationToken cancellation)
    {
        var authorities = Path.Combine(_options.Directory, "authorities.pem");
        await File.WriteAllTextAsync(authorities, certificate.ExportCertificatePem(), cancellation);
        _configuration.WriteSecrets(Door, SimulatedCoinGlass.Key);
        WriteConfiguration();

        var exporter = Address(_options.ExporterPort);
        var alertmanager = Address(_options.AlertmanagerPort);
        Exporter = new ChildProcess(
            "The exporter",
            Programs.Exporter,
            [
                "serve", "--config.file", _configuration.Path, "--storage.path", _configuration.Storage,
                "--web.listen-address", exporter.Authority, "--web.token-file", _configuration.TokenFile, "--heal",
            ],
            exporter,
            Log("exporter"),
            new Dictionary<string, string> { ["SSL_CERT_FILE"] = authorities });
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

    private async Task LimitDiskAsync(double? ratio, CancellationToken cancellation)
    {
        _diskLimit = ratio;
        WriteConfiguration();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Exporter.Address, "/-/reload"));
        request.Headers.Authorization = new("Bearer", Token);
        using var answer = await _http.SendAsync(request, cancellation);
        answer.EnsureSuccessStatusCode();
    }

    private void WriteConfiguration() => _configuration.Write(Bot, Door, Exchange.Address, CoinGlass.Address, _diskLimit);

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(_options.Directory, name)).FullName;

    private string Log(string program) => Path.Combine(Folder("log"), $"{program}.log");

    private static Uri Address(int preferredPort) => new($"http://127.0.0.1:{FreePort.Prefer(preferredPort)}");
}

/// <summary>What a loop is started with.</summary>
/// <param name="Directory">Everything that it writes lies below.</param>
/// <param name="Random">What the simulated bot trades by.</param>
internal sealed record LoopOptions(string Directory, LoopPace Pace, Random Random)
{
    /// <summary>Where Alertmanager sends pages; null: to nobody.</summary>
    public Uri? Pages { get; init; }

    /// <summary>Ports that are taken if they are free; 0 for any.</summary>
    public int ExporterPort { get; init; }

    public int PrometheusPort { get; init; }

    public int AlertmanagerPort { get; init; }
}
