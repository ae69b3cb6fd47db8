using System.Collections.Immutable;
using System.Globalization;

namespace Exporter.Bots.Kinds.Freqtrade;

/// <summary>The ways in which a freqtrade opens nothing by order: its state, a limit of zero, and locks on every pair.</summary>
internal static class Switches
{
    private const string Stopped = "stopped";
    private const string Paused = "paused";
    private const string StopEntry = "stopentry";
    private const string GlobalLock = "global_lock";
    private const string LongLock = "global_lock_long";
    private const string ShortLock = "global_lock_short";

    /// <summary>An order that was on its way when the bot stopped.</summary>
    private static readonly TimeSpan OnItsWay = TimeSpan.FromSeconds(60);

    public static ImmutableArray<Named<KillSwitch>> Of(Standpoint now)
    {
        if (now.Blind<KillSwitch>() is { } blind) return [new("state", blind)];
        var scene = now.Scene;
        var life = now.Life;
        var locks = scene.ActiveLocks.Where(held => held.IsGlobal).ToList();
        if (life is null && scene.Locks is null)
            return [new("state", new Reading<KillSwitch>.NotKept("The bot's state is told by its API, its locks by its database; give one of them."))];
        return
        [
            .. life is null ? [] : (Named<KillSwitch>[])
            [
                State(Stopped, life.State == LifeStates.Stopped, life, now),
                State(Paused, life.State == LifeStates.Paused, life, now),
                State(StopEntry, life.State == LifeStates.Running && scene.Config?.MaxOpenTrades is < 1, life, now),
            ],
            .. scene.Locks is null ? [] : (Named<KillSwitch>[])
            [
                Lock(GlobalLock, locks.Where(held => held.Side == "*"), now),
                Lock(LongLock, locks.Where(held => held.Side == "long"), now),
                .. scene.Config?.IsSpot == false ? [Lock(ShortLock, locks.Where(held => held.Side == "short"), now)] : (Named<KillSwitch>[])[],
            ],
        ];
    }

    /// <summary>A bot that only buys is stopped whole by a lock on buying.</summary>
    public static SwitchReach ReachOf(string name, bool isSpot) => (name, isSpot) switch
    {
        (LongLock, false) => new SwitchReach("new long entries") { IsHalf = true, Direction = "long" },
        (ShortLock, _) => new SwitchReach("new short entries") { IsHalf = true, Direction = "short" },
        _ => SwitchReach.EveryEntry,
    };

    private static Named<KillSwitch> State(string name, bool active, Life life, Standpoint now) =>
        Seen(name, new KillSwitch(active, null, active ? life.Since : null, null, active ? life.Sentence : null) { BreachGrace = OnItsWay }, now);

    private static Named<KillSwitch> Lock(string name, IEnumerable<PairLock> locks, Standpoint now) =>
        locks.MaxBy(held => held.Until ?? DateTimeOffset.MaxValue) is { } held
            ? Seen(name, new KillSwitch(true, held.Until, FreqtradeBot.Past(held.Since, now), null, held.Reason) { BreachGrace = OnItsWay }, now)
            : Seen(name, KillSwitch.Of(false), now);

    private static Named<KillSwitch> Seen(string name, KillSwitch value, Standpoint now) => new(name, new Reading<KillSwitch>.Seen(value, now.Evidence with
    {
        Stamp = now.Scene.Now,
        Version = now.Scene.Now.UtcTicks.ToString(CultureInfo.InvariantCulture),
    }));
}
