using Microsoft.Extensions.Time.Testing;

namespace Exporter.Tests.Chaos;

/// <summary>
/// A wall clock that somebody sets, or NTP steps, while the monotonic one goes on: what <see cref="FakeTimeProvider.AdjustTime"/> cannot
/// show, since it moves both.
/// </summary>
internal sealed class JumpingClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    private TimeSpan _set;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _set;

    public void Jump(TimeSpan by) => _set += by;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;
}
