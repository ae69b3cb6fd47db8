using System.Collections.Immutable;
using CsCheck;
using Exporter.Bots;
using Exporter.Checks;
using Microsoft.Extensions.Time.Testing;
using FileAccess = Exporter.Bots.FileAccess;

namespace Exporter.Tests.Checks;

/// <summary>Whatever a bot says, no check throws, and none is green over what it could not see.</summary>
public sealed class AnyBotProperties
{
    private static readonly Gen<string> Text = Gen.Frequency(
        (4, Gen.OneOf("BTCUSDT", "XRPUSDT", "long", "short", "probation", "active", "other", "", " ")),
        (2, Gen.String),
        (1, Gen.String[Gen.Char['\0', '\u001f'], 0, 5]),
        (1, Gen.Int[1_000, 10_000].Select(length => new string('\ud83d', length))));

    private static readonly Gen<DateTimeOffset> Time = Gen.Frequency(
        (6, Gen.Double[-1e6, 1e6].Select(Bot.Now.AddSeconds)),
        (1, Gen.OneOf(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, DateTimeOffset.UnixEpoch, Bot.Now)));

    private static readonly Gen<double?> Number = Gen.Frequency(
        (4, Gen.Double[0, 2]),
        (1, Gen.OneOf(double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, -1))).Nullable();

    private static readonly Gen<OpenPosition> Position = Gen.Select(
        Text.Null(), Text.Null(), Text.Null(), Number, Number, Time.Nullable(),
        (symbol, strategy, direction, size, leverage, opened) => new OpenPosition(symbol, strategy, direction, size, leverage, size, size, opened));

    private static readonly Gen<PositionBook> Book = Gen.Select(
        Position.Array[0, 20], Time.Nullable(), Gen.Int[0, 10], (open, newest, closed) => new PositionBook([.. open], newest, closed));

    private static readonly Gen<KillSwitch> Switch = Gen.Select(
        Gen.Bool, Time.Nullable(), Time.Nullable(), Time.Nullable(), Text.Null(),
        (active, until, triggered, cleared, why) => new KillSwitch(active, until, triggered, cleared, why));

    private static readonly Gen<SymbolState> Symbol = Gen.Select(
        Text, Text, Time.Nullable(), Text.Null(), (symbol, state, entered, why) => new SymbolState(symbol, state, entered, why));

    private static readonly Gen<Intelligence> Intelligence = Gen.Select(
        Time, Gen.Int[0, 5], Gen.Int[0, 5], (time, signals, empty) => new Intelligence(time, signals, empty));

    private static readonly Gen<Heartbeat> Beat = Gen.Select(Time, Number, (time, margin) => new Heartbeat(time, margin));

    private static readonly Gen<BotConfig> Config = Gen.Select(
        Text.Array[0, 2], Text.Null(), (missing, mode) => new BotConfig([.. missing], mode));

    private static readonly Gen<BlockedSignals> Blocked = Gen.Select(Text, Text, Gen.Long[0, long.MaxValue / 100], (gate, reason, count) => new BlockCount(gate, reason, count))
        .Array[0, 51].Select(counts => new BlockedSignals([.. counts]));

    private static readonly Gen<Permission> Access = Gen.Enum<Permission>();

    private static readonly Gen<FileSystemState> Disks = Gen.Select(
        Gen.Select(Text, Gen.ULong, Gen.ULong, Number, Number, Gen.Bool, (path, size, free, usage, inodes, readOnly) =>
            new Volume(path, size, free, usage ?? 0.5, inodes ?? 0.5, readOnly)).Array[0, 3],
        Gen.Select(Text, Access, Access, Text.Null(), (file, read, write, why) => new FileAccess(file, read, write, why)).Array[0, 3],
        Text.Select(text => "Not inspected: " + text).Array[0, 1],
        (volumes, files, problems) => new FileSystemState([.. volumes], [.. files], [.. problems]));

    private static readonly Gen<FakeBot> AnyBot = Gen.Select(
        Gen.Select(Read(Book), Read(Symbol.Array[0, 20].Select(symbols => symbols.ToImmutableArray())), Read(Blocked), Disks),
        Gen.Select(Named(Switch), Named(Intelligence), Named(Beat), Named(Config)),
        (one, many) => new FakeBot
        {
            Positions = one.Item1,
            Probation = one.Item2,
            BlockedSignals = one.Item3,
            FileSystem = one.Item4,
            KillSwitches = many.Item1,
            Intelligence = many.Item2,
            Heartbeats = many.Item3,
            Configs = many.Item4,
        });

    [Fact]
    public async Task No_check_throws_and_every_result_keeps_its_promises() => await AnyBot.SampleAsync(async bot =>
    {
        foreach (var check in ChecksOf(bot)) await Evaluate.With(check, new FakeTimeProvider(Bot.Now));
    });

    [Fact]
    public async Task No_check_is_ok_over_a_reading_that_it_needs_and_that_is_unreadable() => await AnyBot.SampleAsync(async bot =>
    {
        foreach (var check in ChecksOf(bot))
        {
            var result = await check.EvaluateAsync(new CheckContext(new FakeTimeProvider(Bot.Now)), CancellationToken.None);
            if (NeedsSomethingUnreadable(check.Spec.Name, bot)) Assert.NotEqual(CheckStatus.Ok, result.Status);
        }
    });

    private static IEnumerable<ICheck> ChecksOf(IBot bot) =>
    [
        new KillSwitchCheck(bot, new KillSwitchOptions()),
        new StrategyOverlap(bot, new StrategyOverlapOptions { MaxSeries = 2 }),
        new SymbolProbation(bot, new SymbolProbationOptions { MaxSymbols = 2 }),
        new FileSystem(bot, new FileSystemOptions()),
        new IntelligenceFreshness(bot, new IntelligenceFreshnessOptions()),
        new PositionLimits(bot, new PositionLimitsOptions()),
        new ConfigIntegrity(bot),
        new BotHeartbeat(bot, new BotHeartbeatOptions()),
        new BlockedSignalsCheck(bot),
    ];

    private static bool NeedsSomethingUnreadable(string check, FakeBot bot) => check switch
    {
        "kill_switch" => bot.KillSwitches.IsEmpty || bot.KillSwitches.Any(named => IsUnreadable(named.Reading)),
        "strategy_overlap" or "position_limits" => IsUnreadable(bot.Positions),
        "symbol_probation" => IsUnreadable(bot.Probation),
        "file_system" => !bot.FileSystem.Problems.IsEmpty || bot.FileSystem.Volumes.IsEmpty,
        "intelligence_freshness" => bot.Intelligence.IsEmpty || IsUnreadable(bot.Intelligence[0].Reading),
        "config_integrity" => bot.Configs.IsEmpty || bot.Configs.Any(named => IsUnreadable(named.Reading)),
        "bot_heartbeat" => bot.Heartbeats.IsEmpty || bot.Heartbeats.Any(named => IsUnreadable(named.Reading)),
        "blocked_signals" => IsUnreadable(bot.BlockedSignals),
        _ => throw new ArgumentOutOfRangeException(nameof(check), check, null),
    };

    private static bool IsUnreadable<T>(Reading<T> reading) => reading is Reading<T>.Unreadable;

    private static Gen<Reading<T>> Read<T>(Gen<T> value) => Gen.Frequency(
        (5, Gen.Select(value, Time, Text.Null(), (seen, modified, link) => Bot.Seen(seen, modified, link))),
        (1, Gen.Select(Text, Text, (path, reason) => (Reading<T>)new Reading<T>.Absent(path, "Not there: " + reason))),
        (2, Gen.Select(Gen.Enum<UnreadableCause>(), Text, Text, (cause, path, reason) => (Reading<T>)new Reading<T>.Unreadable(cause, path, "Unreadable: " + reason))));

    private static Gen<ImmutableArray<Named<T>>> Named<T>(Gen<T> value) =>
        Gen.Select(Text, Read(value), (name, reading) => new Named<T>(name, reading)).Array[0, 4].Select(readings => readings.ToImmutableArray());
}
