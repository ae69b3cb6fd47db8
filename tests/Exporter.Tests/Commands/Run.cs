using Exporter.Commands;
using Exporter.Terminal;

namespace Exporter.Tests.Commands;

/// <summary>Runs the command line in this process, as a shell would.</summary>
internal static class Run
{
    public static async Task<(int ExitCode, string Output, string Error)> Async(string[] arguments, params (string Name, string Value)[] environment)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var shell = new Shell(output, error, environment.ToDictionary(pair => pair.Name, pair => pair.Value), TimeProvider.System);
        var code = await CommandLine.RunAsync(arguments, shell);
        return (code, output.ToString(), error.ToString());
    }
}
