using Exporter.Checks;
using Exporter.Evaluation;

namespace Exporter.Healing;

/// <summary>How healing reads a check's standing.</summary>
internal static class CheckStates
{
    /// <summary>A check that cannot see, or whose source is not configured, proves nothing.</summary>
    public static bool IsHealthy(this CheckState state) => state.Result is { Status: CheckStatus.Ok, Enabled: true };

    /// <summary>Unknown is no failure that an action could mend.</summary>
    public static bool IsFailing(this CheckState state) => state.Result is { Status: CheckStatus.Warning or CheckStatus.Critical, Enabled: true };

    /// <summary>
    /// Whether it was evaluated after something that the ledger has recorded. What was recorded at a time yet to come was recorded before the
    /// clock was set back, and what is evaluated now comes after it.
    /// </summary>
    public static bool IsAfter(this CheckState state, DateTimeOffset recordedAt, DateTimeOffset now) =>
        state.EvaluatedAt >= recordedAt || (recordedAt > now && state.EvaluatedAt <= now);

    public static CheckState? Find(this Snapshot? snapshot, string bot, string check) => snapshot?.Find(bot)?.Find(check);
}
