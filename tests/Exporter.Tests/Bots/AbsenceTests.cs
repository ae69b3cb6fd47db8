using System.Collections.Immutable;
using Exporter.Bots;

namespace Exporter.Tests.Bots;

public sealed class AbsenceTests : IDisposable
{
    private readonly FeatureStoreFixture _fixture = FeatureStoreFixture.With(blockedUntil: DateTimeOffset.UtcNow.AddHours(1));

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_source_that_was_seen_and_is_gone_is_lost_and_not_absent()
    {
        var bot = _fixture.Read();
        (await bot.ReadKillSwitchesAsync(default)).The("max_drawdown").Seen();
        _fixture.Delete(FeatureStoreFixture.KillSwitch);

        (await bot.ReadKillSwitchesAsync(default)).The("max_drawdown").Unreadable(UnreadableCause.Lost);
    }

    [Fact]
    public async Task The_loss_is_remembered_across_a_restart()
    {
        var before = _fixture.Read();
        await before.ReadKillSwitchesAsync(default);
        _fixture.Delete(FeatureStoreFixture.KillSwitch);
        var after = _fixture.Read();

        after.Restore(before.SeenSources.Select(source => KeyValuePair.Create(source, before.LastSeen(source)!.Value)));

        (await after.ReadKillSwitchesAsync(default)).The("max_drawdown").Unreadable(UnreadableCause.Lost);
    }

    [Fact]
    public async Task A_torn_file_counts_as_seen_too()
    {
        var bot = _fixture.Read();
        _fixture.Write(FeatureStoreFixture.Probation, "{");
        (await bot.ReadProbationAsync(default)).Unreadable(UnreadableCause.Invalid);
        _fixture.Delete(FeatureStoreFixture.Probation);

        (await bot.ReadProbationAsync(default)).Unreadable(UnreadableCause.Lost);
    }

    [Fact]
    public async Task Without_its_directory_a_switch_is_unknown_and_not_absent()
    {
        Directory.Delete(_fixture["feature_store"], recursive: true);

        var switches = await _fixture.Read().ReadKillSwitchesAsync(default);

        switches.The("max_drawdown").Unreadable(UnreadableCause.NoDirectory);
        Assert.IsType<Reading<KillSwitch>.Absent>(switches.The("trading_frozen"));
    }

    [Fact]
    public async Task Absence_is_not_taken_from_memory_when_the_file_or_its_directory_changes()
    {
        _fixture.Delete(FeatureStoreFixture.Probation);
        var bot = _fixture.Read();
        Assert.IsType<Reading<ImmutableArray<SymbolState>>.Absent>(await bot.ReadProbationAsync(default));
        Assert.IsType<Reading<ImmutableArray<SymbolState>>.Absent>(await bot.ReadProbationAsync(default));

        _fixture.Write(FeatureStoreFixture.Probation, "{");
        (await bot.ReadProbationAsync(default)).Unreadable(UnreadableCause.Invalid);

        var other = _fixture.Read();
        _fixture.Delete(FeatureStoreFixture.Probation);
        Assert.IsType<Reading<ImmutableArray<SymbolState>>.Absent>(await other.ReadProbationAsync(default));
        Directory.Delete(_fixture["feature_store"], recursive: true);
        (await other.ReadProbationAsync(default)).Unreadable(UnreadableCause.NoDirectory);
    }

    [Fact]
    public async Task A_flag_file_that_is_removed_is_a_cleared_switch()
    {
        var bot = _fixture.Read();
        _fixture.Write(FeatureStoreFixture.TradingFrozen, "");
        Assert.True((await bot.ReadKillSwitchesAsync(default)).The("trading_frozen").Seen().Active);

        _fixture.Delete(FeatureStoreFixture.TradingFrozen);

        Assert.IsType<Reading<KillSwitch>.Absent>((await bot.ReadKillSwitchesAsync(default)).The("trading_frozen"));
    }
}
