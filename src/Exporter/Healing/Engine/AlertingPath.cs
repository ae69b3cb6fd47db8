namespace Exporter.Healing.Engine;

/// <summary>Whether Alertmanager is heard: its Watchdog arrives all the time, and when it does not, the fallback heals.</summary>
public sealed class AlertingPath
{
    private readonly CurrentSetup _setup;
    private readonly HealingMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly long _startedAt;
    private readonly Lock _lock = new();
    private DateTimeOffset? _before;
    private (DateTimeOffset At, long Timestamp)? _last;

    internal AlertingPath(CurrentSetup setup, HealingMetrics metrics, TimeProvider time)
    {
        _setup = setup;
        _metrics = metrics;
        _time = time;
        _startedAt = time.GetTimestamp();
    }

    public TriggerMode Mode => _setup.Options.Trigger;

    /// <summary>When the last Watchdog came, also before this start; null when none ever did.</summary>
    public DateTimeOffset? LastWatchdog
    {
        get
        {
            lock (_lock)
                return _last?.At ?? _before;
        }
    }

    /// <summary>
    /// No Watchdog for <see cref="HealingOptions.WatchdogSilence"/>. A stack that was heard before this start has that long to be heard
    /// again; where none was ever heard there is none to wait for. Whoever sets the clock changes nothing of it.
    /// </summary>
    public bool IsSilent
    {
        get
        {
            lock (_lock)
            {
                if ((_last?.Timestamp ?? (_before is null ? null : _startedAt)) is not { } heard)
                    return true;
                return _time.GetElapsedTime(heard) >= _setup.Options.WatchdogSilence;
            }
        }
    }

    /// <summary>Whether the exporter's own evaluations start healings now.</summary>
    public bool HealsAlone => Mode == TriggerMode.Autonomous || (Mode == TriggerMode.Fallback && IsSilent);

    public void HeardWatchdog()
    {
        var now = _time.GetUtcNow();
        lock (_lock)
            _last = (now, _time.GetTimestamp());
        _metrics.Watchdog(now);
    }

    internal void HeardBeforeStart(DateTimeOffset at)
    {
        lock (_lock)
            _before = at;
        if (LastWatchdog is { } last)
            _metrics.Watchdog(last);
    }
}
