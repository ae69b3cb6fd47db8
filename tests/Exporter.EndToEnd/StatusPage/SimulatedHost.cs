using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Demo;
using Demo.Bot;
using Demo.Faults;
using Demo.Venues;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Exporter.EndToEnd.StatusPage;

/// <summary>A host with simulated bots, the venues that they trade on, and the published exporter that watches them and may heal.</summary>
internal sealed class SimulatedHost : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly List<IAsyncDisposable> _parts = [];
    private readonly Dictionary<string, SimulatedBot> _bots = [];
    private readonly Dictionary<string, JsonObject> _checks = [];
    private readonly Dictionary<string, JsonObject> _triggers = [];
    private readonly SimulatedExchange _exchange = new(null, TimeProvider.System);
    private readonly SimulatedCoinGlass _coinGlass = new(null);
    private PublishedExporter? _exporter;

    private SimulatedHost() => WritePrivate("storage/token", Token);

    public string Token { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    public Uri Address => Exporter.Address;

    public PublishedExporter Exporter => _exporter ?? throw new InvalidOperationException("The exporter has not been started.");

    public SimulatedBot this[string bot] => _bots[bot];

    public static async Task<SimulatedHost> StartAsync()
    {
        var host = new SimulatedHost();
        await host._exchange.PlugInAsync(CancellationToken.None);
        await host._coinGlass.StartAsync(CancellationToken.None);
        host._parts.AddRange([host._exchange, host._coinGlass]);
        host.WritePrivate("coinglass_key", SimulatedCoinGlass.Key);
        return host;
    }

    /// <summary>Adds a bot that trades. With venues of its own what befalls them harms no other bot.</summary>
    /// <param name="quick">Old data is called old soon, though not so soon that a busy machine makes it old.</param>
    public async Task<World> AddAsync(string name, TimeSpan cycle, bool ownVenues = false, bool quick = false)
    {
        var (exchange, coinGlass) = (_exchange, _coinGlass);
        if (ownVenues)
        {
            (exchange, coinGlass) = (new SimulatedExchange(null, TimeProvider.System), new SimulatedCoinGlass(null));
            await exchange.PlugInAsync(CancellationToken.None);
            await coinGlass.StartAsync(CancellationToken.None);
            _parts.AddRange([exchange, coinGlass]);
        }

        var bot = new SimulatedBot(name, _directory[$"bots/{name}"], new BotPace(cycle, TimeSpan.FromMilliseconds(1)), TimeProvider.System, new Random(1));
        _bots[name] = bot;
        _parts.Insert(0, bot);
        await bot.StartAsync(CancellationToken.None);
        _checks[name] = new JsonObject
        {
            ["ExchangeApi"] = new JsonObject { ["BaseUrl"] = exchange.Address.ToString() },
            ["CoinGlassApi"] = new JsonObject { ["BaseUrl"] = coinGlass.Address.ToString() },
        };
        if (quick)
        {
            _checks[name]["CoinGlassApi"]!["MaxAge"] = "15s";
            _checks[name]["IntelligenceFreshness"] = new JsonObject { ["MaxAge"] = "15s" };
            _checks[name]["BotHeartbeat"] = new JsonObject { ["MaxAge"] = "15s", ["MaxIdle"] = "15s" };
        }

        return new World(bot, exchange, coinGlass, TimeProvider.System, (ratio, _) => LimitDiskAsync(name, ratio));
    }

    /// <summary>Lets the action <c>refresh_intelligence</c> reach the bot.</summary>
    public async Task OpenDoorAsync(string name)
    {
        var door = await Loopback.StartAsync(
            null, app => app.MapPost("/refresh", (HttpContext context) => _bots[name].RefreshAsync(context.RequestAborted)), CancellationToken.None);
        _parts.Add(door);
        _triggers[name] = new JsonObject
        {
            ["Triggers"] = new JsonObject
            {
                ["refresh_intelligence"] = new JsonObject { ["Http"] = new JsonObject { ["Url"] = new Uri(door.Address, "/refresh").ToString() } },
            },
        };
    }

    /// <summary>Starts the exporter, or starts it again after <see cref="KillExporterAsync"/>, on the same storage directory.</summary>
    public async Task StartExporterAsync()
    {
        Configure();
        _exporter = await PublishedExporter.StartAsync(
            "--config.file", _directory["exporter.json"], "--storage.path", _directory["storage"], "--heal");
    }

    public async Task KillExporterAsync()
    {
        Exporter.Program.Signal("KILL");
        await Exporter.Program.WaitForExitAsync();
        await Exporter.DisposeAsync();
        _exporter = null;
    }

    /// <summary>Of every bot, as <c>BOT CHECK STATUS</c>. A scrape first: it evaluates, whatever was remembered.</summary>
    public async Task<HashSet<string>> BlockersAsync()
    {
        await Exporter.Http.GetStringAsync("metrics");
        var document = JsonNode.Parse(await Exporter.Http.GetStringAsync("api/v1/blockers"))!;
        return [.. document["blockers"]!.AsArray().Select(blocker => $"{blocker!["bot"]} {blocker["check"]} {blocker["status"]}")];
    }

    public Task DryRunAsync(string action, string bot) => PostAsync($"api/v1/heal/{action}", new JsonObject { ["bot"] = bot, ["dry_run"] = true });

    public async ValueTask DisposeAsync()
    {
        if (_exporter is not null)
        {
            await _exporter.DisposeAsync();
        }

        foreach (var part in _parts)
        {
            await part.DisposeAsync();
        }

        _directory.Dispose();
    }

    private Task LimitDiskAsync(string bot, double? ratio)
    {
        _checks[bot]["FileSystem"] = ratio is { } limit ? new JsonObject { ["MaxUsageRatio"] = limit } : new JsonObject();
        Configure();
        return PostAsync("-/reload", null);
    }

    private async Task PostAsync(string path, JsonObject? body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new("Bearer", Token);
        using var answer = await Exporter.Http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private void Configure() => WritePrivate("exporter.json", new JsonObject
    {
        ["Bots"] = new JsonArray(
        [
            .. _bots.Values.Select(bot => new JsonObject { ["Name"] = bot.Name, ["Root"] = bot.Root, ["Checks"] = _checks[bot.Name].DeepClone() }),
        ]),
        ["Checks"] = new JsonObject
        {
            ["ExchangeApi"] = new JsonObject { ["Timeout"] = "1s", ["MinInterval"] = "5s" },
            ["CoinGlassApi"] = new JsonObject { ["KeyFile"] = _directory["coinglass_key"] },
            ["Network"] = new JsonObject { ["MinInterval"] = "5s" },
        },
        ["Healing"] = new JsonObject
        {
            // Nobody but the test asks for healings.
            ["Trigger"] = "alertmanager",
            ["Cooldown"] = "1s",
            ["HealthyFor"] = "1s",
            ["VerifyTimeout"] = "20s",
            ["VerifyInterval"] = "200ms",
            ["Remedies"] = new JsonObject
            {
                ["Bots"] = new JsonObject([.. _triggers.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value.DeepClone()))]),
            },
        },
    }.ToJsonString());

    private void WritePrivate(string file, string content)
    {
        var path = _directory.Write(file, content);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
