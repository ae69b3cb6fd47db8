using Exporter.Commands;

using Spectre.Console;

namespace Exporter.Terminal;

/// <summary>
/// Colours mean status only, the same everywhere. The plain eight, not their bright twins: every terminal's theme makes these readable on
/// its own background, while bright yellow on white is not.
/// </summary>
internal static class Styles
{
    public static Style Bad { get; } = new(Color.Maroon);

    public static Style Doubtful { get; } = new(Color.Olive);

    public static Style Good { get; } = new(Color.Green);

    public static Style Quiet { get; } = new(decoration: Decoration.Dim);

    public static Style Strong { get; } = new(decoration: Decoration.Bold);
}
