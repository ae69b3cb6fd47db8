using Demo.Venues;

namespace Exporter.EndToEnd.Chaos;

/// <summary>Makes exchange, CoinGlass and the wires to them behave as they do on bad days, and well again.</summary>
internal sealed class VenueVandal(SimulatedExchange exchange, SimulatedCoinGlass coinGlass, FaultyWire[] wires, Random dice)
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    public async Task BreakVenueAsync(CancellationToken cancellation)
    {
        await dice.BetweenAsync(0.5, 3, cancellation);
        coinGlass.Rejecting = dice.Next(2) == 0;
        if (dice.Next(5) == 0)
        {
            await exchange.UnplugAsync();
        }
        else
        {
            exchange.Mood = dice.One<ExchangeMood>(
                new() { Delay = TimeSpan.FromMinutes(1) },
                new() { Status = 429, Body = "", RetryAfter = Short },
                new() { Status = 418, Body = "", RetryAfter = Short },
                new() { Status = 500, Body = "oops" },
                new() { Status = 503, Body = "<html>maintenance</html>", ContentType = "text/html" },
                new() { Body = "{\"code\":\"0\",\"data\":[{\"ts\":" },
                new() { Body = new string('[', 100_000) },
                new() { Status = 302, Body = "" });
        }

        await dice.BetweenAsync(0.5, 4, cancellation);
        await ClearVenueAsync();
    }

    public async Task BreakWireAsync(CancellationToken cancellation)
    {
        await dice.BetweenAsync(1, 4, cancellation);
        foreach (var wire in wires)
        {
            wire.Mood = dice.One(WireMood.Passing, WireMood.Blackholed, WireMood.Reset, WireMood.Slow);
        }

        await dice.BetweenAsync(0.5, 5, cancellation);
        ClearWires();
    }

    public async Task ClearVenueAsync()
    {
        exchange.Mood = ExchangeMood.Working;
        coinGlass.Rejecting = false;
        await exchange.PlugInAsync(CancellationToken.None);
    }

    public void ClearWires()
    {
        foreach (var wire in wires)
        {
            wire.Mood = WireMood.Passing;
        }
    }
}
