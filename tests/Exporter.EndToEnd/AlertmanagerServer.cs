namespace Exporter.EndToEnd;

/// <summary>Debian's Alertmanager on a free loopback port, alone, with a configuration of the test's.</summary>
public sealed class AlertmanagerServer : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory;

    private AlertmanagerServer(ChildProgram program, Uri address, TemporaryDirectory directory)
    {
        Program = program;
        Address = address;
        _directory = directory;
        Http = new HttpClient { BaseAddress = address };
    }

    public ChildProgram Program { get; }

    public Uri Address { get; }

    /// <summary><c>HOST:PORT</c>, as in Prometheus' <c>alerting</c> section.</summary>
    public string Target => Address.Authority;

    public HttpClient Http { get; }

    /// <param name="configuration">alertmanager.yml; files that it names must be given by absolute paths.</param>
    public static async Task<AlertmanagerServer> StartAsync(string configuration, params string[] arguments)
    {
        var directory = new TemporaryDirectory();
        try
        {
            var (program, address) = await DebianServer.StartAsync(
                "prometheus-alertmanager", directory.Write("alertmanager.yml", configuration), "--storage.path", directory["data"], ["--cluster.listen-address=", .. arguments]);
            return new AlertmanagerServer(program, address, directory);
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Program.DisposeAsync();
        _directory.Dispose();
    }
}
