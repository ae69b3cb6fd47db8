using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using Exporter.Benchmarks.Bots;
using Exporter.Bots;
using Exporter.Checks;
using Exporter.Evaluation;
using Exporter.Metrics;
using Exporter.Venues;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Benchmarks.Evaluation;

/// <summary>A scrape without the server: evaluating every check that only reads files, which have not changed, and rendering.</summary>
[MemoryDiagnoser]
public class Scraping
{
    private static readonly string[] CallOut = ["exchange_api", "network", "coinglass_api"];
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private readonly ServiceProvider _services = new ServiceCollection()
        .AddLogging().AddSingleton(TimeProvider.System).AddVenues(new VenueOptions(), storage: null).BuildServiceProvider();

    private readonly Negotiation _text = Negotiation.Of(new HeaderDictionary());
    private BotDirectory _directory = null!;
    private Evaluator _evaluator = null!;
    private Exposition _exposition = null!;

    [Params(1, 10, 100)]
    public int Bots { get; set; }

    [GlobalSetup]
    public async Task Arrange()
    {
        _directory = new BotDirectory(closed: 1);
        var made = new CheckDependencies(new CheckOptions(), TimeProvider.System, _services.GetRequiredService<VenueProbes>());
        ImmutableArray<MonitoredBot> bots = [.. Enumerable.Range(0, Bots).Select(number => Watched(_directory.Bot($"bot-{number}"), made))];
        _evaluator = new Evaluator(bots, TimeProvider.System);
        _exposition = new Exposition(
            new ExporterRegistry(), _evaluator, CheckCatalogue.All.Select(registration => registration.Spec), "0.0.0", "", NullLogger<Exposition>.Instance);
        await EvaluateAndRender();
    }

    [GlobalCleanup]
    public void Clean()
    {
        _exposition.Dispose();
        _directory.Dispose();
        _services.Dispose();
    }

    [Benchmark]
    public Task<Snapshot> Evaluate() => _evaluator.EvaluateAsync(Deadline, CancellationToken.None);

    [Benchmark(Baseline = true)]
    public async Task<int> EvaluateAndRender()
    {
        var snapshot = await _evaluator.EvaluateAsync(Deadline, CancellationToken.None);
        using var body = await _exposition.RenderAsync(snapshot, _text, CancellationToken.None);
        return body.Bytes.Length;
    }

    private static MonitoredBot Watched(IBot bot, CheckDependencies made) =>
        new(bot, [.. CheckCatalogue.For(bot, made).Where(check => !CallOut.Contains(check.Spec.Name))]);
}
