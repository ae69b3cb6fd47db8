using Exporter.Commands;
using Exporter.Checks;
using Exporter.Evaluation;
using Spectre.Console;

using Spectre.Console.Rendering;

namespace Exporter.Terminal;

/// <summary>A snapshot as tables for a terminal, worst first.</summary>
internal static class SnapshotTable
{
    public static IRenderable Of(Snapshot snapshot) => new Rows(snapshot.Bots.SelectMany(Of));

    private static IEnumerable<IRenderable> Of(BotSnapshot bot)
    {
        yield return new Paragraph().Append($"{Plain.Text(bot.Bot)}: ").Append(bot.Health.Word().ToUpperInvariant(), StyleOf(bot.Health))
            .Append(bot.Trading == TradingState.Unknown ? ", unknown whether it trades" : $", {bot.Trading.Word()}");
        foreach (var note in bot.Checks.SelectMany(check => check.Result.Notes))
        {
            yield return new Text(Plain.Text(note));
        }

        var table = new Table().Border(TableBorder.Simple).AddColumns("check", "status", "reason");
        foreach (var check in bot.Checks.OrderByDescending(check => check.Result.Enabled ? check.Result.Status.Badness() : -1))
        {
            table.AddRow(
                new Text(check.Spec.Name),
                new Text(check.Result.Enabled ? check.Result.Status.Word() : "disabled", StyleOf(check.Result)),
                new Text(Plain.Text(check.Result.Reason)));
        }

        yield return table;
    }

    private static Style StyleOf(Health health) => health switch
    {
        Health.Healthy => Styles.Good,
        Health.Warning => Styles.Doubtful,
        _ => Styles.Bad,
    };

    private static Style StyleOf(CheckResult result) => result switch
    {
        { Enabled: false } => Styles.Quiet,
        { Status: CheckStatus.Ok } => Styles.Good,
        { Status: CheckStatus.Critical } => Styles.Bad,
        _ => Styles.Doubtful,
    };
}
