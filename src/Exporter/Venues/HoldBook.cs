using System.Collections.Concurrent;
using System.Text.Json;
using Exporter.Storage;

namespace Exporter.Venues;

/// <summary>
/// Remembers every Retry-After, in memory and in the storage directory: a restart honours it, and so does a <c>check</c> from cron,
/// which may not own the directory but must not call into a ban either. Both write what they hear; a file is replaced in one step.
/// </summary>
internal sealed partial class HoldBook(StorageDirectory? storage, TimeProvider time, ILogger<HoldBook> log)
{
    private readonly ConcurrentDictionary<HeldVenue, Hold> _holds = new();

    private readonly ConcurrentDictionary<HeldVenue, string> _paths = new();

    /// <summary>Files that cannot be read, so that each is said once and not at every evaluation.</summary>
    private readonly ConcurrentDictionary<string, bool> _unreadable = new(StringComparer.Ordinal);

    /// <summary>The hold that runs now, or null.</summary>
    public Hold? Running(ProbeTarget target) => Latest(target) is { } hold && hold.Until > time.GetUtcNow() ? hold : null;

    /// <summary>How many refusals in a row the venue has spoken until now.</summary>
    public int Refusals(ProbeTarget target) => Latest(target)?.Refusals ?? 0;

    public void Keep(ProbeTarget target, Hold hold)
    {
        _holds[target.Held] = hold;
        Log.Held(log, hold.Venue, hold.Cause, hold.Until);
        if (PathOf(target) is not { } path)
            return;
        try
        {
            // A check that runs where no exporter ever did makes the directory. One by one: the mode is not given to parents.
            const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            Directory.CreateDirectory(storage!.Path, owner);
            Directory.CreateDirectory(storage.Venues, owner);
            AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(hold, HoldJson.Default.Hold));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotKept(log, path, e.Message);
        }
    }

    /// <summary>The venue answers again: its refusals are forgotten.</summary>
    public void Forget(ProbeTarget target)
    {
        _holds.TryRemove(target.Held, out _);
        if (PathOf(target) is not { } path || !File.Exists(path))
            return;
        try
        {
            // A hold that another process wrote while our call was under way stands.
            if (Read(path) is { } hold && hold.Until > time.GetUtcNow())
                return;
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // An expired hold that stays on disk binds nobody.
            Log.NotForgotten(log, path, e.Message);
        }
    }

    private Hold? Latest(ProbeTarget target)
    {
        _holds.TryGetValue(target.Held, out var known);
        var stored = PathOf(target) is { } path ? Read(path) : null;
        return known is null || stored?.Until > known.Until ? stored : known;
    }

    private Hold? Read(string path)
    {
        // The rule; an exception for it would be dear at every evaluation.
        if (!File.Exists(path))
            return null;
        try
        {
            using var file = File.OpenRead(path);
            if (JsonSerializer.Deserialize(file, HoldJson.Default.Hold) is not { } hold || !ProbeCause.All.Contains(hold.Cause))
                return null;
            _unreadable.TryRemove(path, out _);
            // Written while the clock was wrong, or by another hand: never longer than a venue may ask for.
            var longest = time.GetUtcNow() + RetryAfter.Longest;
            return hold.Until > longest ? hold with { Until = longest } : hold;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or NotSupportedException)
        {
            if (_unreadable.TryAdd(path, true))
                Log.Unreadable(log, path, e.Message);
            return null;
        }
    }

    private string? PathOf(ProbeTarget target) =>
        storage is null ? null : _paths.GetOrAdd(target.Held, static (venue, directory) => Path.Combine(directory, venue.FileName), storage.Venues);

    private static partial class Log
    {
        [LoggerMessage(EventName = "VenueHeld", Level = LogLevel.Warning, Message = "{Venue} refused ({Cause}): nobody calls it before {Until:u}")]
        public static partial void Held(ILogger logger, string venue, string cause, DateTimeOffset until);

        [LoggerMessage(EventName = "VenueHoldNotKept", Level = LogLevel.Warning, Message = "A Retry-After cannot be written to {Path}, so a restart will not know of it: {Error}")]
        public static partial void NotKept(ILogger logger, string path, string error);

        [LoggerMessage(EventName = "VenueHoldNotForgotten", Level = LogLevel.Debug, Message = "The expired Retry-After in {Path} cannot be removed: {Error}")]
        public static partial void NotForgotten(ILogger logger, string path, string error);

        [LoggerMessage(EventName = "VenueHoldUnreadable", Level = LogLevel.Warning, Message = "The Retry-After in {Path} cannot be read and is not honoured: {Error}")]
        public static partial void Unreadable(ILogger logger, string path, string error);
    }
}
