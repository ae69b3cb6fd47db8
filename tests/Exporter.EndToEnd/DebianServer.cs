using System.Net;

namespace Exporter.EndToEnd;

/// <summary>What Prometheus and Alertmanager have in common: the flags of a free port, the line that names it, <c>/-/ready</c>.</summary>
internal static class DebianServer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task<(ChildProgram Program, Uri Address)> StartAsync(string program, string configFile, string dataFlag, string data, params string[] arguments)
    {
        Skip.IfNot(IsInstalled(program), $"{program} is not installed; ./test.sh installs it");
        var child = ChildProgram.Start(program, [$"--config.file={configFile}", $"{dataFlag}={data}", "--web.listen-address=127.0.0.1:0", .. arguments]);
        try
        {
            var address = new Uri($"http://{await child.WaitForLineAsync(ListeningAddress)}/");
            await WaitUntilReadyAsync(address);
            return (child, address);
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
    }

    private static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(directory => File.Exists(Path.Combine(directory, program)));

    // ts=… caller=tls_config.go:232 level=info component=web msg="Listening on" address=127.0.0.1:38481
    private static string? ListeningAddress(string line)
    {
        const string words = "msg=\"Listening on\" address=";
        var start = line.IndexOf(words, StringComparison.Ordinal);
        return start < 0 ? null : line[(start + words.Length)..].Trim();
    }

    private static async Task WaitUntilReadyAsync(Uri address)
    {
        using var http = new HttpClient { BaseAddress = address };
        await Eventually.TrueAsync(
            async () => (await http.GetAsync("-/ready")).StatusCode == HttpStatusCode.OK, Patience, $"{address}-/ready answers 200");
    }
}
