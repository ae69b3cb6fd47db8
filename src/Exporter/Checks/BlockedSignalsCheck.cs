using System.Collections.Immutable;
using Exporter.Bots;

namespace Exporter.Checks;

/// <summary>
/// Counts the entries that the bot itself refused, by reason. Informational: a bot that refuses entries works as it was told to, and
/// the counts say by which of its gates. Source of the rule: the reference bot appends a line for each entry that it refuses.
/// </summary>
public sealed class BlockedSignalsCheck(IBot bot) : ICheck
{
    private static readonly MetricFamily Blocked = MetricFamily.Counter(
        "tradingbot_signals_blocked_total",
        "Signals that the bot itself refused, by gate and reason, since the exporter began to follow them. What conviction_gate and fee_gate say is advice: the entry may go on.",
        "gate", "reason");

    public static CheckSpec Definition { get; } = new()
    {
        Name = "blocked_signals",
        Category = Category.Signal,
        Severity = null,
        Title = "Blocked signals",
        Watches = "How many entries the bot itself refused, and why.",
        Impact = "The bot saw signals and refused them by its own rules; it is not broken.",
        Remedy = "When it refuses too many, look at the gate that the top reason names.",
        Causes = Unseen.Causes,
        Families = [Blocked],
        Query = "topk(5, increase(tradingbot_signals_blocked_total{bot=\"$bot\"}[1h]))",
        Runbook = "TradingBotSignalsBlocked",
    };

    public CheckSpec Spec => Definition;

    public async ValueTask<CheckResult> EvaluateAsync(CheckContext context, CancellationToken cancellation)
    {
        var reading = await bot.ReadBlockedSignalsAsync(cancellation);
        if (reading is Reading<BlockedSignals>.Absent absent)
        {
            return CheckResult.Disabled(
                $"{Phrase.Sentence(absent.Reason)} So no blocked signal is counted; counting begins when the bot writes one.");
        }

        if (reading is not Reading<BlockedSignals>.Seen { Value.Counts: var counts, Evidence: var file }) return Unseen.Result(reading);

        var top = counts.OrderByDescending(count => count.Count).ThenBy(count => count.Gate, StringComparer.Ordinal).ThenBy(count => count.Reason, StringComparer.Ordinal).ToImmutableArray();
        var total = top.Sum(count => count.Count);
        var blocked = total == 0
            ? "No signal was blocked since the exporter began to follow them."
            : $"{Phrase.Count(total, "signal was", "signals were")} blocked since the exporter began to follow them, most by " +
              $"{Phrase.Word(top[0].Reason)} of {Phrase.Word(top[0].Gate)} ({top[0].Count}).";
        return CheckResult.Ok(blocked) with
        {
            DataTimestamp = file.Stamp,
            Samples = [.. top.Select(count => Blocked.Of(count.Count, LabelText.Of(count.Gate), ReasonLabel(count.Reason)))],
            Details =
            [
                Detail.Of("blocked", total),
                Detail.Of("reasons", [.. top.Select(count => $"{Phrase.Word(count.Gate)}, {Phrase.Word(count.Reason)}: {count.Count}")]),
                .. SourceDetails.Of(file),
            ],
        };
    }

    /// <summary>The adapter has already put what it had no room for under <c>other</c>.</summary>
    private static string ReasonLabel(string reason) => reason == LabelText.Other ? reason : LabelText.Of(reason);
}
