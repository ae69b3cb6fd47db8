using System.Collections.Immutable;
using Exporter.Checks;
using Exporter.Evaluation;
using Prometheus;

namespace Exporter.Metrics;

/// <summary>The series of one check of one bot, with the samples of its last result.</summary>
internal sealed class CheckSeries
{
    private readonly SnapshotFamilies _families;
    private readonly string _bot;
    private readonly string[] _labels;
    private readonly Gauge.Child _enabled;
    private readonly Gauge.Child _entryBlocked;
    private readonly Gauge.Child _duration;
    private readonly Gauge.Child _lastEvaluation;
    private readonly Dictionary<string, Counter.Child> _errors = new(StringComparer.Ordinal);
    private StateSet.Series? _status;
    private Row[] _rows = [];

    public CheckSeries(SnapshotFamilies families, string bot, CheckSpec spec)
    {
        (_families, _bot, Spec) = (families, bot, spec);
        _labels = [bot, spec.Name];
        _enabled = families.CheckEnabled.WithLabels(_labels);
        _entryBlocked = families.EntryBlocked.WithLabels(_labels);
        _duration = families.CheckDuration.WithLabels(_labels);
        _lastEvaluation = families.LastEvaluation.WithLabels(_labels);
        families.SteadyChanged();
    }

    public CheckSpec Spec { get; }

    public void Apply(CheckState state)
    {
        var result = state.Result;
        _families.SetSteady(_enabled, result.Enabled);
        _families.SetSteady(_entryBlocked, result is { Enabled: true, BlocksEntries: true });
        _duration.Set(state.Duration.TotalSeconds);
        _lastEvaluation.Set(state.EvaluatedAt.ToUnixTimeMilliseconds() / 1000.0);
        if (result.Enabled)
        {
            _status ??= _families.CheckStatus.Open(_bot, Spec.Name, Category(Spec.Category));
            if (_status.Set((int)result.Status))
            {
                _families.SteadyChanged();
            }
        }
        else if (_status is not null)
        {
            // A check that is switched off has no status: "ok" would be a lie, and anything else an alarm.
            _status.Close();
            _status = null;
            _families.SteadyChanged();
        }

        if (!TrySetValues(result.Samples))
        {
            Replace(result.Samples);
        }
    }

    public void SetErrors(string cause, long count)
    {
        if (!_errors.TryGetValue(cause, out var counter))
        {
            _errors.Add(cause, counter = _families.CheckErrors.WithLabels([.. _labels, LabelValue.Clean(cause)]));
        }

        counter.IncTo(count);
    }

    public void Close()
    {
        _families.SteadyChanged();
        _status?.Close();
        _families.CheckEnabled.RemoveLabelled(_labels);
        _families.EntryBlocked.RemoveLabelled(_labels);
        _families.CheckDuration.RemoveLabelled(_labels);
        _families.LastEvaluation.RemoveLabelled(_labels);
        foreach (var cause in _errors.Keys)
        {
            _families.CheckErrors.RemoveLabelled([.. _labels, LabelValue.Clean(cause)]);
        }

        Replace([]);
    }

    private static string Category(Category category) => category switch
    {
        Checks.Category.Signal => "signal",
        Checks.Category.System => "system",
        Checks.Category.Resource => "resource",
        Checks.Category.Configuration => "configuration",
        Checks.Category.Data => "data",
        _ => "state",
    };

    /// <summary>The usual case: the same series as last time, in the same order, with new values.</summary>
    private bool TrySetValues(ImmutableArray<Sample> samples)
    {
        if (samples.Length != _rows.Length)
        {
            return false;
        }

        for (var i = 0; i < _rows.Length; i++)
        {
            if (!_rows[i].IsOf(samples[i]) || !SampleFamily.TrySet(_rows[i].Series, samples[i].Value))
            {
                return false;
            }
        }

        return true;
    }

    private void Replace(ImmutableArray<Sample> samples)
    {
        var rows = new List<Row>(samples.Length);
        var open = new HashSet<object>(ReferenceEqualityComparer.Instance);
        foreach (var sample in samples)
        {
            string[] labels = [_bot, .. sample.LabelValues.Select(LabelValue.Clean)];
            if (_families.Samples.GetValueOrDefault(sample.Family.Name) is not { } family || family.Open(labels) is not { } series)
            {
                _families.Defect($"The check {Spec.Name} gave a sample of {sample.Family.Name} with {sample.LabelValues.Length} labels, which it does not declare.");
                continue;
            }

            if (!SampleFamily.TrySet(series, sample.Value))
            {
                // Its old row must not take the labels away from the series that now bears them.
                open.Add(series);
                family.Close(labels);
                series = family.Open(labels)!;
                SampleFamily.TrySet(series, sample.Value);
            }

            open.Add(series);
            rows.Add(new Row(sample.Family, sample.LabelValues, labels, series));
        }

        foreach (var row in _rows)
        {
            if (!open.Contains(row.Series))
            {
                _families.Samples[row.Family.Name].Close(row.Labels);
            }
        }

        _rows = [.. rows];
    }

    /// <param name="Values">As the check gave them, to recognise the series by.</param>
    /// <param name="Labels">As the exposition shows them.</param>
    private readonly record struct Row(MetricFamily Family, ImmutableArray<string> Values, string[] Labels, object Series)
    {
        public bool IsOf(Sample sample) =>
            ReferenceEquals(Family, sample.Family) && (Values == sample.LabelValues || Values.AsSpan().SequenceEqual(sample.LabelValues.AsSpan()));
    }
}
