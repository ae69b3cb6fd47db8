using Demo;
using Demo.Bot;
using Demo.Faults;
using Demo.Loop;
using Demo.Venues;

namespace Exporter.EndToEnd.Loop;

/// <summary>A fault that cannot be injected or cleared is a sentence, and the demo goes on.</summary>
public sealed class DemoFaultTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly SimulatedBot _bot;
    private readonly FaultBoard _board;

    public DemoFaultTests()
    {
        _bot = new SimulatedBot("alpha", _directory.Path, LoopPace.Demo.Bot, TimeProvider.System, new Random(1));
        _bot.Files.CreateDirectories();
        _board = new FaultBoard(new World(
            _bot, new SimulatedExchange(null, TimeProvider.System), new SimulatedCoinGlass(null), TimeProvider.System, ExporterIsGone));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _board.Dispose();
        await _bot.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_schedule_says_so_and_goes_on_with_the_next_fault()
    {
        List<string> said = [];
        var (schedule, _) = Schedule.Parse("0s +disk-full, 0s +trading-frozen");

        await schedule!.RunAsync(_board, said.Add, TimeProvider.System, CancellationToken.None);

        Assert.StartsWith("disk-full could not be injected: Connection refused.", Assert.Single(said), StringComparison.Ordinal);
        Assert.Equal(["trading-frozen"], _board.Active);
    }

    [Fact]
    public async Task The_menu_says_so_and_goes_on_with_the_next_line()
    {
        using var output = new StringWriter();

        await new Menu(_board, new StringReader("disk-full\ntrading-frozen\nq\n"), output).RunAsync(CancellationToken.None);

        Assert.Contains("disk-full could not be injected: Connection refused.", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(["trading-frozen"], _board.Active);
    }

    [Theory]
    [InlineData("not-trading")]
    [InlineData("signals-blocked")]
    [InlineData("positions-full")]
    [InlineData("strategies-overlap")]
    public async Task What_was_never_injected_can_be_cleared_too(string fault)
    {
        Assert.Null(await _board.TryTurnAsync(FaultCatalogue.Find(fault)!, on: false, CancellationToken.None));
    }

    private static Task ExporterIsGone(double? ratio, CancellationToken cancellation) => throw new HttpRequestException("Connection refused.");
}
