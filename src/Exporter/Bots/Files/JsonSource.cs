using System.Runtime.InteropServices;
using Exporter.Platform;
using Exporter.Words;
using Microsoft.Win32.SafeHandles;

namespace Exporter.Bots.Files;

/// <summary>
/// One JSON file of a bot. Unchanged (device, inode, size, times), it costs one system call; a torn read is read again before it is
/// called invalid, since bots write with open, truncate, write.
/// </summary>
/// <param name="id">The source's name in <see cref="SeenMemory"/>.</param>
internal sealed class JsonSource<T>(string id, SourcePath path, long maxBytes, JsonParser<T> parse, SourceHabits habits)
{
    /// <summary>
    /// The clock of most file systems ticks every 4 ms, some every 2 s on a network: two writes within a tick look alike. A file that
    /// had just been written when it was read is therefore read once more later.
    /// </summary>
    private static readonly TimeSpan StampResolution = TimeSpan.FromMilliseconds(50);

    private readonly SeenMemory seen = Registered(id, path, habits);
    private Task<Reading<T>>? _running;
    private volatile Known? _known;
    private Known? _latest;
    private Reading<T>.Seen? _good;
    private long _lastLook;

    public SourcePath Path => path;

    /// <summary>True for a file that the bot makes on an event and removes to clear it: gone then means cleared, never lost.</summary>
    public bool IsClearedByRemoval { get; init; }

    /// <summary>True where the last good reading may stand for a moment while the file is being written.</summary>
    public bool Stands { get; init; } = true;

    public ValueTask<Reading<T>> ReadAsync(CancellationToken cancellation) =>
        Unchanged() is { } reading ? ValueTask.FromResult(reading) : ReadChangedAsync(cancellation);

    /// <summary>One reading at a time; whoever comes meanwhile shares it. It ends by itself, so one caller's end does not end it.</summary>
    private async ValueTask<Reading<T>> ReadChangedAsync(CancellationToken cancellation)
    {
        var mine = new TaskCompletionSource<Reading<T>>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Interlocked.CompareExchange(ref _running, mine.Task, null) is { } running)
        {
            return await running.WaitAsync(cancellation).ConfigureAwait(false);
        }

        try
        {
            // Another reading may have ended between the look at its result and now.
            var reading = Unchanged() ?? await LookUntilDoneAsync().ConfigureAwait(false);
            mine.SetResult(reading);
            return reading;
        }
        catch (Exception e)
        {
            mine.SetException(e);
            throw;
        }
        finally
        {
            Volatile.Write(ref _running, null);
        }
    }

    private async ValueTask<Reading<T>> LookUntilDoneAsync()
    {
        await habits.Retry.ExecuteAsync(static (source, _) => ValueTask.FromResult(source.LookOnce()), this, CancellationToken.None).ConfigureAwait(false);
        var latest = _latest!;
        if (latest.Reading is Reading<T>.Seen good)
        {
            _good = good;
            _lastLook = TimeProvider.System.GetTimestamp();
        }
        else if (Stands && _good is { } before && latest is { Reading: Reading<T>.Unreadable { Cause: UnreadableCause.Invalid }, Stamp: { } torn }
            && (TimeProvider.System.GetUtcNow() - torn.ModifiedAt).Duration() <= habits.LongestWriting)
        {
            latest = new Known(before, torn, false);
        }

        _known = latest;
        return latest.Reading;
    }

    private Reading<T>? Unchanged()
    {
        switch (_known)
        {
            case { Stamp: { } stamp } known when
                (known.Settled || TimeProvider.System.GetElapsedTime(known.At) < StampResolution)
                && Native.Statx(Native.CurrentDirectory, path.Native, 0, Native.BasicStats, out var now) == 0
                && now.Stamp == stamp:
                _lastLook = TimeProvider.System.GetTimestamp();
                return known.Reading;
            case { Directory: { } directory } known when (IsClearedByRemoval || !seen.Contains(id)) && IsStillMissingFrom(directory):
                return known.Reading;
            default:
                return null;
        }
    }

    private static SeenMemory Registered(string id, SourcePath path, SourceHabits habits)
    {
        habits.Seen.Register(id, path);
        return habits.Seen;
    }

    /// <summary>Its removal, where that is how it is cleared and its directory is still the bot's.</summary>
    private Reading<T>? Cleared(FileStamp? directory)
    {
        if (!IsClearedByRemoval || !seen.HasCompanion(id, path))
        {
            return null;
        }

        if (_lastLook != 0)
        {
            seen.Add(id, TimeProvider.System.GetUtcNow() - TimeProvider.System.GetElapsedTime(_lastLook));
            _lastLook = 0;
        }

        var when = seen.LastSeen(id) is { } last && last > DateTimeOffset.UnixEpoch ? $", where it was last seen at {Moment.Of(last)}" : "";
        return new Reading<T>.Absent(path.Full, $"{path.Shown} was removed{when}, which is how the bot clears it.", directory?.ModifiedAt);
    }

    /// <summary>Missing, in a directory that is as it was: then what has been explained of it holds.</summary>
    private bool IsStillMissingFrom(FileStamp directory) =>
        Native.Statx(Native.CurrentDirectory, path.Native, 0, Native.BasicStats, out _) != 0
        && Marshal.GetLastPInvokeError() == Errno.NoEntry
        && path.DirectoryStamp() == directory;

    private Look LookOnce()
    {
        var descriptor = Native.Open(path.Native, Native.OpenReadOnlyNonBlocking);
        if (descriptor < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            // Before the explanation: what changes meanwhile makes the next look explain it again.
            var directory = path.DirectoryStamp();
            var missing = Absence.Explain<T>(path, error, seen.Contains(id));
            if (missing is Reading<T>.Unreadable { Cause: UnreadableCause.Lost })
            {
                missing = Cleared(directory) ?? missing;
            }

            _latest = new Known(missing, null, false) { Directory = missing is Reading<T>.Absent ? directory : null };

            // Some bots delete and write anew: what was there a moment ago gets a moment.
            return error == Errno.NoEntry && _known is { Reading: Reading<T>.Seen } ? Look.Again : Look.Done;
        }

        using var file = new SafeFileHandle(descriptor, ownsHandle: true);
        if (Native.Statx(descriptor, "\0"u8, Native.EmptyPath, Native.BasicStats, out var before) != 0)
        {
            _latest = new Known(Absence.Explain<T>(path, Marshal.GetLastPInvokeError(), true), null, false);
            return Look.Done;
        }

        if (!before.IsFile)
        {
            _latest = new Known(Absence.NotAFile<T>(path, before.KindName), null, false);
            return Look.Done;
        }

        var readAt = TimeProvider.System.GetUtcNow();
        seen.Add(id, readAt);
        var reading = Parse(file, before.Stamp);
        var stable = Native.Statx(descriptor, "\0"u8, Native.EmptyPath, Native.BasicStats, out var after) == 0 && after.Stamp == before.Stamp;
        if (!stable && reading is not Reading<T>.Unreadable { Cause: UnreadableCause.TooLarge })
        {
            // Part old, part new: even a document that parses is one that the bot never wrote.
            reading = Invalid("was being written during every one of several readings");
        }

        var settled = stable && (readAt - before.Stamp.ModifiedAt).Duration() > StampResolution;
        _latest = new Known(reading, before.Stamp, settled);
        var replaced = Native.Statx(Native.CurrentDirectory, path.Native, 0, Native.BasicStats, out var named) != 0
            || named.Stamp.Inode != before.Stamp.Inode;
        return replaced || !stable || reading is Reading<T>.Unreadable { Cause: UnreadableCause.Invalid } ? Look.Again : Look.Done;
    }

    private Reading<T> Parse(SafeFileHandle file, FileStamp stamp)
    {
        if (stamp.Size > maxBytes)
        {
            return TooLarge($"has {stamp.Size / 1048576.0:0.#} MiB; at most {maxBytes / 1048576} MiB are read");
        }

        try
        {
            // No using: a struct that is passed by reference must not be a using variable.
            var json = new JsonStream(file, maxBytes) { Zone = habits.Zone, Now = habits.Time.GetUtcNow() };
            try
            {
                if (json.IsEmpty)
                {
                    return Invalid("is empty");
                }

                var parsed = parse(ref json);
                json.End();
                return parsed.Lack is { } lack
                    ? new Reading<T>.Unreadable(UnreadableCause.MissingField, path.Full, $"{path.Shown} {lack}.")
                    : new Reading<T>.Seen(parsed.Value!, Describe(file, stamp) with { ZoneOff = ZoneOff(stamp, json.NaiveStamp) });
            }
            finally
            {
                json.Dispose();
            }
        }
        catch (MalformedJsonException e)
        {
            return Invalid(e.What);
        }
        catch (OversizeException e)
        {
            return TooLarge(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Reading<T>.Unreadable(UnreadableCause.InputOutput, path.Full, $"{path.Shown} cannot be read: {e.Message}");
        }
    }

    /// <summary>Zones differ by multiples of 15 minutes, by 26 hours at most; writing takes less than two minutes.</summary>
    private static TimeSpan? ZoneOff(FileStamp stamp, DateTimeOffset? naive)
    {
        if (naive is not { } written)
        {
            return null;
        }

        var off = written - stamp.ModifiedAt;
        var zones = Math.Round(off / TimeSpan.FromMinutes(15));
        return zones != 0 && off.Duration() <= TimeSpan.FromHours(26) && (off - (zones * TimeSpan.FromMinutes(15))).Duration() <= TimeSpan.FromMinutes(2)
            ? zones * TimeSpan.FromMinutes(15)
            : null;
    }

    private Evidence Describe(SafeFileHandle file, FileStamp stamp) => new(path.Shown, stamp.ModifiedAt, stamp.Version, Links.TargetOf(file, path));

    private Reading<T>.Unreadable Invalid(string what) => new(
        UnreadableCause.Invalid, path.Full,
        $"{path.Shown} {what}, also after reading it again. Let the bot write it anew, or restore it.");

    private Reading<T>.Unreadable TooLarge(string what) => new(
        UnreadableCause.TooLarge, path.Full, $"{path.Shown} {what}. Is it the right file?");

    /// <param name="Stamp">Null when there was no file to look at.</param>
    /// <param name="Settled">
    /// The reading holds as long as the stamp is the same. An unsettled one holds just for the checks of the same evaluation: the bot may
    /// have written again within the stamp's resolution.
    /// </param>
    private sealed record Known(Reading<T> Reading, FileStamp? Stamp, bool Settled)
    {
        public long At { get; } = TimeProvider.System.GetTimestamp();

        /// <summary>Of the directory that does not hold the file; null unless the file is known to be absent.</summary>
        public FileStamp? Directory { get; init; }
    }
}
