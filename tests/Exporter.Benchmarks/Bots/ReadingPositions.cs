using BenchmarkDotNet.Attributes;
using Exporter.Bots;

namespace Exporter.Benchmarks.Bots;

/// <summary>What a positions file costs a scrape: after the bot has written it, and while it has not.</summary>
[MemoryDiagnoser]
public class ReadingPositions
{
    private BotDirectory _directory = null!;
    private IBot _bot = null!;
    private DateTime _written = DateTime.UtcNow.AddHours(-1);

    [Params(10, 1_100, 10_000)]
    public int Closed { get; set; }

    [GlobalSetup]
    public async Task Arrange()
    {
        _directory = new BotDirectory(Closed);
        _bot = _directory.Bot("alpha");
        await _bot.ReadPositionsAsync(default);
    }

    [GlobalCleanup]
    public void Clean() => _directory.Dispose();

    [Benchmark(Baseline = true)]
    public async Task<int> Changed()
    {
        // Another stamp each time, of a time long enough ago to be trusted.
        File.SetLastWriteTimeUtc(_directory.Positions, _written = _written.AddTicks(10));
        return Open(await _bot.ReadPositionsAsync(default));
    }

    [Benchmark]
    public async Task<int> Unchanged() => Open(await _bot.ReadPositionsAsync(default));

    private static int Open(Reading<PositionBook> reading) => ((Reading<PositionBook>.Seen)reading).Value.Open.Length;
}
