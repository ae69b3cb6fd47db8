using Exporter.Healing.Guards;
using Exporter.Healing.Ledger;

namespace Exporter.Healing.Engine;

/// <summary>
/// Notices when the wall clock is set back while the exporter runs. The ledger keeps times of the wall clock, since they must outlive the
/// process; without this every rest and every limit per hour would last longer by as much as the clock went back.
/// </summary>
internal sealed class ClockWatch(HealingLedger ledger, StormGuard storms, TimeProvider time)
{
    /// <summary>Clocks are slewed by less than this between two looks.</summary>
    private static readonly TimeSpan _noise = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan _hour = TimeSpan.FromHours(1);

    private DateTimeOffset _wall = time.GetUtcNow();
    private long _at = time.GetTimestamp();

    public async Task FollowAsync(CancellationToken cancellation)
    {
        var (wall, at) = (time.GetUtcNow(), time.GetTimestamp());
        var back = _wall + time.GetElapsedTime(_at, at) - wall;
        if (back > _noise)
        {
            await ledger.WriteAsync(write => Follow(write, back), cancellation);
            storms.SetBack(back);
        }

        // Only now: what could not be written is found again at the next look.
        (_wall, _at) = (wall, at);
    }

    private static bool Follow(LedgerTransaction write, TimeSpan back)
    {
        (string, object?) by = ("$back", (long)back.TotalMilliseconds), now = ("$now", write.Now);
        write.Execute("UPDATE episodes SET cool_until = cool_until - $back, due_at = due_at - $back WHERE cool_until > $now OR due_at > $now", by, now);
        write.Execute("UPDATE escalations SET due_at = due_at - $back WHERE due_at > $now", by, now);
        // Only what still counts within its hour.
        return write.Execute("UPDATE healings SET started_at = started_at - $back WHERE started_at > $now + $back - $hour", by, now, ("$hour", (long)_hour.TotalMilliseconds)) > 0;
    }
}
