using Microsoft.Extensions.Time.Testing;

namespace Exporter.Tests;

/// <summary>A time whose wall clock can be set, while timers and timestamps go on as they were: as when NTP corrects it.</summary>
internal sealed class WallClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    private TimeSpan _off;

    public void Set(TimeSpan by) => _off += by;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _off;

    // The base takes its timestamps, in ticks, from the wall clock.
    public override long GetTimestamp() => base.GetTimestamp() - _off.Ticks;
}
