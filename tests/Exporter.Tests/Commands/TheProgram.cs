using System.Collections.Immutable;
using Exporter.Commands;

namespace Exporter.Tests.Commands;

/// <summary>The program run in this process with arguments, as somebody would type them, its output caught.</summary>
internal static class TheProgram
{
    public sealed record Ended(int ExitCode, string Output, string Error);

    public static async Task<Ended> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(arguments, new Shell(output, error, ImmutableDictionary<string, string>.Empty, TimeProvider.System));
        return new Ended(code, output.ToString(), error.ToString());
    }
}
