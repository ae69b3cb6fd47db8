using Exporter.Evaluation;

namespace Exporter.Metrics;

/// <summary>How many fresh evaluations of each check found something wrong, by cause. Follows every published snapshot.</summary>
internal sealed class CauseCounts
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Dictionary<(string Check, string Cause), long>> _bots = new(StringComparer.Ordinal);

    public void Count(Snapshot snapshot, Snapshot? before)
    {
        lock (_gate)
        {
            for (var i = 0; i < snapshot.Bots.Length; i++)
            {
                var bot = snapshot.Bots[i];
                // Bots keep their places until a reload.
                var earlier = before is not null && i < before.Bots.Length && before.Bots[i].Bot == bot.Bot ? before.Bots[i] : before?.Find(bot.Bot);
                Count(bot, earlier);
            }

            if (before is not null && !snapshot.HasBotsOf(before))
            {
                foreach (var gone in _bots.Keys.Where(bot => snapshot.Find(bot) is null).ToArray())
                {
                    _bots.Remove(gone);
                }
            }
        }
    }

    /// <summary>Every count of a bot, in the order in which its causes first came up.</summary>
    public void Visit(string bot, Action<string, string, long> visit)
    {
        lock (_gate)
        {
            foreach (var ((check, cause), count) in _bots.GetValueOrDefault(bot) ?? [])
            {
                visit(check, cause, count);
            }
        }
    }

    private void Count(BotSnapshot bot, BotSnapshot? earlier)
    {
        for (var i = 0; i < bot.Checks.Length; i++)
        {
            var state = bot.Checks[i];
            if (state.Result.Cause is not { } cause)
            {
                continue;
            }

            var last = earlier is not null && i < earlier.Checks.Length && ReferenceEquals(earlier.Checks[i].Spec, state.Spec)
                ? earlier.Checks[i]
                : earlier?.Find(state.Spec.Name);
            if (last?.EvaluatedAt == state.EvaluatedAt)
            {
                continue;
            }

            if (!_bots.TryGetValue(bot.Bot, out var counts))
            {
                _bots.Add(bot.Bot, counts = []);
            }

            counts[(state.Spec.Name, cause)] = counts.GetValueOrDefault((state.Spec.Name, cause)) + 1;
        }
    }
}
