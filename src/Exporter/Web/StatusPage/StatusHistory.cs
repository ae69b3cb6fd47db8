using System.Collections.Concurrent;
using Exporter.Checks;
using Exporter.Evaluation;

namespace Exporter.Web.StatusPage;

/// <summary>
/// The last hour of every check, one slot a minute with the worst status seen in it: 60 bytes a check, in memory only. Older history
/// is Prometheus' affair.
/// </summary>
public sealed class StatusHistory
{
    public const int Minutes = 60;

    private readonly ConcurrentDictionary<(string Bot, string Check), Ring> _rings = new();
    private Snapshot? _last;

    /// <summary>Takes in a published snapshot; forgets bots that are gone.</summary>
    public void Record(Snapshot snapshot)
    {
        var minute = MinuteOf(snapshot.At);
        foreach (var bot in snapshot.Bots)
        {
            foreach (var check in bot.Checks)
            {
                if (check.Result.Enabled)
                {
                    _rings.GetOrAdd((bot.Bot, check.Spec.Name), static _ => new Ring()).Record(minute, check.Result.Status);
                }
            }
        }

        if (_last is not null && !snapshot.HasBotsOf(_last))
        {
            foreach (var key in _rings.Keys.Where(key => snapshot.Find(key.Bot) is null))
            {
                _rings.TryRemove(key, out _);
            }
        }

        _last = snapshot;
    }

    /// <summary>Oldest first; null where nothing was evaluated in that minute.</summary>
    public CheckStatus?[] Of(string bot, string check, DateTimeOffset now) =>
        _rings.TryGetValue((bot, check), out var ring) ? ring.Read(MinuteOf(now)) : new CheckStatus?[Minutes];

    private static long MinuteOf(DateTimeOffset time) => time.ToUnixTimeSeconds() / 60;

    private sealed class Ring
    {
        private static readonly CheckStatus[] Statuses = [.. Enum.GetValues<CheckStatus>().OrderBy(status => status.Badness())];

        // Zero is "not evaluated"; a status is stored as its badness plus one.
        private readonly byte[] _slots = new byte[Minutes];
        private long _newest = long.MinValue;

        public void Record(long minute, CheckStatus status)
        {
            lock (_slots)
            {
                Advance(minute);
                if (minute <= _newest - Minutes)
                {
                    // The clock was set back by more than an hour: what is held no longer says when.
                    Array.Clear(_slots);
                    _newest = minute;
                }

                ref var slot = ref _slots[minute % Minutes];
                slot = Math.Max(slot, (byte)(status.Badness() + 1));
            }
        }

        public CheckStatus?[] Read(long now)
        {
            var read = new CheckStatus?[Minutes];
            lock (_slots)
            {
                for (var age = 0; age < Minutes; age++)
                {
                    var minute = now - age;
                    if (minute <= _newest && minute > _newest - Minutes && _slots[minute % Minutes] is > 0 and var stored)
                    {
                        read[Minutes - 1 - age] = Statuses[stored - 1];
                    }
                }
            }

            return read;
        }

        private void Advance(long minute)
        {
            if (_newest == long.MinValue || minute - _newest >= Minutes)
            {
                Array.Clear(_slots);
                _newest = minute;
            }

            while (_newest < minute)
            {
                _slots[++_newest % Minutes] = 0;
            }
        }
    }
}
