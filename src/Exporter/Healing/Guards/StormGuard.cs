using Exporter.Evaluation;

using Exporter.Healing.Ledger;

namespace Exporter.Healing.Guards;

/// <summary>
/// A check that fails for most bots at once has a cause that no single bot's healing can mend, and healing all of them in the moment when
/// it passes would be the next storm.
/// </summary>
internal sealed class StormGuard(CurrentSetup setup, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Storm> _storms = new(StringComparer.Ordinal);
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);
    private long _observed = -1;

    /// <summary>The sentence that refuses, or null.</summary>
    public string? WhyNot(string check, Snapshot? latest)
    {
        Observe(latest);
        var options = setup.Options;
        lock (_lock)
        {
            if (!_storms.TryGetValue(check, out var storm))
                return null;
            if (storm.PassedAt is not { } passed)
            {
                return $"Storm: {check} fails for {storm.Failing} of {storm.Bots} bots, so the cause lies outside of them. Look at what they share.";
            }

            var left = passed + options.StormCooldown - time.GetUtcNow();
            return left > TimeSpan.Zero
                ? $"Storm: {check} failed for most bots until {Moment.Clock(passed)}; no bot is healed for another {Phrase.Wait(left)}."
                : null;
        }
    }

    public void Observe(Snapshot? snapshot)
    {
        if (snapshot is null)
            return;
        var options = setup.Options;
        lock (_lock)
        {
            if (snapshot.Number <= _observed)
                return;
            _observed = snapshot.Number;
            foreach (var group in snapshot.Bots.SelectMany(bot => bot.Checks).Where(state => state.Result.Enabled).GroupBy(state => state.Spec.Name))
            {
                var bots = group.Count();
                var failing = group.Count(state => state.IsFailing());
                var holds = bots >= options.StormMinBots && failing > options.StormShare * bots;
                Update_NeedsLock(group.Key, holds, failing, bots);
            }
        }
    }

    /// <summary>Checks with a storm now, and those whose cooldown runs.</summary>
    public IReadOnlyDictionary<string, bool> Standing()
    {
        var cooldown = setup.Options.StormCooldown;
        lock (_lock)
        {
            return _storms.ToDictionary(
                storm => storm.Key,
                storm => storm.Value.PassedAt is not { } passed || passed + cooldown > time.GetUtcNow(),
                StringComparer.Ordinal);
        }
    }

    /// <summary>Whether something is to be saved.</summary>
    public bool IsChanged
    {
        get
        {
            lock (_lock)
                return _changed.Count > 0;
        }
    }

    public void Save(LedgerTransaction ledger)
    {
        lock (_lock)
        {
            foreach (var check in _changed)
            {
                ledger.Execute(
                    "INSERT INTO storms VALUES ($check, $since, $passed) ON CONFLICT DO UPDATE SET since = $since, passed_at = $passed",
                    ("$check", check), ("$since", _storms[check].Since), ("$passed", _storms[check].PassedAt));
            }

            _changed.Clear();
        }
    }

    /// <summary>A storm that held when the exporter stopped counts as passed now, unless the next evaluation still sees it.</summary>
    public void Load(LedgerTransaction ledger)
    {
        var kept = ledger.Rows("SELECT * FROM storms", row => (Check: row.Text("check_name"), Since: row.Time("since"), Passed: row.TimeOrNull("passed_at")));
        lock (_lock)
        {
            foreach (var (check, since, passed) in kept)
                _storms.TryAdd(check, new Storm(since, passed ?? ledger.Now, 0, 0));
        }
    }

    /// <summary>The wall clock was set back by so much: the rest after a storm must not last longer for it.</summary>
    public void SetBack(TimeSpan back)
    {
        lock (_lock)
        {
            foreach (var (check, storm) in _storms.Where(storm => storm.Value.PassedAt > time.GetUtcNow()).ToArray())
            {
                _storms[check] = storm with { PassedAt = storm.PassedAt - back };
                _changed.Add(check);
            }
        }
    }

    private void Update_NeedsLock(string check, bool holds, int failing, int bots)
    {
        var known = _storms.GetValueOrDefault(check);
        if (holds)
        {
            var begins = known?.PassedAt is not null || known is null;
            _storms[check] = begins ? new Storm(time.GetUtcNow(), null, failing, bots) : known! with { Failing = failing, Bots = bots };
            if (begins)
                _changed.Add(check);
        }
        else if (known is { PassedAt: null })
        {
            _storms[check] = known with { PassedAt = time.GetUtcNow() };
            _changed.Add(check);
        }
    }

    private sealed record Storm(DateTimeOffset Since, DateTimeOffset? PassedAt, int Failing, int Bots);
}
