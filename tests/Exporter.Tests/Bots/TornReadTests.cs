using Exporter.Bots;
using Exporter.Bots.Kinds.FeatureStore;
using Exporter.Bots.Files;

namespace Exporter.Tests.Bots;

public sealed class TornReadTests : IDisposable
{
    private const string Positions = FeatureStoreFixture.Positions;

    private readonly FeatureStoreFixture _fixture = FeatureStoreFixture.With(openPositions: 4);

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_torn_positions_file_is_read_again_before_it_is_called_invalid()
    {
        var whole = File.ReadAllText(_fixture[Positions]);
        _fixture.Write(Positions, whole[..(whole.Length / 2)]);
        var bot = Bot(beforeNextLook: () => _fixture.Write(Positions, whole));

        Assert.Equal(4, (await bot.ReadPositionsAsync(default)).Seen().Open.Length);
    }

    [Fact]
    public async Task A_file_that_stays_torn_is_looked_at_a_bounded_number_of_times()
    {
        var looks = 0;
        _fixture.Write(Positions, "{");

        (await Bot(() => looks++).ReadPositionsAsync(default)).Unreadable(UnreadableCause.Invalid);

        Assert.Equal(5, looks);
    }

    [Fact]
    public async Task A_file_that_the_bot_deletes_and_writes_anew_is_not_lost_in_between()
    {
        var whole = File.ReadAllText(_fixture[Positions]);
        var bot = Bot(beforeNextLook: () => _fixture.Write(Positions, whole));
        (await bot.ReadPositionsAsync(default)).Seen();
        _fixture.Delete(Positions);

        (await bot.ReadPositionsAsync(default)).Seen();
    }

    [Fact]
    public async Task A_file_replaced_while_it_is_read_is_read_again()
    {
        var replaced = false;
        var source = Source((ref JsonStream json) =>
        {
            if (!replaced)
            {
                replaced = true;
                _fixture.Write("new.json", """{"open_positions": []}""");
                File.Move(_fixture["new.json"], _fixture[Positions], overwrite: true);
            }

            return PositionsFile.Parse(ref json);
        });

        Assert.Empty((await source.ReadAsync(default)).Seen().Open);
    }

    [Fact]
    public async Task A_file_that_changes_during_every_reading_is_not_believed()
    {
        var source = Source((ref JsonStream json) =>
        {
            var parsed = PositionsFile.Parse(ref json);
            File.AppendAllText(_fixture[Positions], " ");
            return parsed;
        });

        Assert.Contains("being written", (await source.ReadAsync(default)).Unreadable(UnreadableCause.Invalid), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unchanged_file_is_parsed_once_and_costs_next_to_nothing()
    {
        var parsed = 0;
        File.SetLastWriteTimeUtc(_fixture[Positions], DateTime.UtcNow.AddMinutes(-1));
        var source = Source((ref JsonStream json) =>
        {
            parsed++;
            return PositionsFile.Parse(ref json);
        });
        var first = await source.ReadAsync(default);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var second = source.ReadAsync(default);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Same(first, await second);
        Assert.Equal(1, parsed);
        Assert.Equal(0, allocated);
    }

    [Fact]
    public async Task A_change_of_the_same_size_is_noticed()
    {
        var bot = Bot();
        _fixture.Write(FeatureStoreFixture.GlobalFreeze, """{"global_freeze_active": 0}""");
        Assert.False((await bot.ReadKillSwitchesAsync(default)).The("global_freeze").Seen().Active);

        _fixture.Write(FeatureStoreFixture.GlobalFreeze, """{"global_freeze_active": 1}""");

        Assert.True((await bot.ReadKillSwitchesAsync(default)).The("global_freeze").Seen().Active);
    }

    [Fact]
    public async Task Readers_at_the_same_time_share_one_reading()
    {
        var parsed = 0;
        File.SetLastWriteTimeUtc(_fixture[Positions], DateTime.UtcNow.AddMinutes(-1));
        var source = Source((ref JsonStream json) =>
        {
            Interlocked.Increment(ref parsed);
            return PositionsFile.Parse(ref json);
        });

        var readings = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => source.ReadAsync(default).AsTask())));

        Assert.All(readings, reading => Assert.Same(readings[0], reading));
        Assert.Equal(1, parsed);
    }

    private JsonSource<PositionBook> Source(JsonParser<PositionBook> parse) => new(
        "positions", SourcePath.Under(_fixture.Root, Positions), 1 << 20, parse,
        Impatient.Habits(TornReads.Create(TimeProvider.System)));

    private FeatureStoreBot Bot(Action? beforeNextLook = null) =>
        new("alpha", new BotOptions { Root = _fixture.Root }, Impatient.Habits(TornReads.Create(TimeProvider.System, beforeNextLook)));
}
