using System.Collections.Immutable;
using Exporter.Bots;
using FileAccess = Exporter.Bots.FileAccess;

namespace Exporter.Tests.Checks;

/// <summary>Makes bots in the field's words. <see cref="Now"/> is the test's clock at its start.</summary>
internal static class Bot
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A bot that trades: nothing blocks it, every file is there and fresh.</summary>
    public static FakeBot Healthy { get; } = new()
    {
        Positions = Seen(new PositionBook([Position("BTCUSDT", "Alpha", "long")], Now.AddMinutes(-5), 3)),
        KillSwitches = [new("max_drawdown", NotThere<KillSwitch>())],
        Probation = NotThere<ImmutableArray<SymbolState>>(),
        Intelligence = [new("summary", Seen(new Intelligence(Now, 10, 0)))],
        Heartbeats = [new("bot_cycle", Seen(new Heartbeat(Now, 6166.67)))],
        Configs = [new("trading_config.json", Seen(new BotConfig([], "paper"))), new("golden_hour_config.json", Seen(new BotConfig([], null)))],
        BlockedSignals = NotThere<BlockedSignals>(),
        FileSystem = new FileSystemState([Disk(0.5)], [new FileAccess("configs/trading_config.json", Permission.Granted, Permission.Granted, null)], []),
    };

    public static FakeBot With(
        Reading<PositionBook>? positions = null,
        int? openPositions = null,
        ImmutableArray<OpenPosition> open = default,
        DateTimeOffset? newestOpenedAt = null) => Healthy with
        {
            Positions = positions ?? Seen(new PositionBook(
            open.IsDefault ? [.. Enumerable.Range(0, openPositions ?? 1).Select(number => Position($"COIN{number}USDT", "Alpha", "long"))] : open,
            newestOpenedAt ?? Now.AddMinutes(-5),
            3)),
        };

    public static OpenPosition Position(string? symbol, string? strategy, string? direction, DateTimeOffset? openedAt = null) =>
        new(symbol, strategy, direction, 500, 6, 1.88, 83.3, openedAt ?? Now.AddMinutes(-5));

    public static Volume Disk(double usage, double inodes = 0.1, bool readOnly = false) =>
        new("/srv/test-bot", 1_000_000, (ulong)(1_000_000 * (1 - Math.Clamp(usage, 0, 1))), usage, inodes, readOnly);

    public static Reading<T> Seen<T>(T value, DateTimeOffset? modifiedAt = null, string? link = null) =>
        new Reading<T>.Seen(value, new Evidence("some/file.json", modifiedAt ?? Now.AddMinutes(-1), "1", link));

    public static Reading<T> NotThere<T>() => new Reading<T>.Absent("some/file.json", "some/file.json is not there.");

    public static Reading<T> Unreadable<T>(UnreadableCause cause) =>
        new Reading<T>.Unreadable(cause, "some/file.json", "some/file.json cannot be read; mend it.");
}
