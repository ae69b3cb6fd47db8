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
        Stranger = new HttpClient { BaseAddress = address };
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

    /// <summary>Asks as its owner, with the token.</summary>
    public HttpClient Http { get; }

    /// <summary>Asks as anybody, without one.</summary>
    public HttpClient Stranger { get; }

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
            var exporter = new PublishedExporter(program, new Uri(await program.WaitForLineAsync(ListeningAddress)), storage);
            exporter.ShowToken(Argument(arguments, "--web.token-file") ?? Path.Combine(Argument(arguments, "--storage.path") ?? storage.Path, "token"));
            return exporter;
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

    /// <summary>What the test asks of it, it asks as its owner.</summary>
    private void ShowToken(string file)
    {
        if (File.Exists(file) && File.ReadLines(file).Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0 && line[0] != '#') is { } token)
        {
            Http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        }
    }

    private static string? Argument(string[] arguments, string name) => Array.IndexOf(arguments, name) is >= 0 and var at ? arguments[at + 1] : null;

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        Stranger.Dispose();
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
