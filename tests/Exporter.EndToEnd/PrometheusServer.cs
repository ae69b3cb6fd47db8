using System.Globalization;
using System.Text.Json;

namespace Exporter.EndToEnd;

/// <summary>Debian's Prometheus on a free loopback port, with a configuration of the test's.</summary>
public sealed class PrometheusServer : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory;
    private readonly string[] _arguments;

    private PrometheusServer(ChildProgram program, Uri address, TemporaryDirectory directory, string[] arguments)
    {
        Program = program;
        Address = address;
        _directory = directory;
        _arguments = arguments;
        Http = new HttpClient { BaseAddress = address };
    }

    public ChildProgram Program { get; private set; }

    /// <summary>Another one after each restart.</summary>
    public Uri Address { get; private set; }

    public HttpClient Http { get; private set; }

    /// <param name="configuration">prometheus.yml; files that it names must be given by absolute paths.</param>
    public static async Task<PrometheusServer> StartAsync(string configuration, params string[] arguments)
    {
        var directory = new TemporaryDirectory();
        try
        {
            directory.Write("prometheus.yml", configuration);
            var (program, address) = await RunAsync(directory, arguments);
            return new PrometheusServer(program, address, directory, arguments);
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <summary>Scrapes one target each second.</summary>
    public static Task<PrometheusServer> ScrapingAsync(string target) => StartAsync(
        $$"""
        global:
          scrape_interval: 1s
          scrape_timeout: 1s
        scrape_configs:
          - job_name: tradingbot
            static_configs:
              - targets: ['{{target}}']
        """);

    /// <summary>Ends it as its service would, and starts it again on the same data.</summary>
    public async Task RestartAsync()
    {
        await Program.StopAsync();
        await Program.DisposeAsync();
        Http.Dispose();
        (Program, Address) = await RunAsync(_directory, _arguments);
        Http = new HttpClient { BaseAddress = Address };
    }

    /// <summary>The values of an instant query, by the series' labels (without the metric's name).</summary>
    /// <exception cref="InvalidOperationException">Prometheus calls the query wrong.</exception>
    public async Task<IReadOnlyList<(IReadOnlyDictionary<string, string> Labels, double Value)>> QueryAsync(string promQl)
    {
        var answer = await Http.GetStringAsync($"api/v1/query?query={Uri.EscapeDataString(promQl)}");
        using var document = JsonDocument.Parse(answer);
        var data = document.RootElement.GetProperty("data");
        return
        [
            .. data.GetProperty("result").EnumerateArray().Select(series =>
            {
                IReadOnlyDictionary<string, string> labels = series.GetProperty("metric").EnumerateObject()
                    .Where(label => label.Name != "__name__")
                    .ToDictionary(label => label.Name, label => label.Value.GetString()!);
                return (labels, double.Parse(series.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture));
            }),
        ];
    }

    /// <summary>Asks again until the query has an answer that fits, and returns it.</summary>
    public Task<IReadOnlyList<(IReadOnlyDictionary<string, string> Labels, double Value)>> EventuallyAsync(
        string promQl,
        Func<IReadOnlyList<(IReadOnlyDictionary<string, string> Labels, double Value)>, bool> fits,
        TimeSpan? limit = null) =>
        Eventually.GetAsync(
            async () => await QueryAsync(promQl) is var answer && fits(answer) ? answer : null, limit ?? TimeSpan.FromSeconds(60), promQl);

    /// <summary>Whether its rules fire such an alert now: of a query the last answer before a restart would count for five minutes more.</summary>
    public async Task<bool> IsFiringAsync(string alert, string label, string value)
    {
        using var document = JsonDocument.Parse(await Http.GetStringAsync("api/v1/alerts"));
        return document.RootElement.GetProperty("data").GetProperty("alerts").EnumerateArray().Any(found =>
            found.GetProperty("state").GetString() == "firing" && found.GetProperty("labels") is var labels
            && labels.GetProperty("alertname").GetString() == alert && labels.TryGetProperty(label, out var held) && held.GetString() == value);
    }

    private static Task<(ChildProgram Program, Uri Address)> RunAsync(TemporaryDirectory directory, string[] arguments) => DebianServer.StartAsync(
        "prometheus", directory["prometheus.yml"], "--storage.tsdb.path", directory["data"], ["--web.enable-lifecycle", .. arguments]);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Program.DisposeAsync();
        _directory.Dispose();
    }
}
