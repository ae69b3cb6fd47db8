using Exporter.Commands;

using System.Text;

namespace Exporter.Terminal;

/// <summary>
/// The whole terminal for one answer that is replaced in place. What does not fit is left out at the bottom (the worst stands at the top),
/// and said so. Afterwards the terminal is as it was before, and the last answer stays on it.
/// </summary>
internal sealed class Screen : IDisposable
{
    // The alternate screen (xterm, and every terminal since) keeps the scrollback clean of old frames.
    private const string Enter = "\e[?1049h\e[?25l";
    private const string Leave = "\e[?25h\e[?1049l";
    private const string Home = "\e[H";
    private const string ClearLine = "\e[2K";
    private const string ClearBelow = "\e[J";

    private readonly TextWriter _output;
    private readonly Func<int> _rows;
    private string[] _last = [];

    /// <param name="rows">How high the terminal is now; it may be resized between two frames.</param>
    public Screen(TextWriter output, Func<int> rows)
    {
        _output = output;
        _rows = rows;
        output.Write(Enter);
    }

    public void Show(string[] lines)
    {
        _last = lines;
        // One write, no clearing first: nothing flickers.
        var frame = new StringBuilder(Home);
        foreach (var line in Cut(lines, _rows()))
        {
            // Cleared before it is written: after a line as wide as the terminal, the cursor still stands on its last character.
            frame.Append(ClearLine).Append(line).Append('\n');
        }

        _output.Write(frame.Append(ClearBelow));
    }

    public void Dispose()
    {
        _output.Write(Leave);
        foreach (var line in _last)
        {
            _output.WriteLine(line);
        }
    }

    private static IEnumerable<string> Cut(string[] lines, int rows)
    {
        // The cursor stands on a line of its own after the last one.
        var room = Math.Max(rows - 1, 1);
        return lines.Length <= room
            ? lines
            : lines.Take(room - 1).Append($"… and {lines.Length - room + 1} more lines: make the terminal higher, or look without --watch.");
    }
}
