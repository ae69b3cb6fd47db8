using Exporter.Checks;
using Prometheus;

namespace Exporter.Metrics;

/// <summary>A family that a check declared, as an instrument of the registry.</summary>
internal sealed class SampleFamily
{
    private readonly Gauge? _gauge;
    private readonly Counter? _counter;
    private readonly int _labels;

    public SampleFamily(MetricFamily family, IMetricFactory factory)
    {
        string[] labels = ["bot", .. family.Labels];
        _labels = labels.Length;
        // HELP is one line: prometheus-net does not escape it.
        var help = family.Help.ReplaceLineEndings(" ");
        if (family.Kind == MetricKind.Counter)
        {
            _counter = factory.CreateCounter(family.Name, help, labels);
        }
        else
        {
            _gauge = factory.CreateGauge(family.Name, help, labels);
        }
    }

    /// <summary>Null when the sample has not as many label values as its family has labels: a defect of the check.</summary>
    public object? Open(string[] labels) => labels.Length != _labels ? null : _gauge?.WithLabels(labels) ?? (object)_counter!.WithLabels(labels);

    /// <summary>False when a counter would have to go back: the thing that it counts has begun anew, and so must the series.</summary>
    public static bool TrySet(object series, double value)
    {
        switch (series)
        {
            case Gauge.Child gauge:
                gauge.Set(value);
                return true;
            case Counter.Child counter when value >= counter.Value:
                counter.IncTo(value);
                return true;
            default:
                return false;
        }
    }

    public void Close(string[] labels)
    {
        _gauge?.RemoveLabelled(labels);
        _counter?.RemoveLabelled(labels);
    }
}
