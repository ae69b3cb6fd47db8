using System.CommandLine;
using Exporter.Terminal;

namespace Exporter.Commands;

/// <summary><c>failure-points</c>: the catalogue of what is watched.</summary>
internal static class FailurePoints
{
    public static Command Create(Shell shell)
    {
        var markdown = new Option<bool>("--markdown") { Description = "As tables for a page." };
        var command = new Command("failure-points", "List every failure point that is watched: what it means, what to do.") { markdown };
        command.SetAction(parsed =>
        {
            shell.Output.Write(parsed.GetValue(markdown) ? FailurePointTables.Markdown() : FailurePointTables.Text());
            return ExitCodes.Success;
        });
        return command;
    }
}
