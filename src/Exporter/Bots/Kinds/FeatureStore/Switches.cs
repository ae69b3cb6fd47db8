using System.Collections.Immutable;
using Exporter.Bots.Files;

namespace Exporter.Bots.Kinds.FeatureStore;

/// <summary>
/// Every brake that the bot knows, and which of its entries ask it, as its own functions were seen to do at the commit
/// <c>0b400ccb</c>: no brake stops every entry. The owner's own switches come last, and stop what their owner says: everything.
/// </summary>
internal sealed class Switches
{
    private static readonly SwitchReach Alpha = new("new entries of Alpha") { Strategies = ["Alpha"] };
    private static readonly SwitchReach EmaFutures = new("new entries of EMA-Futures") { Strategies = ["EMA-Futures"] };

    /// <summary>Loaded at the bot's start only.</summary>
    private static readonly SwitchReach StrategiesPath = new("new entries of the strategies that were started with it")
    {
        Strategies = ["Alpha", "EMA-Futures", "Beta", "Reentry"],
        AllBut = true,
    };

    private readonly ImmutableArray<Row> _rows;
    private readonly JsonSource<LiveBrakes> _live;
    private readonly JsonSource<OperatorOverride> _override;

    public Switches(FeatureStoreLayout layout, IReadOnlyList<OwnerSwitchOptions> owners, SourceHabits habits)
    {
        _live = new("switch:live_config", layout.At(null, "live_config.json"), FeatureStoreBot.MaxStateBytes, LiveConfigFile.Parse, habits)
        {
            IsClearedByRemoval = true,
        };
        _override = new("operator_override", layout.At(null, "logs/operator_override.json"), FeatureStoreBot.MaxStateBytes, LiveConfigFile.ParseOverride, habits)
        {
            IsClearedByRemoval = true,
        };
        _rows =
        [
            Json("max_drawdown", layout.KillSwitch, SwitchFiles.ParseMaxDrawdown, SwitchReach.NoEntry),
            Json("soft_kill", layout.SoftKillSwitch, SwitchFiles.Key("soft_kill_switch_active", SwitchFiles.IsTrue, since: "last_escalation/timestamp"), SwitchReach.NoEntry),
            Json("exchange_degraded", layout.ExchangeHealth, SwitchFiles.Key("status", SwitchFiles.Not("healthy"), since: "degraded_since"), SwitchReach.NoEntry),
            new("trading_frozen", SwitchReach.NoEntry, new FlagFile(layout.TradingFrozen, habits.Time).ReadAsync),
            Json("global_freeze", layout.GlobalFreeze, SwitchFiles.Key("global_freeze_active", SwitchFiles.IsTrue, since: "last_kill_switch_trigger_ts"), SwitchReach.NoEntry),
            Json("global_entry_block", layout.At(null, "logs/phase10_state.json"), SwitchFiles.Key("global_entry_block", SwitchFiles.IsTrue, since: "last_pause_ts"), SwitchReach.NoEntry),
            new("kill_switch_phase82", Alpha, ReadPhase82Async),
            new("size_throttle", EmaFutures, async cancellation => Part(await _live.ReadAsync(cancellation).ConfigureAwait(false), brakes => brakes.SizeThrottle)),
            Json("futures_disabled", layout.At(null, "logs/venue_enforcement_state.json"), SwitchFiles.Key("futures_enabled", SwitchFiles.IsFalse, since: "last_breach_ts"), StrategiesPath),
            Json("protective_mode", layout.At(null, "logs/futures_protective_state.json"), SwitchFiles.ParseProtectiveMode, EmaFutures),
            .. owners.Select(owner => owner.Key is { Length: > 0 } key
                ? Json(owner.Name, layout.At(null, owner.Path), SwitchFiles.KeyEquals(key, owner.Value is { Length: > 0 } value ? value : "true"), SwitchReach.EveryEntry)
                : new(owner.Name, SwitchReach.EveryEntry, new FlagFile(layout.At(null, owner.Path), habits.Time).ReadAsync)),
        ];

        Row Json(string name, SourcePath path, JsonParser<KillSwitch> parse, SwitchReach reach) => new(
            name, reach, new JsonSource<KillSwitch>($"switch:{name}", path, FeatureStoreBot.MaxStateBytes, parse, habits) { IsClearedByRemoval = true }.ReadAsync);
    }

    /// <summary>The names of the layout's own switches, which an owner's may not take.</summary>
    public static ImmutableArray<string> Names { get; } =
    [
        "max_drawdown", "soft_kill", "exchange_degraded", "trading_frozen", "global_freeze", "global_entry_block", "kill_switch_phase82",
        "size_throttle", "futures_disabled", "protective_mode",
    ];

    public SwitchReach ReachOf(string name) => _rows.FirstOrDefault(row => row.Name == name)?.Reach ?? SwitchReach.EveryEntry;

    public async ValueTask<ImmutableArray<Named<KillSwitch>>> ReadAsync(CancellationToken cancellation)
    {
        var readings = ImmutableArray.CreateBuilder<Named<KillSwitch>>(_rows.Length);
        foreach (var row in _rows)
        {
            readings.Add(new Named<KillSwitch>(row.Name, await row.Read(cancellation).ConfigureAwait(false)));
        }

        return readings.MoveToImmutable();
    }

    private async ValueTask<Reading<KillSwitch>> ReadPhase82Async(CancellationToken cancellation)
    {
        var reading = Part(await _live.ReadAsync(cancellation).ConfigureAwait(false), brakes => brakes.Phase82);
        if (reading is not Reading<KillSwitch>.Seen { Value: { Active: true } active } seen)
        {
            return reading;
        }

        // An override that cannot be read is none to the bot, too.
        return await _override.ReadAsync(cancellation).ConfigureAwait(false) is Reading<OperatorOverride>.Seen { Value.Until: { } until }
            ? seen with { Value = active with { LiftedUntil = until } }
            : seen;
    }

    private static Reading<KillSwitch> Part(Reading<LiveBrakes> reading, Func<LiveBrakes, KillSwitch> part) => reading switch
    {
        Reading<LiveBrakes>.Seen seen => new Reading<KillSwitch>.Seen(part(seen.Value), seen.Evidence),
        Reading<LiveBrakes>.Absent absent => new Reading<KillSwitch>.Absent(absent.Path, absent.Reason, absent.GoneSince),
        Reading<LiveBrakes>.NotKept none => new Reading<KillSwitch>.NotKept(none.Reason),
        Reading<LiveBrakes>.Unreadable unreadable => new Reading<KillSwitch>.Unreadable(unreadable.Cause, unreadable.Path, unreadable.Reason),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private sealed record Row(string Name, SwitchReach Reach, Func<CancellationToken, ValueTask<Reading<KillSwitch>>> Read);
}
