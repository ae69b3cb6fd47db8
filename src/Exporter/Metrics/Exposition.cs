using Exporter.Checks;
using Exporter.Evaluation;
using Prometheus;

namespace Exporter.Metrics;

/// <summary>
/// Turns snapshots into exposition bytes: each once per format, so that every scrape that shares an evaluation is served the same ones.
/// </summary>
public sealed partial class Exposition : IDisposable
{
    private readonly ExporterRegistry _registry;
    private readonly ILogger _log;
    private readonly SnapshotText _state;
    private readonly Bodies _text = new(ExpositionFormat.PrometheusText);
    private readonly Bodies _openMetrics = new(ExpositionFormat.OpenMetricsText);
    private readonly ProcessMetrics _process;
    private readonly CauseCounts _errors = new();
    private readonly Counter _defects;
    private readonly Action<IMetricFactory> _addBuildInfo;
    private readonly SemaphoreSlim _owner = new(1);
    private readonly HashSet<string> _saidDefects = [];
    private Snapshot? _newest;

    /// <param name="version">For <c>tradingbot_exporter_build_info</c>.</param>
    /// <param name="specs">Of every check that there is; no two may declare the same family.</param>
    public Exposition(
        ExporterRegistry registry, Evaluator evaluator, IEnumerable<CheckSpec> specs, string version, string revision, ILogger<Exposition> log)
    {
        (_registry, _log) = (registry, log);
        _addBuildInfo = factory => factory
            .CreateGauge("tradingbot_exporter_build_info", "1, with the build of the running exporter.", ["version", "revision"])
            .WithLabels(version, revision).Set(1);
        _addBuildInfo(registry.Factory);
        _defects = registry.Factory.CreateCounter(
            "tradingbot_exporter_internal_errors_total", "Defects of the exporter itself that a scrape met; its log says which.");
        _state = new SnapshotText(specs, Defect);
        _process = new ProcessMetrics(registry.Factory);
        evaluator.Published += _errors.Count;
    }

    /// <summary>
    /// The exposition of a snapshot, or of a newer one that was rendered meanwhile. A partial snapshot shows its checks alone. Whoever
    /// gets it disposes it after sending it.
    /// </summary>
    internal async Task<Body.Lease> RenderAsync(Snapshot snapshot, Negotiation form, CancellationToken cancellation)
    {
        if (snapshot.Partial)
        {
            return await RenderAloneAsync(InstrumentsOfABuild(), form, text => _state.Write(text, snapshot, errors: null));
        }

        await _owner.WaitAsync(cancellation);
        try
        {
            // Never published, so no one else's: it says to one caller that nothing is known.
            if (snapshot.Number == 0)
            {
                return await RenderAloneAsync(_registry.Registry, form, text => _state.Write(text, snapshot, _errors));
            }

            if (_newest is null || _newest.Number < snapshot.Number)
            {
                _newest = snapshot;
            }

            var bodies = form.Format == ExpositionFormat.OpenMetricsText ? _openMetrics : _text;
            var body = await bodies.RenderAsync(_newest.Number, RenderNewestAsync);
            return body.Hold(form.Gzip);
        }
        finally
        {
            _owner.Release();
        }
    }

    /// <summary>What can be said when rendering itself fails: a valid answer that counts the failure, so that a rule can see it.</summary>
    internal async Task<Body.Lease> RenderFailureAsync(Exception failure, Negotiation form)
    {
        _defects.Inc();
        Log.ScrapeFailed(_log, failure);
        var instruments = InstrumentsOfABuild();
        ExporterRegistry.FactoryFor(instruments).CreateCounter(_defects.Name, _defects.Help).IncTo(_defects.Value);
        return await RenderAloneAsync(instruments, form, _ => { });
    }

    public void Dispose()
    {
        _owner.Dispose();
        _process.Dispose();
        _text.Dispose();
        _openMetrics.Dispose();
    }

    private async ValueTask RenderNewestAsync(Body body)
    {
        body.Text.Clear();
        _state.Write(body.Text, _newest!, _errors);
        _process.Update();
        await body.AppendAsync(_registry.Registry);
    }

    private CollectorRegistry InstrumentsOfABuild()
    {
        var registry = Prometheus.Metrics.NewCustomRegistry();
        _addBuildInfo(ExporterRegistry.FactoryFor(registry));
        return registry;
    }

    private static async Task<Body.Lease> RenderAloneAsync(CollectorRegistry instruments, Negotiation form, Action<ExpositionWriter> write)
    {
        using var body = new Body(form.Format);
        write(body.Text);
        await body.AppendAsync(instruments);
        return body.Hold(form.Gzip);
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
