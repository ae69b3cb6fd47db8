using System.Collections.Immutable;
using Exporter.Checks;
using Exporter.Evaluation;

namespace Exporter.Tests.Web;

/// <summary>Snapshots in the words of a test: a bot with checks of these results.</summary>
internal static class Snapshots
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static CheckSpec Spec(string name, CheckStatus severity = CheckStatus.Critical) => new()
    {
        Name = name,
        Category = Category.State,
        Severity = severity,
        Title = name.Replace('_', ' '),
        Watches = $"Watches {name}.",
        Impact = $"No trading because of {name}.",
        Remedy = $"Mend {name}.",
        Families = [],
        Query = $"tradingbot_check_status{{bot=\"$bot\",check=\"{name}\"}} == 1",
        Runbook = "TradingBotTest",
    };

    public static CheckState Check(string name, CheckResult result, DateTimeOffset? since = null) =>
        new(Spec(name), result, Noon, TimeSpan.FromMilliseconds(1), since ?? Noon);

    public static BotSnapshot Bot(string name, params CheckState[] checks)
    {
        var worst = checks.Where(check => check.Result.Enabled).Select(check => check.Result.Status).DefaultIfEmpty().Max(status => status switch
        {
            CheckStatus.Ok => Health.Healthy,
            CheckStatus.Critical => Health.Critical,
            _ => Health.Warning,
        });
        return new BotSnapshot(name, worst, Noon, [.. checks]) { Trading = worst == Health.Critical ? TradingState.Blocked : TradingState.Trading };
    }

    public static Snapshot Of(params BotSnapshot[] bots) => new(1, Noon, [.. bots]);
}
