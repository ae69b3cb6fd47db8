using System.Collections.Immutable;
using Exporter.Checks;

namespace Exporter.Evaluation;

/// <summary>
/// The headline of one bot. Blocked as soon as one finding that is seen stops every new entry; else unknown while something that could
/// cannot be seen; else trading. What was known in the evaluation before stands for one more, so that one torn look is no news.
/// </summary>
internal sealed class TradingWatch
{
    // Of the last published evaluation: the checks that saw, and whether they found a block.
    private ImmutableArray<(string Check, bool Blocked)> _seen = [];

    public void Restore(TradingWatch earlier) => _seen = earlier._seen;

    public TradingState Judge(ImmutableArray<CheckState> states, bool publish)
    {
        var seen = ImmutableArray.CreateBuilder<(string Check, bool Blocked)>();
        var before = _seen;
        var blind = false;
        var blocked = false;
        foreach (var state in states)
        {
            if (!state.Spec.DecidesTrading || !state.Result.Enabled)
            {
                continue;
            }

            if (state.Result.Status != CheckStatus.Unknown)
            {
                blocked |= state.Result.BlocksEntries;
                seen.Add((state.Spec.Name, state.Result.BlocksEntries));
            }
            else if (state.Result.MayHideBlock ?? true)
            {
                var known = before.Any(was => was.Check == state.Spec.Name);
                blocked |= before.Any(was => was.Check == state.Spec.Name && was.Blocked);
                blind |= !known;
            }
        }

        if (publish)
        {
            _seen = seen.ToImmutable();
        }

        return blocked ? TradingState.Blocked : blind ? TradingState.Unknown : TradingState.Trading;
    }
}
