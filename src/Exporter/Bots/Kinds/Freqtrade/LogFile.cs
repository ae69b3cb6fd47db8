using System.Globalization;
using System.Text;
using System.Text.Json;
using Exporter.Bots.Files;

namespace Exporter.Bots.Kinds.Freqtrade;

/// <summary>
/// The bot's log as a file. A record is a line that begins with a time, with all lines up to the next such. Times are the local time of the
/// bot's process: how far it is off UTC is told by the newest line against the file's own time.
/// </summary>
internal sealed class LogFile(SourcePath path, SourceHabits habits, bool zoneIsGiven)
{
    /// <summary>At the first look so much is read back: a day of quiet, an hour of trouble.</summary>
    private const int ReadBack = 1 << 20;

    private const int LongestRecord = 16 << 10;
    private const int StampLength = 23;
    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);

    private readonly FollowedLog _log = new("log", path, habits, ReadBack);
    private readonly List<Raw> _taken = [];
    private LogMemory _memory = LogMemory.Empty;
    private TimeSpan _offset;

    public SourcePath Path => path;

    /// <summary>Takes in what was written since the last look. Called by one at a time.</summary>
    public Reading<LogMemory> Read(DateTimeOffset now)
    {
        _taken.Clear();
        var reading = _log.Read(Take);
        if (reading is not Reading<Evidence>.Seen { Value: var evidence }) return Unseen(reading);
        if (_taken.Count > 0)
        {
            if (!zoneIsGiven && _taken[^1].IsLocal) _offset = TimeSpan.FromTicks((long)Math.Round((_taken[^1].At - evidence.Stamp.UtcDateTime) / Quarter) * Quarter.Ticks);
            var entries = new List<LogEntry>();
            foreach (var raw in _taken)
            {
                if (LogWords.Read(TimeOf(raw), raw.Logger, raw.Message.ToString()) is { } entry) entries.Add(entry);
            }

            _memory = _memory.With(entries, now) with
            {
                NewestRecord = TimeOf(_taken[^1]),
                KnownSince = _memory.KnownSince ?? TimeOf(_taken[0]),
            };
        }

        _memory = _memory with { Source = path.Shown, ReadAt = now };
        return new Reading<LogMemory>.Seen(_memory, evidence);
    }

    /// <summary>One record of the file; null: the line goes on with the record before it.</summary>
    internal static (DateTime At, bool IsLocal, string Logger, string Message)? Head(ReadOnlySpan<char> line)
    {
        if (line.StartsWith('{')) return OfJson(line);
        if (line.Length < StampLength + 3 || !DateTime.TryParseExact(
            line[..StampLength], "yyyy-MM-dd HH:mm:ss,fff", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)) return null;
        var rest = line[StampLength..];
        if (!rest.StartsWith(" - ")) return null;
        rest = rest[3..];
        var logger = rest.IndexOf(" - ", StringComparison.Ordinal);
        if (logger <= 0) return null;
        var level = rest[(logger + 3)..].IndexOf(" - ", StringComparison.Ordinal);
        return level <= 0 ? null : (at, true, rest[..logger].ToString(), rest[(logger + 3 + level + 3)..].ToString());
    }

    private static (DateTime At, bool IsLocal, string Logger, string Message)? OfJson(ReadOnlySpan<char> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line.ToString());
            var record = document.RootElement;
            if (record.Text("timestamp") is not { } stamp || record.Text("message") is not { } message
                || !DateTimeOffset.TryParse(stamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)) return null;
            return (at.UtcDateTime, false, record.Text("logger") ?? "", record.Text("exc_info") is { } more ? $"{message}\n{more}" : message);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Reading<LogMemory> Unseen(Reading<Evidence> reading) => reading switch
    {
        Reading<Evidence>.Absent absent => new Reading<LogMemory>.Absent(absent.Path, absent.Reason, absent.GoneSince),
        Reading<Evidence>.Unreadable unreadable => new Reading<LogMemory>.Unreadable(unreadable.Cause, unreadable.Path, unreadable.Reason),
        _ => throw new ArgumentException("This log was seen.", nameof(reading)),
    };

    private DateTimeOffset TimeOf(Raw raw) => !raw.IsLocal ? new DateTimeOffset(raw.At, TimeSpan.Zero)
        : zoneIsGiven ? new DateTimeOffset(DateTime.SpecifyKind(raw.At, DateTimeKind.Unspecified), habits.Zone.GetUtcOffset(DateTime.SpecifyKind(raw.At, DateTimeKind.Unspecified)))
        : new DateTimeOffset(raw.At, TimeSpan.Zero) - _offset;

    private void Take(ReadOnlySpan<byte> bytes)
    {
        var line = Encoding.UTF8.GetString(bytes);
        if (Head(line) is var (at, isLocal, logger, message))
        {
            _taken.Add(new Raw(at, isLocal, logger, new StringBuilder(message)));
        }
        else if (_taken.Count > 0 && _taken[^1].Message.Length < LongestRecord)
        {
            _taken[^1].Message.Append('\n').Append(line);
        }
    }

    private sealed record Raw(DateTime At, bool IsLocal, string Logger, StringBuilder Message);
}
