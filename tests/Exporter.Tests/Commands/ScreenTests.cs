using Exporter.Commands;
using Exporter.Terminal;

namespace Exporter.Tests.Commands;

public sealed class ScreenTests : IDisposable
{
    private readonly StringWriter _output = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public void A_frame_replaces_the_one_before_it_in_place()
    {
        using var screen = new Screen(_output, () => 24);
        _output.GetStringBuilder().Clear();

        screen.Show(["one", "two"]);

        Assert.Equal("\e[H\e[2Kone\n\e[2Ktwo\n\e[J", _output.ToString());
    }

    [Fact]
    public void What_does_not_fit_is_left_out_at_the_bottom_and_said()
    {
        using var screen = new Screen(_output, () => 4);

        screen.Show(["worst", "worse", "bad", "mild", "fine"]);

        Assert.Contains("worse\n", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("… and 3 more lines", _output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("mild", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Afterwards_the_terminal_is_as_before_with_the_whole_last_answer_on_it()
    {
        using (var screen = new Screen(_output, () => 3))
        {
            screen.Show(["worst", "worse", "bad", "mild"]);
        }

        Assert.EndsWith("\e[?25h\e[?1049lworst\nworse\nbad\nmild\n", _output.ToString(), StringComparison.Ordinal);
    }
}
