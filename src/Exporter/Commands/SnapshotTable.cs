using Exporter.Checks;
using Exporter.Evaluation;
using Spectre.Console;

namespace Exporter.Commands;

/// <summary>A snapshot as tables for a terminal, worst first.</summary>
internal static class SnapshotTable
{
    public static void Write(Snapshot snapshot, Shell shell)
    {
        var console = Terminal.Console(shell);
        foreach (var bot in snapshot.Bots)
        {
            console.Write(new Text($"{bot.Bot}: "));
            console.Write(new Text(Word(bot.Health), StyleOf(bot.Health)));
            console.WriteLine();
            var table = new Table().Border(TableBorder.Simple).AddColumns("check", "status", "reason");
            foreach (var check in bot.Checks.OrderBy(Order))
            {
                table.AddRow(
                    new Text(check.Spec.Name),
                    new Text(check.Result.Enabled ? Word(check.Result.Status) : "disabled", StyleOf(check.Result)),
                    new Text(Terminal.Printable(check.Result.Reason)));
            }

            console.Write(table);
        }
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

    private static Style StyleOf(Health health) => new(health switch
    {
        Health.Healthy => Color.Green,
        Health.Warning => Color.Yellow,
        _ => Color.Red,
    });

    private static Style StyleOf(CheckResult result) => new(result switch
    {
        { Enabled: false } => Color.Grey,
        { Status: CheckStatus.Ok } => Color.Green,
        { Status: CheckStatus.Critical } => Color.Red,
        _ => Color.Yellow,
    });
}
