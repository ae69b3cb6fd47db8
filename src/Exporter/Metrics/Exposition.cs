using System.Collections.Immutable;
using System.IO.Compression;
using Exporter.Checks;
using Exporter.Evaluation;
using Prometheus;

namespace Exporter.Metrics;

/// <summary>
/// Turns snapshots into exposition bytes: each once per format, so that every scrape that shares an evaluation is served the same ones.
/// It alone touches the registry's series of checked state: callbacks of parallel scrapes would mix two states in one body.
/// </summary>
public sealed partial class Exposition : IDisposable
{
    private readonly ExporterRegistry _registry;
    private readonly ImmutableArray<CheckSpec> _specs;
    private readonly ILogger _log;
    private readonly SnapshotFamilies _families;
    private readonly CollectorRegistry _steady = Prometheus.Metrics.NewCustomRegistry();
    private readonly Dictionary<ExpositionFormat, (long Version, ReadOnlyMemory<byte> Body)> _steadyBodies = [];
    private readonly ProcessMetrics _process;
    private readonly CauseCounts _errors = new();
    private readonly Counter _defects;
    private readonly Action<IMetricFactory> _addBuildInfo;
    private readonly SemaphoreSlim _owner = new(1);
    private readonly Dictionary<Negotiation, ReadOnlyMemory<byte>> _bodies = [];
    private Snapshot? _applied;

    /// <param name="version">For <c>tradingbot_exporter_build_info</c>.</param>
    /// <param name="specs">Of every check that there is; no two may declare the same family.</param>
    public Exposition(
        ExporterRegistry registry, Evaluator evaluator, IEnumerable<CheckSpec> specs, string version, string revision, ILogger<Exposition> log)
    {
        (_registry, _specs, _log) = (registry, [.. specs], log);
        _addBuildInfo = factory => factory
            .CreateGauge("tradingbot_exporter_build_info", "1, with the build of the running exporter.", ["version", "revision"])
            .WithLabels(version, revision).Set(1);
        _addBuildInfo(registry.Factory);
        _defects = registry.Factory.CreateCounter(
            "tradingbot_exporter_internal_errors_total", "Defects of the exporter itself that a scrape met; its log says which.");
        _families = new SnapshotFamilies(_specs, ExporterRegistry.FactoryFor(_steady), registry.Factory, Defect);
        _process = new ProcessMetrics(registry.Factory);
        evaluator.Published += _errors.Count;
    }

    /// <summary>
    /// The exposition of a snapshot, or of a newer one that was rendered meanwhile. A partial snapshot shows its checks alone.
    /// </summary>
    internal async Task<ReadOnlyMemory<byte>> RenderAsync(Snapshot snapshot, Negotiation form, CancellationToken cancellation)
    {
        if (snapshot.Partial)
        {
            return await RenderPartialAsync(snapshot, form, cancellation);
        }

        await _owner.WaitAsync(cancellation);
        try
        {
            if (_applied is null || _applied.Number < snapshot.Number)
            {
                _bodies.Clear();
                _families.Apply(snapshot, _errors);
                _applied = snapshot;
            }

            return await BodyAsync(form);
        }
        finally
        {
            _owner.Release();
        }
    }

    /// <summary>What can be said when rendering itself fails: a valid answer that counts the failure, so that a rule can see it.</summary>
    internal async Task<ReadOnlyMemory<byte>> RenderFailureAsync(Exception failure, Negotiation form)
    {
        _defects.Inc();
        Log.ScrapeFailed(_log, failure);
        var registry = Prometheus.Metrics.NewCustomRegistry();
        var factory = ExporterRegistry.FactoryFor(registry);
        _addBuildInfo(factory);
        factory.CreateCounter(_defects.Name, _defects.Help).IncTo(_defects.Value);
        return await ExportAsync(registry, form, CancellationToken.None);
    }

    public void Dispose() => _owner.Dispose();

    private async ValueTask<ReadOnlyMemory<byte>> BodyAsync(Negotiation form)
    {
        if (_bodies.TryGetValue(form, out var body))
        {
            return body;
        }

        // The body belongs to all who share it, so nobody's cancellation ends it.
        if (form.Gzip)
        {
            body = Compress(await BodyAsync(form with { Gzip = false }));
        }
        else
        {
            _process.Update();
            var stream = new MemoryStream(32 * 1024);
            stream.Write((await SteadyBodyAsync(form.Format)).Span);
            await _registry.Registry.CollectAndExportAsTextAsync(stream, form.Format, CancellationToken.None);
            body = Written(stream);
        }

        _bodies.Add(form, body);
        return body;
    }

    /// <summary>
    /// The steady families, which come first. Kept until one of their values changes: at 1,000 bots they are most of the work.
    /// </summary>
    private async ValueTask<ReadOnlyMemory<byte>> SteadyBodyAsync(ExpositionFormat format)
    {
        if (_steadyBodies.TryGetValue(format, out var kept) && kept.Version == _families.SteadyVersion)
        {
            return kept.Body;
        }

        var body = await WriteAsync(_steady, format, CancellationToken.None);
        // OpenMetrics has one end mark, at the end of all.
        body = body.Span.EndsWith("# EOF\n"u8) ? body[..^"# EOF\n"u8.Length] : body;
        _steadyBodies[format] = (_families.SteadyVersion, body);
        return body;
    }

    private async Task<ReadOnlyMemory<byte>> RenderPartialAsync(Snapshot snapshot, Negotiation form, CancellationToken cancellation)
    {
        var registry = Prometheus.Metrics.NewCustomRegistry();
        var factory = ExporterRegistry.FactoryFor(registry);
        _addBuildInfo(factory);
        new SnapshotFamilies(_specs, factory, factory, Defect).Apply(snapshot, errors: null);
        return await ExportAsync(registry, form, cancellation);
    }

    private static async Task<ReadOnlyMemory<byte>> ExportAsync(CollectorRegistry registry, Negotiation form, CancellationToken cancellation)
    {
        var body = await WriteAsync(registry, form.Format, cancellation);
        return form.Gzip ? Compress(body) : body;
    }

    private static async Task<ReadOnlyMemory<byte>> WriteAsync(CollectorRegistry registry, ExpositionFormat format, CancellationToken cancellation)
    {
        var stream = new MemoryStream(32 * 1024);
        await registry.CollectAndExportAsTextAsync(stream, format, cancellation);
        return Written(stream);
    }

    private static ReadOnlyMemory<byte> Written(MemoryStream stream) => stream.GetBuffer().AsMemory(0, (int)stream.Length);

    private static ReadOnlyMemory<byte> Compress(ReadOnlyMemory<byte> body)
    {
        var stream = new MemoryStream(body.Length / 8);
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(body.Span);
        }

        return Written(stream);
    }

    private void Defect(string what)
    {
        _defects.Inc();
        Log.BadSample(_log, what);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A scrape could not be rendered, so it got next to nothing. Please report this as a defect.", EventName = "ScrapeFailed")]
        public static partial void ScrapeFailed(ILogger logger, Exception error);

        [LoggerMessage(2, LogLevel.Error, "{What} Please report this as a defect.", EventName = "BadSample")]
        public static partial void BadSample(ILogger logger, string what);
    }
}
