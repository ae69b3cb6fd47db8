namespace Exporter.Healing;

/// <summary>
/// Notices when the wall clock is set back while the exporter runs. The ledger keeps times of the wall clock, since they must outlive the
/// process; without this every rest would last longer by as much as the clock went back.
/// </summary>
internal sealed class ClockWatch(Ledger ledger, TimeProvider time)
{
    /// <summary>Clocks are slewed by less than this between two looks.</summary>
    private static readonly TimeSpan _noise = TimeSpan.FromSeconds(2);

    private DateTimeOffset _wall = time.GetUtcNow();
    private long _at = time.GetTimestamp();

    public async Task FollowAsync(CancellationToken cancellation)
    {
        var (wall, at) = (time.GetUtcNow(), time.GetTimestamp());
        var back = _wall + time.GetElapsedTime(_at, at) - wall;
        if (back > _noise)
        {
            await ledger.WriteAsync(
                write => write.Execute(
                    "UPDATE episodes SET cool_until = cool_until - $back, due_at = due_at - $back WHERE cool_until > $now OR due_at > $now",
                    ("$back", (long)back.TotalMilliseconds), ("$now", wall)),
                cancellation);
        }

        // Only now: what could not be written is found again at the next look.
        (_wall, _at) = (wall, at);
    }
}
