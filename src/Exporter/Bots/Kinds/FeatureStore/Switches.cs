using System.Collections.Immutable;
using Exporter.Bots.Files;
using Polly;

namespace Exporter.Bots.Kinds.FeatureStore;

/// <summary>The five switches of the layout, and the owner's.</summary>
internal sealed class Switches
{
    private readonly ImmutableArray<(string Name, Func<CancellationToken, ValueTask<Reading<KillSwitch>>> Read)> _all;

    public Switches(FeatureStoreLayout layout, IReadOnlyList<OwnerSwitchOptions> owners, SeenMemory seen, ResiliencePipeline<Look> retry)
    {
        _all =
        [
            Json("max_drawdown", layout.KillSwitch, SwitchFiles.ParseMaxDrawdown),
            Json("soft_kill", layout.SoftKillSwitch, SwitchFiles.Flag("soft_kill_switch_active")),
            Json("exchange_degraded", layout.ExchangeHealth, SwitchFiles.KeyEquals("status", "degraded")),
            FlagFile("trading_frozen", layout.TradingFrozen),
            Json("global_freeze", layout.GlobalFreeze, SwitchFiles.Flag("global_freeze_active")),
            .. owners.Select(owner => owner.Key is { Length: > 0 } key
                ? Json(owner.Name, layout.At(null, owner.Path), SwitchFiles.KeyEquals(key, owner.Value is { Length: > 0 } value ? value : "true"))
                : FlagFile(owner.Name, layout.At(null, owner.Path))),
        ];

        (string, Func<CancellationToken, ValueTask<Reading<KillSwitch>>>) Json(string name, SourcePath path, JsonParser<KillSwitch> parse) =>
            (name, new JsonSource<KillSwitch>($"switch:{name}", path, FeatureStoreBot.MaxStateBytes, parse, seen, retry).ReadAsync);

        static (string, Func<CancellationToken, ValueTask<Reading<KillSwitch>>>) FlagFile(string name, SourcePath path) =>
            (name, new FlagFile(path).ReadAsync);
    }

    /// <summary>The names of the layout's own switches, which an owner's may not take.</summary>
    public static ImmutableArray<string> Names { get; } =
        ["max_drawdown", "soft_kill", "exchange_degraded", "trading_frozen", "global_freeze"];

    public async ValueTask<ImmutableArray<Named<KillSwitch>>> ReadAsync(CancellationToken cancellation)
    {
        var readings = ImmutableArray.CreateBuilder<Named<KillSwitch>>(_all.Length);
        foreach (var (name, read) in _all)
        {
            readings.Add(new Named<KillSwitch>(name, await read(cancellation).ConfigureAwait(false)));
        }

        return readings.MoveToImmutable();
    }
}
