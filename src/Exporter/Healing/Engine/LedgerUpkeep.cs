using Exporter.Healing.Guards;
using Exporter.Healing.Ledger;

namespace Exporter.Healing.Engine;

/// <summary>Takes over what an earlier process left in the ledger, and keeps the ledger small.</summary>
internal sealed class LedgerUpkeep(
    CurrentSetup setup, HealingLedger ledger, StormGuard storms, AlertingPath path, HealingMetrics metrics, StepStream steps, TimeProvider time)
{
    private static readonly TimeSpan _between = TimeSpan.FromHours(1);

    /// <summary>A Watchdog comes every minute; kept less often than that, it is still known whether a stack was ever there.</summary>
    private static readonly TimeSpan _betweenWatchdogs = TimeSpan.FromMinutes(1);

    private bool _loaded;
    private DateTimeOffset _kept;
    private DateTimeOffset? _watchdog;

    /// <summary>Once, as soon as the ledger can be asked.</summary>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        if (_loaded)
            return;
        var (watchdog, successes) = await ledger.WriteAsync(
            read =>
            {
                storms.Load(read);
                steps.Replay(read);
                return (
                    read.Number("SELECT value FROM facts WHERE name = 'watchdog'"),
                    read.Rows(
                        "SELECT bot, action, max(ended_at) FROM healings WHERE state = 'healed' GROUP BY bot, action",
                        row => (row.GetString(0), row.GetString(1), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2)))));
            },
            cancellation);
        if (watchdog is { } heard)
            path.HeardBeforeStart(DateTimeOffset.FromUnixTimeMilliseconds(heard));
        foreach (var (bot, action, at) in successes)
        {
            if (setup.Value.Knows(bot) && setup.Value.Find(action) is not null)
                metrics.LastSuccess(bot, action, at);
        }

        await ledger.WriteAsync(LookAgain, cancellation);
        _loaded = true;
    }

    /// <summary>
    /// Options may have changed while the exporter was down, --heal above all, and the clock may have been set back: what was suggested or
    /// refused is looked at again, and a cooldown counts no longer than the options let one grow.
    /// </summary>
    private bool LookAgain(LedgerTransaction write)
    {
        foreach (var episode in write.OpenEpisodes())
        {
            if (episode.DueAt is not null && !(episode.DueAt == episode.CoolUntil && setup.Value.Cools(episode, write.Now)))
                write.Save(episode with { DueAt = write.Now });
        }

        return true;
    }

    public async Task KeepAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (path.LastWatchdog is { } heard && !(heard - _watchdog < _betweenWatchdogs))
        {
            await ledger.WriteAsync(
                write => write.Execute("INSERT INTO facts VALUES ('watchdog', $at) ON CONFLICT DO UPDATE SET value = $at", ("$at", heard)), cancellation);
            _watchdog = heard;
        }

        if (now - _kept < _between)
            return;
        var oldest = now - setup.Options.Retention;
        await ledger.WriteAsync(
            write =>
            {
                write.Execute("DELETE FROM episodes WHERE ended_at < $oldest", ("$oldest", oldest));
                write.Execute("DELETE FROM pauses WHERE coalesce(lifted_at, until) < $oldest", ("$oldest", oldest));
                write.Execute("DELETE FROM storms WHERE passed_at < $oldest", ("$oldest", oldest));
                return write.Execute("DELETE FROM escalations WHERE at < $oldest", ("$oldest", oldest));
            },
            cancellation);
        _kept = now;
    }
}
