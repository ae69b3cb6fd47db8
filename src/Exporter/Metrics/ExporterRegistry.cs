using Exporter.Checks;
using Prometheus;

namespace Exporter.Metrics;

/// <summary>
/// The one registry that <c>/metrics</c> shows: what the checks found, and the exporter's own instruments, which other rooms make from
/// <see cref="Factory"/>. No default metrics and no EventCounter or Meter adapters: those grow memory.
/// </summary>
public sealed class ExporterRegistry
{
    public ExporterRegistry()
    {
        Registry = Prometheus.Metrics.NewCustomRegistry();
        Factory = FactoryFor(Registry);
    }

    /// <summary>Makes the exporter's own counters, gauges and histograms. Instruments without labels show at once, from 0.</summary>
    public IMetricFactory Factory { get; }

    internal CollectorRegistry Registry { get; }

    // Exemplars would carry trace ids of nothing that anybody records.
    internal static MetricFactory FactoryFor(CollectorRegistry registry)
    {
        var factory = Prometheus.Metrics.WithCustomRegistry(registry);
        factory.ExemplarBehavior = ExemplarBehavior.NoExemplars();
        return factory;
    }
}
