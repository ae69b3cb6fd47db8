using Exporter.Evaluation;

namespace Exporter.Web;

/// <summary>What people ask of a bot beside its health, looked up among the samples of its checks.</summary>
public static class SnapshotValues
{
    private const string LastOpened = "tradingbot_last_position_opened_timestamp_seconds";

    /// <summary>When the bot last opened a position; null when no source says.</summary>
    public static DateTimeOffset? LastPositionOpenedAt(this BotSnapshot bot)
    {
        foreach (var check in bot.Checks)
        {
            foreach (var sample in check.Result.Samples)
            {
                if (sample.Family.Name == LastOpened && double.IsFinite(sample.Value))
                {
                    return DateTimeOffset.UnixEpoch.AddSeconds(sample.Value);
                }
            }
        }

        return null;
    }
}
