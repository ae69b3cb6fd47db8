using System.Net;
using Demo.Bot;
using Demo.Faults;
using Demo.Loop;
using Demo.Venues;

namespace Demo;

/// <summary>Just the simulated bot, its exchange, CoinGlass and the doors: one container of the compose file.</summary>
/// <param name="Root">The bot's directory, which the exporter's container mounts too.</param>
/// <param name="Address">Where it listens; the other containers come from outside.</param>
/// <param name="KeyFile">Holds the key that triggers must show.</param>
internal sealed record BotAlone(string Root, IPAddress Address, string KeyFile)
{
    private const int DoorPort = 10043;
    private const int ExchangePort = 10044;
    private const int CoinGlassPort = 10045;

    public async Task RunAsync(CancellationToken cancellation)
    {
        var time = TimeProvider.System;
        var key = (await File.ReadAllTextAsync(KeyFile, cancellation)).Trim();
        await using var bot = new SimulatedBot("demo", Root, LoopPace.Demo.Bot, time, new Random());
        await using var exchange = new SimulatedExchange(null, time, new IPEndPoint(Address, ExchangePort));
        await using var coinGlass = new SimulatedCoinGlass(null, new IPEndPoint(Address, CoinGlassPort));
        await bot.StartAsync(cancellation);
        await exchange.PlugInAsync(cancellation);
        await coinGlass.StartAsync(cancellation);
        using var faults = new FaultBoard(new World(bot, exchange, coinGlass, time, LeaveTheDiskAlone));
        await using var door = await BotDoor.OpenAsync(bot, key, cancellation, new IPEndPoint(Address, DoorPort), faults);
        Console.WriteLine($"The simulated bot lives in {Root}. Faults: POST or DELETE {door.Faults}/NAME");
        await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellation);
    }

    // The exporter of the compose file has a configuration of its own, which is not ours to rewrite.
    private static Task LeaveTheDiskAlone(double? ratio, CancellationToken cancellation) => Task.CompletedTask;
}
