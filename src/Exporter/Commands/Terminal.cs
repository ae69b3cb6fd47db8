using System.Text;
using Spectre.Console;

namespace Exporter.Commands;

/// <summary>Standard output as a terminal: colour only where one is, and not when <c>NO_COLOR</c> is set (no-color.org).</summary>
internal static class Terminal
{
    /// <summary>For pipes and files, where nobody wraps: wide enough that a reason stays on its line.</summary>
    private const int UnboundedWidth = 1_000;

    public static IAnsiConsole Console(Shell shell)
    {
        var terminal = ReferenceEquals(shell.Output, System.Console.Out) && !System.Console.IsOutputRedirected;
        var colour = terminal
            && shell.Environment.GetValueOrDefault("NO_COLOR") is null or ""
            && shell.Environment.GetValueOrDefault("TERM") != "dumb";
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(terminal ? shell.Output : new Unpadded(shell.Output)),
            Ansi = colour ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = colour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        if (!terminal)
        {
            console.Profile.Width = UnboundedWidth;
        }

        return console;
    }

    /// <summary>Text of a bot's or a venue's, without what a terminal would obey.</summary>
    public static string Printable(string text) =>
        text.Any(char.IsControl) ? new string([.. text.Select(c => char.IsControl(c) ? ' ' : c)]) : text;

    /// <summary>Takes the spaces off that a table pads its last column with: noise in a file.</summary>
    private sealed class Unpadded(TextWriter below) : TextWriter
    {
        private int _spaces;

        public override Encoding Encoding => below.Encoding;

        public override void Write(char value)
        {
            if (value == ' ')
            {
                _spaces++;
                return;
            }

            if (value is not ('\n' or '\r'))
            {
                below.Write(new string(' ', _spaces));
            }

            _spaces = 0;
            below.Write(value);
        }

        public override void Flush() => below.Flush();
    }
}
