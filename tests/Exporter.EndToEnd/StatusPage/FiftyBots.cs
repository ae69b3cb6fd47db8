using Demo.Faults;

namespace Exporter.EndToEnd.StatusPage;

/// <summary>Fifty bots: one for each fault of the demo, named after it, and calm ones.</summary>
public sealed class FiftyBots : IAsyncLifetime
{
    public const int Count = 50;

    private SimulatedHost? _host;

    internal SimulatedHost Host => _host!;

    internal Dictionary<string, World> Worlds { get; } = [];

    public async Task InitializeAsync()
    {
        _host = await SimulatedHost.StartAsync();
        foreach (var fault in FaultCatalogue.All)
        {
            Worlds[fault.Name] = await _host.AddAsync(
                fault.Name,
                TimeSpan.FromSeconds(1),
                ownVenues: fault.Check is "exchange_api" or "network" || fault.Name == OneOfFiveMinutes,
                quick: fault.Check is "intelligence_freshness" or "coinglass_api" or "bot_heartbeat");
        }

        for (var number = 1; Worlds.Count < Count; number++)
        {
            Worlds[$"calm-{number}"] = await _host.AddAsync($"calm-{number}", TimeSpan.FromSeconds(10));
        }

        // CoinGlass is asked once in five minutes, so it must refuse from the start to be seen refusing, and is seen so all the while.
        await FaultCatalogue.Find(OneOfFiveMinutes)!.Inject(Worlds[OneOfFiveMinutes], CancellationToken.None);
        await _host.StartExporterAsync();
    }

    /// <summary>The fault that no exporter sees end within a test's time.</summary>
    public const string OneOfFiveMinutes = "coinglass-rejects";

    public async Task DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }
}
