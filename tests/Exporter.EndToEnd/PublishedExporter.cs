namespace Exporter.EndToEnd;

/// <summary>
/// The program as it ships, serving on a free loopback port. <c>EXPORTER_BINARY</c> names the native binary, as <c>./test.sh</c>
/// sets it; without it the build beside the tests is run.
/// </summary>
public sealed class PublishedExporter : IAsyncDisposable
{
    private readonly TemporaryDirectory _storage;

    private PublishedExporter(ChildProgram program, Uri address, TemporaryDirectory storage)
    {
        Program = program;
        Address = address;
        _storage = storage;
        Http = new HttpClient { BaseAddress = address };
    }

    public static string Binary =>
        Environment.GetEnvironmentVariable("EXPORTER_BINARY") is { Length: > 0 } named
            ? Path.GetFullPath(named)
            : Path.Combine(AppContext.BaseDirectory, "tradingbot_exporter");

    public ChildProgram Program { get; }

    /// <summary>Such as <c>http://127.0.0.1:41233/</c>.</summary>
    public Uri Address { get; }

    /// <summary><c>HOST:PORT</c>, as a scrape target.</summary>
    public string Target => Address.Authority;

    public HttpClient Http { get; }

    /// <summary>The storage directory, unless the arguments name another.</summary>
    public string Storage => _storage.Path;

    /// <summary>Starts <c>serve</c> with the arguments and waits until it listens.</summary>
    public static Task<PublishedExporter> StartAsync(params string[] arguments) => StartAsync(arguments, null);

    public static async Task<PublishedExporter> StartAsync(string[] arguments, IEnumerable<KeyValuePair<string, string?>>? environment)
    {
        var storage = new TemporaryDirectory();
        string[] own = arguments.Contains("--storage.path") ? [] : ["--storage.path", storage.Path];
        string[] listen = arguments.Contains("--web.listen-address") ? [] : ["--web.listen-address", "127.0.0.1:0"];
        var program = ChildProgram.Start(Binary, ["serve", .. listen, .. own, .. arguments], environment);
        try
        {
            return new PublishedExporter(program, new Uri(await program.WaitForLineAsync(ListeningAddress)), storage);
        }
        catch
        {
            await program.DisposeAsync();
            storage.Dispose();
            throw;
        }
    }

    /// <summary>Runs another verb to its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string[] arguments, IEnumerable<KeyValuePair<string, string?>>? environment = null)
    {
        await using var program = ChildProgram.Start(Binary, arguments, environment);
        return (await program.WaitForExitAsync(), program.Output);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Program.DisposeAsync();
        _storage.Dispose();
    }

    /// <summary>The address in the line that tells of it; null for every other line.</summary>
    public static string? ListeningAddress(string line)
    {
        const string key = " address=";
        return line.Contains(" event=Listening ", StringComparison.Ordinal) && line.IndexOf(key, StringComparison.Ordinal) is > 0 and var start
            ? line[(start + key.Length)..].Trim('"')
            : null;
    }
}
