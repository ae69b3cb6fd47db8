using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Demo.Bot;

namespace Demo.Faults;

internal static class SwitchFaults
{
    public static ImmutableArray<Fault> All { get; } =
    [
        new("kill-switch-overdue", "kill_switch", "warning", "A draw-down block ended six hours ago, and the bot has not cleared it.",
            "verify_kill_switch asks the bot to clear it.")
        {
            HealedBy = "verify_kill_switch",
            Inject = Block(TimeSpan.FromHours(-6), TimeSpan.FromHours(-7)),
            Clear = Unblock,
        },
        new("kill-switch-active", "kill_switch", "critical", "The draw-down kill switch trips: no new entries for a while.",
            "Nothing: an active block is there to protect money. verify_kill_switch says how long it lasts.")
        {
            Inject = Block(TimeSpan.FromMinutes(30), TimeSpan.Zero),
            Clear = Unblock,
        },
        new("kill-switch-breached", "kill_switch", "critical", "The kill switch is active, and the bot opens a position all the same.",
            "Nothing: a bot that ignores its own brake needs a person.")
        {
            Inject = (world, cancellation) => world.Bot.ChangeAsync(
                state =>
                {
                    Trip(state, world.Now.AddMinutes(-1), world.Now.AddMinutes(30));
                    world.Bot.OpenPosition(state, "BNBUSDT");
                },
                cancellation),
            Clear = Unblock,
        },
        new("kill-switch-torn", "kill_switch", "unknown", "The kill switch's file is half-written, and the bot does not write it again.",
            "Nothing by itself: whether the switch holds cannot be known. A person, or the bot's next write, puts the file right.")
        {
            Inject = (world, cancellation) => world.Bot.Files.WriteHalfAsync(BotFiles.KillSwitch, Released(world), cancellation),
            Clear = (world, cancellation) => world.Bot.Files.WriteAsync(BotFiles.KillSwitch, Released(world), cancellation),
        },
        Switch("soft-kill", "The healing escalation has set its soft kill switch.", (state, on) => state.SoftKill = on),
        Switch("exchange-degraded", "The bot has judged its exchange degraded and stopped entries.", (state, on) => state.ExchangeDegraded = on),
        Switch("trading-frozen", "Somebody has frozen trading with a flag file.", (state, on) => state.TradingFrozen = on),
        Switch("global-freeze", "The bot's global freeze is active.", (state, on) => state.GlobalFreeze = on),
        new("symbol-on-probation", "symbol_probation", "warning", "A losing symbol is sent to probation.",
            "Nothing: the bot lets it recover by itself.")
        {
            Inject = (world, cancellation) => world.Bot.ChangeAsync(state => state.Probation["DOGEUSDT"] = world.Now, cancellation),
            Clear = (world, cancellation) => world.Bot.ChangeAsync(state => state.Probation.Clear(), cancellation),
        },
    ];

    private static Fault Switch(string name, string happens, Action<BotState, bool> set) =>
        new(name, "kill_switch", "critical", happens, "Nothing: whoever set it has to clear it.")
        {
            Inject = (world, cancellation) => world.Bot.ChangeAsync(state => set(state, true), cancellation),
            Clear = (world, cancellation) => world.Bot.ChangeAsync(state => set(state, false), cancellation),
        };

    private static JsonObject Released(World world) => BotDocuments.KillSwitch(new BotState { BlockClearedAt = world.Now });

    private static Func<World, CancellationToken, Task> Block(TimeSpan ends, TimeSpan tripped) =>
        (world, cancellation) => world.Bot.ChangeAsync(state => Trip(state, world.Now + tripped, world.Now + ends), cancellation);

    private static void Trip(BotState state, DateTimeOffset at, DateTimeOffset until)
    {
        state.EverBlocked = true;
        state.BlockTriggeredAt = at;
        state.BlockedUntil = until;
        state.BlockClearedAt = null;
    }

    private static Task Unblock(World world, CancellationToken cancellation) => world.Bot.ChangeAsync(
        state =>
        {
            state.BlockedUntil = null;
            state.BlockClearedAt = world.Now;
        },
        cancellation);
}
