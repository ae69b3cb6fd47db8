using System.Collections.Immutable;
using System.Globalization;
using Demo.Faults;

namespace Demo;

/// <summary>The terminal's menu: a number or a name injects a fault, and clears it when it is there.</summary>
internal sealed class Menu(FaultBoard board, TextReader input, TextWriter output)
{
    /// <summary>Returns when the person quits or the input ends.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        Print(board.Faults, output);
        while (await input.ReadLineAsync(cancellation) is { } line)
        {
            switch (line.Trim())
            {
                case "":
                    continue;
                case "q" or "quit":
                    return;
                case "?" or "help":
                    Print(board.Faults, output);
                    continue;
                case var word when Find(word) is { } fault:
                    if (await board.TryTurnAsync(fault, !board.Active.Contains(fault.Name), cancellation) is { } whyNot)
                    {
                        output.WriteLine(whyNot);
                    }

                    continue;
                case var word:
                    output.WriteLine($"There is no fault '{word}'. ? lists them, q ends the demo.");
                    continue;
            }
        }
    }

    public static void Print(ImmutableArray<Fault> faults, TextWriter output)
    {
        for (var i = 0; i < faults.Length; i++)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {i + 1,2}  {faults[i].Name,-24} {faults[i].Happens}"));
        }

        output.WriteLine("  A number or a name injects a fault; the same again clears it. ? shows this list, q ends the demo.");
    }

    private Fault? Find(string word) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? board.Faults.ElementAtOrDefault(number - 1)
            : board.Faults.FirstOrDefault(fault => fault.Name == word);
}
