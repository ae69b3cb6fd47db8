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

    public static CheckState? Find(this Snapshot? snapshot, string bot, string check) => snapshot?.Find(bot)?.Find(check);
}
