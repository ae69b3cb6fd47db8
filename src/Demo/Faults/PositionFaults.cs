using System.Collections.Immutable;
using Demo.Bot;

namespace Demo.Faults;

internal static class PositionFaults
{
    // The exporter's default limit.
    private const int AllSlots = 10;

    public static ImmutableArray<Fault> All { get; } =
    [
        new("positions-full", "position_limits", "warning", "All ten position slots are taken.",
            "Nothing is ever closed for you: suggest_position_exits ranks what closing would free.")
        {
            Inject = (world, cancellation) => world.Bot.ChangeAsync(
                state =>
                {
                    state.HoldsPositions = true;
                    for (var i = state.Open.Count; i < AllSlots; i++)
                    {
                        // One strategy and one direction a symbol: full, but no overlap.
                        var symbol = i < BotState.Symbols.Length ? BotState.Symbols[i] : $"ALT{i}USDT";
                        world.Bot.OpenPosition(state, symbol, "Trend-Conservative", "long");
                    }
                },
                cancellation),
            Clear = CloseSome,
        },
        new("strategies-overlap", "strategy_overlap", "warning", "Two strategies hold BTCUSDT long at once; one wrote LONG, the other long.",
            "Nothing by itself: the owner decides which one goes.")
        {
            Inject = (world, cancellation) => world.Bot.ChangeAsync(
                state =>
                {
                    state.HoldsPositions = true;
                    state.Open.RemoveAll(position => position.Symbol == "BTCUSDT");
                    world.Bot.OpenPosition(state, "BTCUSDT", "Trend-Conservative", "LONG");
                    world.Bot.OpenPosition(state, "BTCUSDT", "Sentiment-Fusion", "long");
                },
                cancellation),
            Clear = (world, cancellation) => world.Bot.ChangeAsync(
                state =>
                {
                    state.HoldsPositions = false;
                    state.Open.RemoveAll(position => position is { Symbol: "BTCUSDT", Strategy: "Sentiment-Fusion" });
                },
                cancellation),
        },
        new("signals-blocked", "blocked_signals", "ok", "For five hours no signal has passed: the fee gate refuses every one.",
            "Nothing by itself: the alert names the gate that refuses most.")
        {
            Inject = RefuseFor(TimeSpan.FromHours(5)),
            Clear = TradeAgain,
        },
        new("not-trading", "blocked_signals", "ok", "For 25 hours no position has been opened: the fee gate refuses every signal.",
            "Nothing by itself: the alert names the gate that refuses most.")
        {
            Inject = RefuseFor(TimeSpan.FromHours(25)),
            Clear = TradeAgain,
        },
    ];

    private static Func<World, CancellationToken, Task> RefuseFor(TimeSpan past) => (world, cancellation) => world.Bot.ChangeAsync(
        state =>
        {
            state.BlockingGate = "fee_gate: expected edge 0.04 % below cost 0.12 %";
            MoveOpenings(state, -past);
        },
        cancellation);

    private static Task TradeAgain(World world, CancellationToken cancellation) => world.Bot.ChangeAsync(
        state =>
        {
            state.BlockingGate = null;
            state.Open.RemoveRange(0, Math.Min(1, state.Open.Count));
            world.Bot.OpenPosition(state, "ADAUSDT");
        },
        cancellation);

    private static Task CloseSome(World world, CancellationToken cancellation) => world.Bot.ChangeAsync(
        state =>
        {
            state.HoldsPositions = false;
            var kept = Math.Min(4, state.Open.Count);
            state.Closed.AddRange(state.Open.Skip(kept));
            state.Open.RemoveRange(kept, state.Open.Count - kept);
        },
        cancellation);

    private static void MoveOpenings(BotState state, TimeSpan by)
    {
        foreach (var book in (ReadOnlySpan<List<Position>>)[state.Open, state.Closed])
        {
            for (var i = 0; i < book.Count; i++)
            {
                book[i] = book[i] with { OpenedAt = book[i].OpenedAt + by };
            }
        }
    }
}
