using System.Diagnostics;

namespace Exporter.Tests.Metrics;

/// <summary>Prometheus' own judge of an exposition. A test without it is skipped.</summary>
internal static class Promtool
{
    public static async Task FindsNothingToSay(string exposition)
    {
        var program = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(path => Path.Combine(path, "promtool")).FirstOrDefault(File.Exists);
        Skip.If(program is null, "promtool is not installed (Debian's package prometheus).");
        using var process = Process.Start(new ProcessStartInfo(program, ["check", "metrics"])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        await process.StandardInput.WriteAsync(exposition);
        process.StandardInput.Close();
        var complaints = await process.StandardError.ReadToEndAsync() + await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal("", complaints);
        Assert.Equal(0, process.ExitCode);
    }
}
