using Prometheus;

namespace Exporter.Metrics;

/// <summary>A gauge whose last label names a state: 1 for the one that holds, 0 for the others.</summary>
internal sealed class StateSet(Gauge gauge, params string[] states)
{
    /// <summary>The series of one thing, in the order of the states.</summary>
    public Series Open(params string[] labels) => new(gauge, [.. states.Select(state => (string[])[.. labels, state])]);

    internal sealed class Series
    {
        private readonly Gauge _gauge;
        private readonly string[][] _labels;
        private readonly Gauge.Child[] _children;
        private int _state = -1;

        public Series(Gauge gauge, string[][] labels)
        {
            (_gauge, _labels) = (gauge, labels);
            _children = [.. labels.Select(values => gauge.WithLabels(values))];
        }

        /// <returns>Whether another state held before.</returns>
        public bool Set(int state)
        {
            if (state == _state)
            {
                return false;
            }

            _state = state;
            for (var i = 0; i < _children.Length; i++)
            {
                _children[i].Set(i == state ? 1 : 0);
            }

            return true;
        }

        public void Close()
        {
            foreach (var labels in _labels)
            {
                _gauge.RemoveLabelled(labels);
            }
        }
    }
}
