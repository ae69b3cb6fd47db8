using Exporter.Commands;
using Spectre.Console;

using Spectre.Console.Rendering;

namespace Exporter.Terminal;

/// <summary>Standard output as a terminal: colour only where one is, and not when <c>NO_COLOR</c> is set (no-color.org).</summary>
internal static class TerminalText
{
    /// <summary>For pipes and files, where nobody wraps: wide enough that a reason stays on its line.</summary>
    private const int UnboundedWidth = 1_000;

    /// <summary>Whether a person looks, on something that obeys cursor movements.</summary>
    public static bool IsInteractive(Shell shell) =>
        ReferenceEquals(shell.Output, System.Console.Out)
        && !System.Console.IsOutputRedirected
        && shell.Environment.GetValueOrDefault("TERM") is not ("dumb" or "" or null);

    /// <summary>The lines of what is to be seen, as wide as the terminal and coloured where that is wanted.</summary>
    public static string[] Lines(IRenderable content, Shell shell)
    {
        var interactive = IsInteractive(shell);
        return Lines(
            content,
            interactive ? Columns() : UnboundedWidth,
            colour: interactive && shell.Environment.GetValueOrDefault("NO_COLOR") is null or "");
    }

    public static string[] Lines(IRenderable content, int width, bool colour)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(text),
            Ansi = colour ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = colour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        console.Profile.Width = width;
        console.Write(content);
        // Cells are filled up with blanks to the width of their column: of no use in a file, and a line too many in a narrow terminal.
        return [.. text.ToString().TrimEnd().Split('\n').Select(line => line.TrimEnd())];
    }

    public static int Rows() => Measured(() => System.Console.WindowHeight, 24);

    private static int Columns() => Measured(() => System.Console.WindowWidth, 80);

    /// <summary>A pseudo-terminal that nobody gave a size says 0.</summary>
    private static int Measured(Func<int> measure, int otherwise)
    {
        try
        {
            return measure() is > 0 and var measured ? measured : otherwise;
        }
        catch (IOException)
        {
            return otherwise;
        }
    }
}
