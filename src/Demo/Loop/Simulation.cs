using Demo.Freqtrade;
using System.Security.Cryptography.X509Certificates;
using Demo.Bot;
using Demo.Faults;
using Demo.Venues;

namespace Demo.Loop;

/// <summary>One simulated bot with an exchange and a CoinGlass of its own, and the faults that can befall them.</summary>
internal sealed class Simulation : IAsyncDisposable
{
    /// <summary>As the real one: its pace is not ours to quicken.</summary>
    private static readonly TimeSpan FreqtradeLoop = TimeSpan.FromSeconds(5);

    private Simulation(SimulatedBot bot, SimulatedExchange exchange, SimulatedCoinGlass coinGlass, BotDoor door, FaultBoard faults)
    {
        Bot = bot;
        Exchange = exchange;
        CoinGlass = coinGlass;
        Door = door;
        Faults = faults;
    }

    public SimulatedBot Bot { get; }

    public SimulatedExchange Exchange { get; }

    public SimulatedCoinGlass CoinGlass { get; }

    public BotDoor Door { get; }

    public FaultBoard Faults { get; }

    /// <summary>The bot where it is a freqtrade: then it is the one that the exporter watches.</summary>
    public SimulatedFreqtrade? Freqtrade { get; private init; }

    /// <summary>From which usage ratio on the exporter is to call this bot's disk full; null: its default.</summary>
    public double? DiskLimit { get; private set; }

    /// <param name="key">What triggers must show at the bot's door.</param>
    /// <param name="reconfigure">Called when what the exporter is told about this bot has changed.</param>
    public static async Task<Simulation> StartAsync(
        string name,
        string root,
        LoopPace pace,
        X509Certificate2 certificate,
        string key,
        Random random,
        Func<CancellationToken, Task> reconfigure,
        bool isFreqtrade,
        CancellationToken cancellation)
    {
        var time = TimeProvider.System;
        var bot = new SimulatedBot(name, root, pace.Bot, time, random);
        var exchange = new SimulatedExchange(certificate, time);
        var coinGlass = new SimulatedCoinGlass(certificate);
        await bot.StartAsync(cancellation);
        await exchange.PlugInAsync(cancellation);
        await coinGlass.StartAsync(cancellation);
        var freqtrade = isFreqtrade ? new SimulatedFreqtrade(time, FreqtradeLoop, Path.Combine(root, "user_data")) : null;
        await (freqtrade?.StartAsync(cancellation) ?? Task.CompletedTask);
        Simulation? simulation = null;
        var faults = new FaultBoard(new World(bot, exchange, coinGlass, time, LimitDiskAsync, freqtrade));
        return simulation = new Simulation(bot, exchange, coinGlass, await BotDoor.OpenAsync(bot, key, cancellation), faults) { Freqtrade = freqtrade };

        Task LimitDiskAsync(double? ratio, CancellationToken during)
        {
            simulation!.DiskLimit = ratio;
            return reconfigure(during);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Door.DisposeAsync();
        await (Freqtrade?.DisposeAsync() ?? ValueTask.CompletedTask);
        await Bot.DisposeAsync();
        await Exchange.DisposeAsync();
        await CoinGlass.DisposeAsync();
        Faults.Dispose();
    }
}
