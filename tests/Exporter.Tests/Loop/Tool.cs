using System.Diagnostics;

namespace Exporter.Tests.Loop;

/// <summary>A program that reads the repository's files in earnest: promtool, amtool, docker-compose, systemd-analyze.</summary>
internal static class Tool
{
    /// <summary>Runs it in the repository's root and returns what it printed; skips the test when it is not installed.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string program, params IEnumerable<string> arguments)
    {
        Skip.IfNot(IsInstalled(program), $"{program} is not installed; ./test.sh without --quick installs it.");
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }

    private static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(directory => System.IO.File.Exists(Path.Combine(directory, program)));
}
