using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Exporter.Platform;
using Microsoft.Win32.SafeHandles;

namespace Exporter.Bots.Files;

/// <summary>
/// Follows a log of a bot's from its end, through rotation (a new file under the name, the old one as <c>.1</c>) and
/// truncation. A last line that is not whole waits for its rest.
/// </summary>
/// <param name="id">The source's name in <see cref="SeenMemory"/>.</param>
/// <param name="readBack">How many bytes of what stands in it at the first look are taken in, too.</param>
internal sealed class FollowedLog(string id, SourcePath path, SourceHabits habits, int readBack = 0)
{
    /// <summary>What one look takes in at most; a log that grew more is caught up with in later looks.</summary>
    private const int MaxBytesPerLook = 16 << 20;

    /// <summary>Longer lines count, but are not understood.</summary>
    private const int MaxLineBytes = 256 << 10;

    private readonly Lock _gate = new();
    private readonly KnownAbsence<Evidence> _absence = new(path);
    private readonly SeenMemory _seen = Registered(id, path, habits);
    private readonly SourcePath _rotated = SourcePath.Under(path.Root, path.Full + ".1");
    private bool _lookedBefore;
    private Position? _position;

    public SourcePath Path => path;

    /// <summary>Takes in what was written since the last look. One at a time.</summary>
    /// <param name="take">Is given each whole line, without its end; of one that is too long, its beginning.</param>
    public Reading<Evidence> Read(LineTaker take)
    {
        lock (_gate)
        {
            var descriptor = Native.Open(path.Native, Native.OpenReadOnlyNonBlocking);
            if (descriptor < 0)
            {
                var reading = _absence.Explain(Marshal.GetLastPInvokeError(), _seen.Contains(id));

                // Only a certain absence makes a log that appears later all new; a disk that is mounted later brings old ones.
                _lookedBefore |= reading is Reading<Evidence>.Absent || IsInADirectoryToCome(reading);
                return reading;
            }

            using var file = new SafeFileHandle(descriptor, ownsHandle: true);
            if (Native.Statx(descriptor, "\0"u8, Native.EmptyPath, Native.BasicStats, out var now) != 0 || !now.IsFile)
            {
                return Absence.NotAFile<Evidence>(path, now.KindName);
            }

            try
            {
                Follow(file, now.Stamp, take);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return new Reading<Evidence>.Unreadable(
                    UnreadableCause.InputOutput, path.Full, $"{path.Shown} cannot be read: {e.Message}");
            }

            _seen.Add(id, habits.Time.GetUtcNow());
            _lookedBefore = true;
            var stamp = now.Stamp;
            var evidence = new Evidence(path.Shown, stamp.ModifiedAt, stamp.Version, Links.TargetOf(file, path));
            return new Reading<Evidence>.Seen(evidence, evidence);
        }
    }

    /// <summary>A directory that the bot makes below one of its own, when it first has something to write there.</summary>
    private bool IsInADirectoryToCome(Reading<Evidence> reading) =>
        reading is Reading<Evidence>.Unreadable { Cause: UnreadableCause.NoDirectory }
        && System.IO.Path.GetDirectoryName(path.Directory) is { } parent && parent != path.Root && Directory.Exists(parent);

    private static SeenMemory Registered(string id, SourcePath path, SourceHabits habits)
    {
        habits.Seen.Register(id, path);
        return habits.Seen;
    }

    private void Follow(SafeFileHandle file, FileStamp now, LineTaker take)
    {
        switch (_position)
        {
            case null:
                // A log found at the first look holds the past; one that appears later is all new.
                _position = _lookedBefore ? Position.Start(now) : readBack > 0 ? Before(file, now) : AtEnd(file, now);
                break;
            case { } old when old.Inode != now.Inode || old.Device != now.Device:
                FinishRotated(old, take);
                _position = Position.Start(now);
                break;
            case { } old when now.Size < old.Offset || !old.Continues(file):
                _position = Position.Start(now);
                break;
            case { } old when now.Size == old.Offset:
                return;
            default:
                break;
        }

        _position = Take(file, _position!.Value, take);
    }

    /// <summary>The old file's last lines, when it is where log rotation puts it; else they are beyond reach.</summary>
    private void FinishRotated(Position old, LineTaker take)
    {
        var descriptor = Native.Open(_rotated.Native, Native.OpenReadOnlyNonBlocking);
        if (descriptor < 0)
        {
            return;
        }

        using var file = new SafeFileHandle(descriptor, ownsHandle: true);
        if (Native.Statx(descriptor, "\0"u8, Native.EmptyPath, Native.BasicStats, out var rotated) == 0
            && rotated.IsFile && rotated.Inode == old.Inode && rotated.Stamp.Device == old.Device && old.Continues(file))
        {
            Take(file, old, take);
        }
    }

    private static Position Take(SafeFileHandle file, Position from, LineTaker take)
    {
        using var lines = new LineReader(file, from.Offset, MaxLineBytes, from.Offset + MaxBytesPerLook, from.InLongLine);
        while (lines.TryNext(out var line))
        {
            if (!line.Trim(" \t\r\0"u8).IsEmpty)
            {
                take(line);
            }
        }

        return from.At(lines.Offset, file) with { InLongLine = lines.InLongLine };
    }

    /// <summary>Behind the last whole line, so that one being written is counted once it is whole.</summary>
    private static Position AtEnd(SafeFileHandle file, FileStamp now)
    {
        var tail = new byte[(int)Math.Min(now.Size, MaxLineBytes)];
        var count = RandomAccess.Read(file, tail, now.Size - tail.Length);
        var newline = tail.AsSpan(0, count).LastIndexOf((byte)'\n');
        var offset = newline >= 0 ? now.Size - tail.Length + newline + 1 : now.Size - tail.Length;
        return Position.Start(now).At(offset, file);
    }

    /// <summary>So far before the end as is read back, at the beginning of a line.</summary>
    private Position Before(SafeFileHandle file, FileStamp now)
    {
        if (now.Size <= readBack) return Position.Start(now);
        var head = new byte[MaxLineBytes];
        var count = RandomAccess.Read(file, head, now.Size - readBack);
        var newline = head.AsSpan(0, count).IndexOf((byte)'\n');
        return Position.Start(now).At(now.Size - readBack + newline + 1, file);
    }

    /// <summary>How far a certain file was read, and the last bytes before that: a file truncated and filled again has others there.</summary>
    private readonly record struct Position(ulong Device, ulong Inode, long Offset, ImmutableArray<byte> Before)
    {
        private const int Remembered = 64;

        public bool InLongLine { get; init; }

        public static Position Start(FileStamp file) => new(file.Device, file.Inode, 0, []);

        public Position At(long offset, SafeFileHandle file)
        {
            if (offset == Offset)
            {
                return this;
            }

            var before = new byte[(int)Math.Min(offset, Remembered)];
            var count = RandomAccess.Read(file, before, offset - before.Length);
            return this with { Offset = offset, Before = [.. before.AsSpan(0, count)] };
        }

        public bool Continues(SafeFileHandle file)
        {
            Span<byte> before = stackalloc byte[Before.Length];
            return RandomAccess.Read(file, before, Offset - Before.Length) == Before.Length && before.SequenceEqual(Before.AsSpan());
        }
    }
}

/// <summary>Is given one line of a log.</summary>
internal delegate void LineTaker(ReadOnlySpan<byte> line);
