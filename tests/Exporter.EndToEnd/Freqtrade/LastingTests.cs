using Exporter.Bots;

namespace Exporter.EndToEnd.Freqtrade;

/// <summary>What a state becomes when it lasts: said once it has lasted, and not before.</summary>
public sealed class LastingTests
{
    [Theory]
    [InlineData("freqtrade-no-pairs", "whitelist_empty", 4, 16)]
    [InlineData("freqtrade-unreachable", "dies_at_start", 4, 6)]
    public async Task It_is_said_once_it_has_lasted(string fault, string point, int notYet, int by)
    {
        await using var world = await FreqtradeWorld.StartAsync();
        await world.PassAsync(TimeSpan.FromMinutes(1));
        await world.InjectAsync(fault);
        await world.PassAsync(TimeSpan.FromMinutes(notYet));
        Assert.DoesNotContain(point, await world.NamesAsync());

        await world.PassAsync(TimeSpan.FromMinutes(by - notYet));

        Assert.Contains(point, await world.NamesAsync());
    }

    [Fact]
    public async Task An_exit_that_nobody_takes_is_stuck_after_the_bots_own_limit_and_ten_minutes()
    {
        await using var world = await FreqtradeWorld.StartAsync();
        world.Simulated.Change(state => state.Trades[0].Leaves = true);
        await world.PassAsync(TimeSpan.FromMinutes(19));
        Assert.Empty(await world.NamesAsync());

        await world.PassAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(["stuck_exit"], await world.NamesAsync());
        world.Simulated.Change(state => state.Trades[0].Leaves = false);
        await world.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Empty(await world.NamesAsync());
    }

    [Fact]
    public async Task An_entry_that_lies_longer_than_the_bot_itself_allows_is_stuck()
    {
        await using var world = await FreqtradeWorld.StartAsync();
        world.Simulated.Change(state => state.Trades.Add(new(3, "SOL/USDT", world.Time.GetUtcNow()) { IsFilled = false }));
        await world.PassAsync(TimeSpan.FromMinutes(19));
        Assert.Empty(await world.NamesAsync());

        await world.PassAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(["stuck_entry"], await world.NamesAsync());
    }

    [Fact]
    public async Task A_stop_that_is_not_there_in_two_looks_five_minutes_apart_is_missing()
    {
        await using var world = await FreqtradeWorld.StartAsync();
        world.Simulated.Change(state => state.Trades[1].HasStop = false);
        await world.PassAsync(TimeSpan.FromMinutes(4));
        Assert.Empty(await world.NamesAsync());

        await world.PassAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(["stoploss_missing"], await world.NamesAsync());
    }

    [Fact]
    public async Task A_loop_that_stands_is_hung_after_five_minutes_and_its_trades_are_no_longer_asked_for()
    {
        await using var world = await FreqtradeWorld.StartAsync();
        await world.PassAsync(TimeSpan.FromMinutes(1));
        world.Simulated.Change(state => state.Hangs = true);
        await world.PassAsync(TimeSpan.FromMinutes(4));
        Assert.DoesNotContain("hung", await world.NamesAsync());
        var asked = world.Simulated.Calls["/status"];

        await world.PassAsync(TimeSpan.FromMinutes(2));

        Assert.Contains("hung", await world.NamesAsync());
        Assert.Equal(LifeStates.Running, await world.LifeAsync());
        Assert.Equal(asked, world.Simulated.Calls["/status"]);
    }

    [Fact]
    public async Task Old_candles_are_stale_once_two_of_them_and_five_minutes_have_passed()
    {
        await using var world = await FreqtradeWorld.StartAsync();
        await world.PassAsync(TimeSpan.FromMinutes(1));
        world.Simulated.Change(state => state.CandlesFrozenAt = world.Time.GetUtcNow());
        await world.PassAsync(TimeSpan.FromMinutes(5));
        Assert.Empty(await world.NamesAsync());

        await world.PassAsync(TimeSpan.FromMinutes(10));

        Assert.Equal(["candles_outdated"], await world.NamesAsync());
        world.Simulated.Change(state => state.CandlesFrozenAt = null);
        await world.PassAsync(TimeSpan.FromMinutes(6));
        Assert.Empty(await world.NamesAsync());
    }

    [Fact]
    public async Task A_start_is_starting_for_five_minutes_and_then_hangs()
    {
        await using var world = await FreqtradeWorld.StartAsync();
        world.Simulated.Change(state => state.State = "");
        await world.PassAsync(TimeSpan.FromMinutes(4));
        Assert.Equal(LifeStates.Starting, await world.LifeAsync());

        await world.PassAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(LifeStates.Stopped, await world.LifeAsync());
    }

    [Fact]
    public async Task A_bot_that_begins_stopped_is_stopped_in_the_second_look()
    {
        await using var world = await FreqtradeWorld.StartAsync();
        world.Simulated.Change(state =>
        {
            (state.State, state.LastProcess) = ("stopped", null);
            state.Log.Clear();
        });
        await world.AskAsync();
        Assert.Equal(LifeStates.Starting, await world.LifeAsync());

        await world.PassAsync(TimeSpan.FromSeconds(15));

        Assert.Equal(LifeStates.Stopped, await world.LifeAsync());
        Assert.Contains("starts_stopped", await world.NamesAsync());
    }

    [Fact]
    public async Task An_outage_is_over_with_the_first_candle_after_a_minute_of_quiet()
    {
        await using var world = await FreqtradeWorld.StartAsync();
        await world.PassAsync(TimeSpan.FromMinutes(1));
        await world.InjectAsync("freqtrade-exchange-down");
        await world.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Contains("exchange_unreachable_to_bot", await world.NamesAsync());
        Assert.Equal(LifeStates.Running, await world.LifeAsync());

        world.Simulated.Change(state =>
        {
            state.EachLoop.Clear();
            (state.CandlesFrozenAt, state.WithoutRates) = (null, false);
        });
        await world.PassAsync(TimeSpan.FromMinutes(3));

        Assert.DoesNotContain("exchange_unreachable_to_bot", await world.NamesAsync());
    }

    [Fact]
    public async Task Three_returns_of_its_port_within_an_hour_are_a_restart_loop()
    {
        await using var world = await FreqtradeWorld.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            await world.PassAsync(TimeSpan.FromSeconds(15));
            await world.Simulated.UnplugAsync();
            await world.PassAsync(TimeSpan.FromSeconds(15));
            await world.Simulated.PlugInAsync(CancellationToken.None);
        }

        await world.PassAsync(TimeSpan.FromSeconds(15));

        Assert.Equal(["restart_loop"], await world.NamesAsync());
    }
}
