using System.Collections.Immutable;
using Exporter.Checks;

namespace Exporter.Evaluation;

/// <summary>A bot under watch: one slot per check, and since when its health holds.</summary>
internal sealed class BotWatch
{
    private BotWatch(MonitoredBot bot, ImmutableArray<CheckSlot> slots) => (Bot, Slots) = (bot, slots);

    public MonitoredBot Bot { get; }

    public string Name => Bot.Bot.Name;

    public ImmutableArray<CheckSlot> Slots { get; }

    public Standing<Health> Standing { get; } = new();

    private TradingWatch Trading { get; } = new();

    public static ImmutableArray<BotWatch> Make(ImmutableArray<MonitoredBot> bots, ImmutableArray<BotWatch> earlier, EvaluationClock clock)
    {
        var known = earlier.ToDictionary(watch => watch.Name, StringComparer.Ordinal);
        return [.. bots.Select(bot => Make(bot, known.GetValueOrDefault(bot.Bot.Name), clock))];
    }

    public CheckSlot? Find(string check) => Slots.FirstOrDefault(slot => slot.Check.Spec.Name == check);

    /// <summary>The bot's part of a snapshot. A published one moves "since" on, any other just looks.</summary>
    public BotSnapshot Conclude(ImmutableArray<CheckState> states, DateTimeOffset now, bool publish)
    {
        var health = HealthOf(states);
        return new BotSnapshot(Name, health, publish ? Standing.Commit(health, now) : Standing.Peek(health, now), states)
        {
            Trading = Trading.Judge(states, publish),
        };
    }

    private static BotWatch Make(MonitoredBot bot, BotWatch? earlier, EvaluationClock clock)
    {
        var slots = ImmutableArray.CreateBuilder<CheckSlot>(bot.Checks.Length);
        foreach (var check in bot.Checks)
        {
            var known = earlier?.Find(check.Spec.Name);
            if (known is not null && ReferenceEquals(known.Check, check))
            {
                slots.Add(known);
                continue;
            }

            var slot = new CheckSlot(bot.Bot.Name, check, clock);
            if (known is not null)
            {
                slot.TakeOver(known);
            }

            slots.Add(slot);
        }

        var watch = new BotWatch(bot, slots.MoveToImmutable());
        if (earlier is not null)
        {
            watch.Standing.Restore(earlier.Standing);
            watch.Trading.Restore(earlier.Trading);
        }

        return watch;
    }

    private static Health HealthOf(ImmutableArray<CheckState> states)
    {
        var worst = Health.Healthy;
        foreach (var state in states)
        {
            // A check without a severity informs and never changes health, also while it cannot see.
            if (!state.Result.Enabled || state.Spec.Severity is null)
            {
                continue;
            }

            // A check that cannot see is never green, but it proves no blockade either.
            var health = state.Result.Status switch
            {
                CheckStatus.Ok => Health.Healthy,
                CheckStatus.Critical => Health.Critical,
                _ => Health.Warning,
            };
            worst = health > worst ? health : worst;
        }

        return worst;
    }
}
