using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Demo.Bot;
using Demo.Faults;
using Demo.Freqtrade;
using Demo.Venues;
using Exporter.Bots;
using Exporter.Bots.Kinds.Freqtrade;
using Microsoft.Extensions.Time.Testing;

namespace Exporter.EndToEnd.Freqtrade;

/// <summary>A simulated freqtrade and the bot that reads it, both under one clock that only the test moves.</summary>
internal sealed class FreqtradeWorld : IAsyncDisposable
{
    private FreqtradeWorld(SimulatedFreqtrade simulated, FakeTimeProvider time, FreqtradeBot bot, string directory) =>
        (Simulated, Time, Bot, _directory) = (simulated, time, bot, directory);

    private readonly string _directory;

    public SimulatedFreqtrade Simulated { get; }

    public FakeTimeProvider Time { get; }

    public FreqtradeBot Bot { get; }

    public World World => new(null!, null!, null!, Time, (_, _) => Task.CompletedTask, Simulated);

    public static async Task<FreqtradeWorld> StartAsync(Action<BotOptions>? tune = null)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 26, 12, 0, 30, TimeSpan.Zero));
        var simulated = new SimulatedFreqtrade(time, Timeout.InfiniteTimeSpan);
        await simulated.StartAsync(CancellationToken.None);
        var directory = Directory.CreateTempSubdirectory("freqtrade-").FullName;
        var password = Path.Combine(directory, "pw");
        await File.WriteAllTextAsync(password, SimulatedFreqtrade.Password + "\n");
        var options = new BotOptions { Name = "ft", Kind = "freqtrade", Url = simulated.Address, User = SimulatedFreqtrade.User, PasswordFile = password };
        tune?.Invoke(options);
        return new FreqtradeWorld(simulated, time, new FreqtradeBot(options, time), directory);
    }

    public Task InjectAsync(string fault) => FaultCatalogue.Find(fault)!.Inject(World, CancellationToken.None);

    /// <summary>One round of the exporter's poll.</summary>
    public ValueTask AskAsync() => Bot.AskOnceAsync(CancellationToken.None);

    /// <summary>Both go on for so long: the bot's loop every 5 s, the exporter's poll every 15 s.</summary>
    public async Task PassAsync(TimeSpan span)
    {
        for (var passed = TimeSpan.Zero; passed < span; passed += TimeSpan.FromSeconds(15))
        {
            for (var turn = 0; turn < 3; turn++)
            {
                Time.Advance(TimeSpan.FromSeconds(5));
                Simulated.Turn();
            }

            await AskAsync();
        }
    }

    /// <summary>Lets the clock and the bot go on until the work is done.</summary>
    public async Task<T> WhileItGoesOn<T>(Task<T> work)
    {
        while (!work.IsCompleted)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            Simulated.Turn();
            await Task.WhenAny(work, Task.Run(() => Thread.Sleep(5)));
        }

        return await work;
    }

    public async Task<string> LifeAsync() => ((Reading<BotLife>.Seen)await Bot.ReadLifeAsync(CancellationToken.None)).Value.State;

    public async Task<ImmutableArray<FailurePoint>> PointsAsync() =>
        ((Reading<ImmutableArray<FailurePoint>>.Seen)await Bot.ReadFailurePointsAsync(CancellationToken.None)).Value;

    public async Task<string[]> NamesAsync() => [.. (await PointsAsync()).Where(point => !point.IsAside).Select(point => point.Name)];

    public async ValueTask DisposeAsync()
    {
        Bot.Dispose();
        await Simulated.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
