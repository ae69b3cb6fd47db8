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
        yield return new Paragraph().Append($"{TerminalText.Printable(bot.Bot)}: ").Append(Word(bot.Health), StyleOf(bot.Health));
        var table = new Table().Border(TableBorder.Simple).AddColumns("check", "status", "reason");
        foreach (var check in bot.Checks.OrderBy(Order))
        {
            table.AddRow(
                new Text(check.Spec.Name),
                new Text(check.Result.Enabled ? Word(check.Result.Status) : "disabled", StyleOf(check.Result)),
                new Text(TerminalText.Printable(check.Result.Reason)));
        }

        yield return table;
    }

    private static int Order(CheckState check) => check.Result switch
    {
        { Enabled: false } => 4,
        { Status: CheckStatus.Critical } => 0,
        { Status: CheckStatus.Unknown } => 1,
        { Status: CheckStatus.Warning } => 2,
        _ => 3,
    };

    private static string Word(CheckStatus status) => status.ToString().ToLowerInvariant();

    private static string Word(Health health) => health.ToString().ToUpperInvariant();

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
