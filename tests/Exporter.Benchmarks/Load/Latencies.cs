namespace Exporter.Benchmarks.Load;

/// <summary>Measured times of one kind of request.</summary>
internal sealed class Latencies
{
    private readonly List<double> _milliseconds = [];

    public int Count => _milliseconds.Count;

    public void Add(TimeSpan took)
    {
        lock (_milliseconds)
        {
            _milliseconds.Add(took.TotalMilliseconds);
        }
    }

    public void Clear() => _milliseconds.Clear();

    /// <summary>Nearest rank; NaN when nothing was measured.</summary>
    public double Percentile(double share)
    {
        if (_milliseconds.Count == 0)
        {
            return double.NaN;
        }

        var sorted = _milliseconds.Order().ToList();
        return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Count) - 1, 0, sorted.Count - 1)];
    }
}
