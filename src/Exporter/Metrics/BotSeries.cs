using Exporter.Evaluation;
using Prometheus;

namespace Exporter.Metrics;

/// <summary>The series of one bot.</summary>
internal sealed class BotSeries(SnapshotFamilies families, string bot)
{
    private readonly string _label = LabelValue.Clean(bot);
    private readonly List<CheckSeries> _checks = [];
    private StateSet.Series? _health;
    private Gauge.Child? _blocked;

    public void Apply(BotSnapshot snapshot, bool partial)
    {
        if (!partial)
        {
            _health ??= families.Health.Open(_label);
            _blocked ??= families.TradingBlocked.WithLabels(_label);
            if (_health.Set((int)snapshot.Health))
            {
                families.SteadyChanged();
            }

            families.SetSteady(_blocked, snapshot.TradingBlocked);
        }

        // The checks of a bot change with the configuration only.
        var same = _checks.Count == snapshot.Checks.Length;
        for (var i = 0; same && i < _checks.Count; i++)
        {
            same = ReferenceEquals(_checks[i].Spec, snapshot.Checks[i].Spec);
        }

        if (!same)
        {
            _checks.ForEach(check => check.Close());
            _checks.Clear();
            _checks.AddRange(snapshot.Checks.Select(state => new CheckSeries(families, _label, state.Spec)));
        }

        for (var i = 0; i < _checks.Count; i++)
        {
            _checks[i].Apply(snapshot.Checks[i]);
        }
    }

    public void SetErrors(string check, string cause, long count) =>
        _checks.Find(candidate => candidate.Spec.Name == check)?.SetErrors(cause, count);

    public void Close()
    {
        families.SteadyChanged();
        _health?.Close();
        families.TradingBlocked.RemoveLabelled(_label);
        _checks.ForEach(check => check.Close());
    }
}
