using Exporter.Commands;
using Exporter.Terminal;

namespace Exporter;

internal static class Program
{
    private static Task<int> Main(string[] arguments) => CommandLine.RunAsync(arguments, Shell.OfProcess());
}
