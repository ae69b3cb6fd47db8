using System.Text.Json.Nodes;
using CliWrap;
using CliWrap.Buffered;
using Demo.Faults;
using Demo.Freqtrade;
using Demo.Venues;

namespace Exporter.EndToEnd.Freqtrade;

/// <summary>A simulated freqtrade and exchange, looked at by the program itself.</summary>
internal sealed class FreqtradeLook : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly SimulatedFreqtrade _freqtrade;
    private readonly SimulatedExchange _exchange = new(null, TimeProvider.System);

    private FreqtradeLook() => _freqtrade = new SimulatedFreqtrade(TimeProvider.System, Timeout.InfiniteTimeSpan, _directory["user_data"]);

    public SimulatedFreqtrade Freqtrade => _freqtrade;

    public string Configuration => _directory["exporter.json"];

    public static async Task<FreqtradeLook> StartAsync(Action<JsonObject>? tune = null)
    {
        var look = new FreqtradeLook();
        await look._freqtrade.StartAsync(CancellationToken.None);
        await look._exchange.PlugInAsync(CancellationToken.None);
        await File.WriteAllTextAsync(look._directory["pw"], SimulatedFreqtrade.Password + "\n");
        File.SetUnixFileMode(look._directory["pw"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var bot = new JsonObject
        {
            ["Name"] = "ft",
            ["Kind"] = "freqtrade",
            ["Url"] = look._freqtrade.Address.ToString(),
            ["User"] = SimulatedFreqtrade.User,
            ["PasswordFile"] = look._directory["pw"],
            ["Exchange"] = "binance",
            ["Root"] = look._freqtrade.UserData,
            ["Checks"] = new JsonObject { ["Money"] = new JsonObject { ["MaxDailyLoss"] = 100 } },
        };
        tune?.Invoke(bot);
        var options = new JsonObject
        {
            ["Bots"] = new JsonArray(bot),
            ["Checks"] = new JsonObject { ["ExchangeApi"] = new JsonObject { ["BaseUrl"] = look._exchange.Address.ToString() } },
            ["Storage"] = new JsonObject { ["Path"] = look._directory["storage"] },
        };
        await File.WriteAllTextAsync(look.Configuration, options.ToJsonString());
        return look;
    }

    public Task TurnAsync(Fault fault) => fault.Inject(new World(null!, _exchange, null!, TimeProvider.System, (_, _) => Task.CompletedTask, _freqtrade), CancellationToken.None);

    public async Task<JsonObject> LookAsync()
    {
        var ran = await Cli.Wrap(PublishedExporter.Binary).WithArguments(["check", "--json", "--config.file", Configuration]).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync();
        return ran.StandardOutput.Length > 0 && JsonNode.Parse(ran.StandardOutput)!["bots"]?[0] is JsonObject bot ? bot : throw new InvalidOperationException(ran.StandardError);
    }

    public async ValueTask DisposeAsync()
    {
        await _freqtrade.DisposeAsync();
        await _exchange.DisposeAsync();
        _directory.Dispose();
    }
}
