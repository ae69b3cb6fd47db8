using Exporter.Bots.Kinds.FeatureStore;
using Microsoft.Extensions.Logging.Abstractions;
using Exporter.Bots;

namespace Exporter.Tests.Bots;

public sealed class FeatureStoreBotTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 15, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Every_source_of_a_healthy_bot_is_seen_or_never_happened()
    {
        using var fixture = FeatureStoreFixture.With(now: Now, openPositions: 3, newestOpening: TimeSpan.FromMinutes(20));
        var bot = fixture.Read();

        var positions = Seen(await bot.ReadPositionsAsync(default));
        Assert.Equal(3, positions.Open.Length);
        Assert.Equal(Now - TimeSpan.FromMinutes(20), positions.NewestOpenedAt);
        Assert.Equal(3, positions.ClosedCount);
        Assert.Equal(["long", "short", "long"], positions.Open.Select(position => position.Direction!));
        Assert.Equal(8, Seen((await bot.ReadIntelligenceAsync(default))[0].Reading).SignalCount);
        Assert.Equal(0, Seen((await bot.ReadIntelligenceAsync(default))[0].Reading).EmptyCount);
        Assert.Equal(Now - TimeSpan.FromSeconds(30), Seen((await bot.ReadHeartbeatsAsync(default))[0].Reading).LastBeat);
        Assert.Equal(6166.67, Seen((await bot.ReadHeartbeatsAsync(default))[0].Reading).AvailableMargin);
        Assert.Equal("paper", Seen((await bot.ReadConfigsAsync(default))[0].Reading).Mode);
        Assert.Null(Seen(await bot.ReadEntryWindowAsync(default)));
        Assert.All(await bot.ReadKillSwitchesAsync(default), named => Assert.IsType<Reading<KillSwitch>.Absent>(named.Reading));
        Assert.IsType<Reading<System.Collections.Immutable.ImmutableArray<SymbolState>>.Absent>(await bot.ReadProbationAsync(default));
        Assert.IsType<Reading<BlockedSignals>.Absent>(await bot.ReadBlockedSignalsAsync(default));
        var disk = await bot.ReadFileSystemAsync(default);
        Assert.InRange(disk.Volumes[0].UsageRatio, 0.0001, 1);
        Assert.All(disk.Files, file => Assert.Equal((Permission.Granted, Permission.Granted), (file.Read, file.Write)));
    }

    [Fact]
    public async Task A_missing_root_makes_every_source_unreadable_where_the_kind_is_named()
    {
        using var directory = new TemporaryDirectory();
        var bot = Make(new BotOptions { Root = directory["nowhere"] });

        Assert.IsType<Reading<PositionBook>.Unreadable>(await bot.ReadPositionsAsync(default));
        Assert.All(await bot.ReadKillSwitchesAsync(default), named => Assert.Equal(
            UnreadableCause.NoDirectory, Assert.IsType<Reading<KillSwitch>.Unreadable>(named.Reading).Cause));
        Assert.Empty((await bot.ReadFileSystemAsync(default)).Volumes);
        Assert.NotEmpty((await bot.ReadFileSystemAsync(default)).Problems);
    }

    [Fact]
    public void What_was_found_and_what_is_missing_is_told_apart()
    {
        using var fixture = FeatureStoreFixture.With();
        fixture.Delete(FeatureStoreFixture.Heartbeat);

        var sentences = string.Join("\n", fixture.Read().Describe());

        Assert.Contains("Found: positions", sentences, StringComparison.Ordinal);
        Assert.Contains("Missing: heartbeat bot_cycle (state/heartbeats/bot_cycle.json)", sentences, StringComparison.Ordinal);
    }

    private static IBot Make(BotOptions options) =>
        new FeatureStoreKind().Create(options, new BotServices(TimeProvider.System, NullLoggerFactory.Instance, null));

    private static T Seen<T>(Reading<T> reading) => Assert.IsType<Reading<T>.Seen>(reading).Value;
}
