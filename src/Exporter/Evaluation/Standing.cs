using Exporter.Checks;

namespace Exporter.Evaluation;

/// <summary>A check's status as an earlier process of the exporter recorded it.</summary>
public readonly record struct CheckStanding(string Bot, string Check, CheckStatus Status, DateTimeOffset Since);

/// <summary>A bot's health as an earlier process of the exporter recorded it.</summary>
public readonly record struct BotStanding(string Bot, Health Health, DateTimeOffset Since);

/// <summary>A status and since when it holds.</summary>
internal sealed class Standing<T>
    where T : struct, Enum
{
    // One reference, so that whoever looks while another publishes sees a whole pair.
    private volatile Entry? _entry;

    public void Restore(T status, DateTimeOffset since) => _entry = new Entry(status, since);

    public void Restore(Standing<T> other) => _entry = other._entry;

    /// <summary>Since when <paramref name="status"/> holds, were it published now: never since later than that, also when the clock was set back.</summary>
    public DateTimeOffset Peek(T status, DateTimeOffset now) =>
        _entry is { } entry && EqualityComparer<T>.Default.Equals(entry.Status, status) && entry.Since < now ? entry.Since : now;

    /// <summary>Takes the published status over.</summary>
    public DateTimeOffset Commit(T status, DateTimeOffset now)
    {
        var since = Peek(status, now);
        if (_entry is not { } entry || entry.Since != since || !EqualityComparer<T>.Default.Equals(entry.Status, status))
        {
            _entry = new Entry(status, since);
        }

        return since;
    }

    private sealed record Entry(T Status, DateTimeOffset Since);
}
