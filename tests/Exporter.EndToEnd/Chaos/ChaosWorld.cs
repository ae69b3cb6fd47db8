using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Demo.Bot;
using Demo.Loop;
using Demo.Venues;

namespace Exporter.EndToEnd.Chaos;

/// <summary>The simulated bot and venues, the wires between, the published exporter with everything accelerated, Prometheus and Alertmanager.</summary>
internal sealed class ChaosWorld : IAsyncDisposable
{
    private const string BotName = "alpha";
    private const string BotKey = "chaos-bot-key";

    private readonly TemporaryDirectory _directory = new();
    private readonly Stack<IAsyncDisposable> _parts = new();
    private readonly string _token = "chaos-token-0123456789abcdef";

    private ChaosWorld()
    {
    }

    public SimulatedBot Bot { get; private set; } = null!;

    public SimulatedExchange Exchange { get; private set; } = null!;

    public SimulatedCoinGlass CoinGlass { get; private set; } = null!;

    public FaultyWire[] Wires { get; private set; } = [];

    public StorageDisk Disk { get; private set; } = null!;

    public ExporterLives Exporter { get; private set; } = null!;

    public string Storage => _directory["storage"];

    /// <summary>Prometheus and Alertmanager, where they are installed.</summary>
    public List<ChildProcess> Around { get; } = [];

    public string ExporterLog => File.Exists(_directory["exporter.log"]) ? string.Join('\n', File.ReadLines(_directory["exporter.log"]).TakeLast(40)) : "";

    public WebhookSender Sender() => new(Exporter, BotName, _token);

    public static async Task<ChaosWorld> StartAsync(ChaosPlan plan)
    {
        var world = new ChaosWorld();
        try
        {
            await world.BuildAsync(plan);
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the exporter a second time on a storage directory that is read-only, and says how it ended.</summary>
    public async Task<(int ExitCode, string Output)> StartOnReadOnlyDiskAsync()
    {
        await using var program = ChildProgram.Start(PublishedExporter.Binary, Arguments("127.0.0.1:0"));
        // It monitors all the same: the disk is one of the things that it is there to tell of.
        await program.WaitForLineAsync(PublishedExporter.ListeningAddress);
        return (await program.StopAsync(), program.Output);
    }

    public async ValueTask DisposeAsync()
    {
        while (_parts.TryPop(out var part))
        {
            await part.DisposeAsync();
        }

        _directory.Dispose();
    }

    private async Task BuildAsync(ChaosPlan plan)
    {
        var time = TimeProvider.System;
        var certificate = LoopbackCertificate.Create(time.GetUtcNow(), TimeSpan.FromDays(2));
        Disk = Keep(await StorageDisk.MountAsync(Storage));
        Bot = Keep(new SimulatedBot(BotName, _directory["bot"], new BotPace(TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(5)), time, plan.Dice("bot")));
        Exchange = Keep(new SimulatedExchange(certificate, time));
        CoinGlass = Keep(new SimulatedCoinGlass(certificate));
        var door = Keep(await BotDoor.OpenAsync(Bot, BotKey, CancellationToken.None));
        await Bot.StartAsync(CancellationToken.None);
        await Exchange.PlugInAsync(CancellationToken.None);
        await CoinGlass.StartAsync(CancellationToken.None);
        Wires = [Keep(new FaultyWire(Exchange.Address)), Keep(new FaultyWire(CoinGlass.Address))];
        Configure(door, certificate);

        var address = new Uri($"http://127.0.0.1:{FreePort.Any()}");
        var program = Keep(new ChildProcess("The exporter", PublishedExporter.Binary, Arguments(address.Authority), address, _directory["exporter.log"]));
        Exporter = new ExporterLives(program, Storage);
        await Exporter.StartAsync(CancellationToken.None);
        await StartAroundAsync(address);
    }

    private string[] Arguments(string listen) =>
        ["serve", "--config.file", _directory["exporter.json"], "--storage.path", Storage, "--web.listen-address", listen, "--heal"];

    private void Configure(BotDoor door, X509Certificate2 certificate)
    {
        Directory.CreateDirectory(Storage);
        File.WriteAllText(Path.Combine(Storage, "token"), _token);
        var knock = (Uri where) => new JsonObject
        {
            ["Http"] = new JsonObject
            {
                ["Url"] = where.ToString(),
                ["Headers"] = new JsonObject { [BotDoor.KeyHeader] = _directory.Write("bot_key", BotKey) },
            },
        };
        _directory.Write("exporter.json", new JsonObject
        {
            ["Bots"] = new JsonArray(new JsonObject { ["Name"] = BotName, ["Root"] = Bot.Root }),
            ["Venues"] = new JsonObject { ["ExtraCaFile"] = _directory.Write("ca.pem", certificate.ExportCertificatePem()) },
            ["Checks"] = new JsonObject
            {
                ["ExchangeApi"] = new JsonObject { ["BaseUrl"] = Wires[0].Address.ToString(), ["MinInterval"] = "5s", ["Timeout"] = "3s" },
                ["CoinGlassApi"] = new JsonObject
                {
                    ["BaseUrl"] = Wires[1].Address.ToString(),
                    ["KeyFile"] = _directory.Write("coinglass_key", SimulatedCoinGlass.Key),
                    ["MaxAge"] = "10s",
                },
                ["Network"] = new JsonObject { ["Endpoints"] = new JsonArray([.. Wires.Select(wire => (JsonNode)wire.Address.Authority)]), ["MinInterval"] = "5s", ["Timeout"] = "3s" },
                ["IntelligenceFreshness"] = new JsonObject { ["MaxAge"] = "3s" },
            },
            ["Healing"] = new JsonObject
            {
                ["FailingFor"] = "1s",
                ["WatchdogSilence"] = "10s",
                ["Cooldown"] = "1s",
                ["MaxCooldown"] = "2s",
                ["ReconsiderAfter"] = "1s",
                ["HealthyFor"] = "1s",
                ["VerifyTimeout"] = "4s",
                ["VerifyInterval"] = "250ms",
                ["MaxPerHour"] = 100_000,
                ["MaxPerActionPerHour"] = 100_000,
                ["Remedies"] = new JsonObject
                {
                    ["SettleTime"] = "10s",
                    ["NetworkDelay"] = "200ms",
                    ["Triggers"] = new JsonObject
                    {
                        ["refresh_intelligence"] = knock(door.Refresh),
                        ["refresh_coinglass"] = knock(door.Refresh),
                        ["verify_kill_switch"] = knock(door.ClearKillSwitch),
                    },
                },
            },
        }.ToJsonString());
    }

    private async Task StartAroundAsync(Uri exporter)
    {
        var alertmanager = new Uri($"http://127.0.0.1:{FreePort.Any()}");
        if (Programs.Alertmanager is { } alertmanagerProgram)
        {
            var config = LoopFiles.CopyAlertmanager(Programs.Repository, Folder("alertmanager"), LoopPace.Demo, exporter, Path.Combine(Storage, "token"), pages: null);
            Around.Add(Keep(new ChildProcess(
                "Alertmanager",
                alertmanagerProgram,
                [$"--config.file={config}", $"--storage.path={Folder("alertmanager/data")}", $"--web.listen-address={alertmanager.Authority}", "--cluster.listen-address="],
                alertmanager,
                _directory["alertmanager.log"])));
        }

        if (Programs.Prometheus is { } prometheusProgram)
        {
            var prometheus = new Uri($"http://127.0.0.1:{FreePort.Any()}");
            var config = LoopFiles.CopyPrometheus(Programs.Repository, Folder("prometheus"), LoopPace.Demo, exporter, alertmanager);
            Around.Add(Keep(new ChildProcess(
                "Prometheus",
                prometheusProgram,
                [$"--config.file={config}", $"--storage.tsdb.path={Folder("prometheus/data")}", $"--web.listen-address={prometheus.Authority}"],
                prometheus,
                _directory["prometheus.log"])));
        }

        foreach (var program in Around)
        {
            await program.StartAsync(CancellationToken.None);
        }
    }

    private string Folder(string name) => Directory.CreateDirectory(_directory[name]).FullName;

    private T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Push(part);
        return part;
    }
}
