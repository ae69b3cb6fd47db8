using Prometheus;

namespace Exporter.Metrics;

/// <summary>The bodies of one format: the one that is shown, and those that slow clients still read.</summary>
internal sealed class Bodies(ExpositionFormat format) : IDisposable
{
    private readonly List<Body> _busy = [];
    private Body _shown = new(format);
    private long _number = -1;

    /// <summary>Renders anew when <paramref name="number"/> is another one than last time.</summary>
    public async ValueTask<Body> RenderAsync(long number, Func<Body, ValueTask> render)
    {
        if (number == _number)
        {
            return _shown;
        }

        // Should rendering fail, the next scrape does not get the half of it.
        _number = -1;
        _shown = TakeIdle();
        await render(_shown);
        _number = number;
        return _shown;
    }

    public void Dispose()
    {
        _shown.Dispose();
        _busy.ForEach(body => body.Dispose());
    }

    private Body TakeIdle()
    {
        if (!_shown.IsIdle)
        {
            _busy.Add(_shown);
        }

        var idle = _shown.IsIdle ? _shown : _busy.Find(body => body.IsIdle) ?? new Body(format);
        // Of a moment with many slow clients nothing stays.
        _busy.RemoveAll(body => body.IsIdle);
        return idle;
    }
}
