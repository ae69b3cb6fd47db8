using System.Globalization;
using Demo.Faults;

namespace Demo;

/// <summary>The terminal's menu: a number or a name injects a fault, and clears it when it is there.</summary>
internal sealed class Menu(FaultBoard board, TextReader input, TextWriter output)
{
    /// <summary>Returns when the person quits or the input ends.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        Print(output);
        while (await input.ReadLineAsync(cancellation) is { } line)
        {
            switch (line.Trim())
            {
                case "":
                    continue;
                case "q" or "quit":
                    return;
                case "?" or "help":
                    Print(output);
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

    public static void Print(TextWriter output)
    {
        for (var i = 0; i < FaultCatalogue.All.Length; i++)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {i + 1,2}  {FaultCatalogue.All[i].Name,-22} {FaultCatalogue.All[i].Happens}"));
        }

        output.WriteLine("  A number or a name injects a fault; the same again clears it. ? shows this list, q ends the demo.");
    }

    private static Fault? Find(string word) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? FaultCatalogue.All.ElementAtOrDefault(number - 1)
            : FaultCatalogue.Find(word);
}
