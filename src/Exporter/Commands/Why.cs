using System.CommandLine;
using Exporter.Terminal;

namespace Exporter.Commands;

/// <summary>
/// <c>why</c>: why is my bot not trading? Asks the running exporter; when none runs and bots are named, looks once itself.
/// </summary>
internal static class Why
{
    public static Command Create(Shell shell)
    {
        var flags = new Flags(
            "Bot to tell of: its name, or its directory (DIR or NAME=DIR), which is looked at when no exporter runs. Repeat it for more.", "BOT");
        var exporter = new ExporterFlags();
        var display = new Display();
        var command = new Command("why", "Say why a bot is not trading: the blockers, worst first, and what to do about each.");
        exporter.AddTo(command);
        flags.AddTo(command);
        display.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var running = exporter.Read(parsed);
            await using var question = new WhyQuestion(running, flags.Read(parsed), shell);
            return await display.ShowAsync(parsed, shell, question.AskAsync, cancellation);
        });
        return command;
    }
}
