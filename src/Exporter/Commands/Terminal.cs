using Spectre.Console;

namespace Exporter.Commands;

/// <summary>Standard output as a terminal: colour only where one is, and not when <c>NO_COLOR</c> is set (no-color.org).</summary>
internal static class Terminal
{
    /// <param name="otherwiseWidth">Columns when the output is no terminal.</param>
    public static IAnsiConsole Console(Shell shell, int otherwiseWidth)
    {
        var terminal = ReferenceEquals(shell.Output, System.Console.Out) && !System.Console.IsOutputRedirected;
        var colour = terminal
            && shell.Environment.GetValueOrDefault("NO_COLOR") is null or ""
            && shell.Environment.GetValueOrDefault("TERM") != "dumb";
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(shell.Output),
            Ansi = colour ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = colour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        if (!terminal)
        {
            console.Profile.Width = otherwiseWidth;
        }

        return console;
    }

    /// <summary>Text of a bot's or a venue's, without what a terminal would obey.</summary>
    public static string Printable(string text) =>
        text.Any(char.IsControl) ? new string([.. text.Select(c => char.IsControl(c) ? ' ' : c)]) : text;
}
