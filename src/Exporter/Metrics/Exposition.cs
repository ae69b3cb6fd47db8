using System.Collections.Immutable;
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
    private readonly FormatBodies _text = new(ExpositionFormat.PrometheusText);
    private readonly FormatBodies _openMetrics = new(ExpositionFormat.OpenMetricsText);
    private readonly ProcessMetrics _process;
    private readonly CauseCounts _errors = new();
    private readonly Counter _defects;
    private readonly Action<IMetricFactory> _addBuildInfo;
    private readonly SemaphoreSlim _owner = new(1);
    private readonly HashSet<string> _saidDefects = [];
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
            return await RenderPartialAsync(snapshot, form);
        }

        await _owner.WaitAsync(cancellation);
        try
        {
            if (_applied is null || _applied.Number < snapshot.Number)
            {
                _families.Apply(snapshot, _errors);
                _applied = snapshot;
            }

            var bodies = form.Format == ExpositionFormat.OpenMetricsText ? _openMetrics : _text;
            _process.Update();
            await bodies.RenderAsync(_steady, _families.SteadyVersion, _registry.Registry, _applied.Number);
            return form.Gzip ? bodies.Gzip : bodies.Plain;
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
        return await ExportAsync(registry, form);
    }

    public void Dispose()
    {
        _owner.Dispose();
        _text.Dispose();
        _openMetrics.Dispose();
    }

    private async Task<ReadOnlyMemory<byte>> RenderPartialAsync(Snapshot snapshot, Negotiation form)
    {
        var registry = Prometheus.Metrics.NewCustomRegistry();
        var factory = ExporterRegistry.FactoryFor(registry);
        _addBuildInfo(factory);
        new SnapshotFamilies(_specs, factory, factory, Defect).Apply(snapshot, errors: null);
        return await ExportAsync(registry, form);
    }

    private static async Task<ReadOnlyMemory<byte>> ExportAsync(CollectorRegistry registry, Negotiation form)
    {
        using var bodies = new FormatBodies(form.Format);
        await bodies.RenderAsync(Prometheus.Metrics.NewCustomRegistry(), 0, registry, 0);
        return form.Gzip ? bodies.Gzip : bodies.Plain;
    }

    private void Defect(string what)
    {
        _defects.Inc();
        // Every scrape meets it again; its first line says all. What a check puts together is bounded, so this is too.
        lock (_saidDefects)
        {
            if (!_saidDefects.Add(what))
            {
                return;
            }
        }

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
