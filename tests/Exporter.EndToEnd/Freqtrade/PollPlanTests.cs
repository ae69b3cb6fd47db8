using Demo.Freqtrade;

namespace Exporter.EndToEnd.Freqtrade;

/// <summary>How often the bot is asked what, held against a server that counts: the monitor must not harm what it watches.</summary>
public sealed class PollPlanTests
{
    private static readonly string[] Costly = ["/balance", "/profit", "/stats", "/count", "/performance", "/daily", "/sysinfo", "/trades"];

    [Fact]
    public async Task An_hour_of_health_costs_what_the_plan_says()
    {
        await using var world = await FreqtradeWorld.StartAsync();

        await world.PassAsync(TimeSpan.FromHours(1));

        var calls = world.Simulated.Calls;
        Assert.Empty(calls.Keys.Intersect(Costly));
        Assert.Equal([240, 240, 240], [calls["/ping"], calls["/show_config"], calls["/health"]]);
        Assert.InRange(calls["/status"], 118, 120);
        Assert.InRange(calls["/locks"], 118, 120);
        Assert.InRange(calls["/logs"], 58, 61);
        Assert.InRange(calls["/whitelist"], 11, 13);
        Assert.InRange(calls["/pair_candles"], 60, 120);
    }

    [Fact]
    public async Task A_stopped_bot_is_asked_once_for_its_trades_and_its_beat()
    {
        await using var world = await FreqtradeWorld.StartAsync();
        await world.PassAsync(TimeSpan.FromMinutes(1));
        await world.InjectAsync("freqtrade-stopped");
        await world.PassAsync(TimeSpan.FromMinutes(1));
        var (status, health) = (world.Simulated.Calls["/status"], world.Simulated.Calls["/health"]);

        await world.PassAsync(TimeSpan.FromMinutes(30));

        Assert.Equal((status, health), (world.Simulated.Calls["/status"], world.Simulated.Calls["/health"]));
        Assert.Contains("stopped_with_open_trades", await world.NamesAsync());
    }

    [Fact]
    public async Task A_bot_under_a_ban_is_not_asked_for_what_makes_it_ask_its_exchange()
    {
        await using var world = await FreqtradeWorld.StartAsync();
        await world.InjectAsync("freqtrade-banned");

        await world.PassAsync(TimeSpan.FromMinutes(20));

        Assert.False(world.Simulated.Calls.ContainsKey("/status"));
    }

    [Fact]
    public async Task A_refused_login_is_tried_once_a_minute()
    {
        await using var world = await FreqtradeWorld.StartAsync();
        await world.InjectAsync("freqtrade-password");

        await world.PassAsync(TimeSpan.FromMinutes(10));

        Assert.InRange(world.Simulated.Calls["/show_config"], 9, 11);
        Assert.Equal(["/ping", "/show_config"], world.Simulated.Calls.Keys.Order());
    }

    [Fact]
    public async Task Nothing_else_is_asked_of_what_is_no_freqtrade()
    {
        await using var world = await FreqtradeWorld.StartAsync();
        await world.InjectAsync("freqtrade-not-freqtrade");

        await world.PassAsync(TimeSpan.FromMinutes(5));

        Assert.Equal(["/ping"], world.Simulated.Calls.Keys);
        Assert.Equal("not_freqtrade", await world.LifeAsync());
    }

    [Fact]
    public async Task A_web_server_is_asked_for_nothing_but_what_it_is()
    {
        await using var world = await FreqtradeWorld.StartAsync();
        await world.InjectAsync("freqtrade-webserver");

        await world.PassAsync(TimeSpan.FromMinutes(5));

        Assert.Equal(["/ping", "/show_config"], world.Simulated.Calls.Keys.Order());
    }
}
