namespace Exporter.EndToEnd.Chaos;

/// <summary>How long this machine let the test itself wait meanwhile: that much of a late answer is not the exporter's fault.</summary>
internal sealed class HostStall : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    private readonly ITimer _timer;
    private long _last = TimeProvider.System.GetTimestamp();
    private long _longest;

    public HostStall() => _timer = TimeProvider.System.CreateTimer(_ => Look(), null, Tick, Tick);

    public TimeSpan Longest
    {
        get
        {
            Look();
            return TimeSpan.FromTicks(Interlocked.Read(ref _longest));
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var late = TimeProvider.System.GetElapsedTime(Interlocked.Exchange(ref _last, TimeProvider.System.GetTimestamp())) - Tick;
        if (late.Ticks > Interlocked.Read(ref _longest))
        {
            Interlocked.Exchange(ref _longest, late.Ticks);
        }
    }
}
