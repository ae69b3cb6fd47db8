namespace Exporter.Healing.Ledger;

/// <summary>A command of a healing that was started, and by what it is known again.</summary>
/// <param name="Started">Clock ticks since boot.</param>
/// <param name="Leads">Whether it leads a process group of its own.</param>
/// <param name="Until">The end of its time-out.</param>
internal sealed record StartedCommand(long Healing, int Process, long Started, bool Leads, DateTimeOffset Until);

/// <summary>The commands that run, so that the next start finds what a killed exporter left running.</summary>
internal static class CommandTable
{
    public static bool Keep(this LedgerTransaction ledger, StartedCommand command) => ledger.Execute(
        "INSERT OR REPLACE INTO commands (healing, process, started, leads, until) VALUES ($healing, $process, $started, $leads, $until)",
        ("$healing", command.Healing), ("$process", command.Process), ("$started", command.Started), ("$leads", command.Leads), ("$until", command.Until)) > 0;

    public static bool Forget(this LedgerTransaction ledger, StartedCommand command) => ledger.Execute(
        "DELETE FROM commands WHERE healing = $healing AND process = $process", ("$healing", command.Healing), ("$process", command.Process)) > 0;

    public static StartedCommand? Command(this LedgerTransaction ledger, long healing) => ledger.Row(
        "SELECT * FROM commands WHERE healing = $healing",
        row => new StartedCommand(row.Number("healing"), row.Count("process"), row.Number("started"), row.Flag("leads"), row.Time("until")),
        ("$healing", healing));
}
