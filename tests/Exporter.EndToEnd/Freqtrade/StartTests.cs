namespace Exporter.EndToEnd.Freqtrade;

/// <summary>What a start may do, and above all when it must not.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task One_that_stopped_itself_is_started_and_proven_by_two_turns_once_a_day()
    {
        await using var world = await FreqtradeWorld.StartAsync(options => options.Freqtrade.StartAfter = ["Informative pairs broke"]);
        await world.InjectAsync("freqtrade-stopped-itself");
        await world.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Contains("left alone", await world.Bot.WhyNotStartAsync(CancellationToken.None), StringComparison.Ordinal);
        await world.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Null(await world.Bot.WhyNotStartAsync(CancellationToken.None));

        Assert.Null(await world.WhileItGoesOn(world.Bot.StartAsync(CancellationToken.None)));

        Assert.Equal(1, world.Simulated.Calls["/start"]);
        await world.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal("running", await world.LifeAsync());
        await world.InjectAsync("freqtrade-stopped-itself");
        await world.PassAsync(TimeSpan.FromMinutes(3));
        Assert.Contains("once a day", await world.Bot.WhyNotStartAsync(CancellationToken.None), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("freqtrade-stopped", "Informative pairs broke", "Only a bot that stopped itself")]
    [InlineData("freqtrade-stopped-itself", "another exception", "does not allow a start")]
    [InlineData("freqtrade-paused", "Informative pairs broke", "is not stopped")]
    public async Task It_is_never_started(string fault, string allowed, string why)
    {
        await using var world = await FreqtradeWorld.StartAsync(options => options.Freqtrade.StartAfter = [allowed]);
        await world.InjectAsync(fault);
        await world.PassAsync(TimeSpan.FromMinutes(5));

        Assert.Contains(why, await world.Bot.WhyNotStartAsync(CancellationToken.None), StringComparison.Ordinal);
        Assert.False(world.Simulated.Calls.ContainsKey("/start"));
    }

    [Fact]
    public async Task Nobody_asked_for_it_so_it_is_not_done()
    {
        await using var world = await FreqtradeWorld.StartAsync();
        await world.InjectAsync("freqtrade-stopped-itself");
        await world.PassAsync(TimeSpan.FromMinutes(5));

        Assert.Contains("Freqtrade:StartAfter", await world.Bot.WhyNotStartAsync(CancellationToken.None), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_after_which_the_loop_stands_is_no_recovery()
    {
        await using var world = await FreqtradeWorld.StartAsync(options => options.Freqtrade.StartAfter = ["Informative pairs broke"]);
        await world.InjectAsync("freqtrade-stopped-itself");
        await world.PassAsync(TimeSpan.FromMinutes(3));
        world.Simulated.Change(state => state.Hangs = true);

        Assert.Contains("not once", await world.WhileItGoesOn(world.Bot.StartAsync(CancellationToken.None)), StringComparison.Ordinal);
    }
}
