using System.Runtime.InteropServices;
using System.Text.Json;
using Exporter.Bots.Files;
using Exporter.Platform;
using Microsoft.Win32.SafeHandles;

namespace Exporter.Bots.Kinds.FeatureStore;

/// <summary>
/// A switch that is a file: active while it exists, whatever it holds. Its owner sets it by touching and clears it by removing. Where it
/// holds a JSON object with <c>frozen_at</c> or <c>ts</c>, that is when it was set.
/// </summary>
internal sealed class FlagFile(SourcePath path, TimeProvider time)
{
    private const int MaxBytes = 64 << 10;

    private readonly KnownAbsence<KillSwitch> _absence = new(path);
    private volatile Reading<KillSwitch>.Seen? _last;
    private DateTimeOffset? _goneSince;

    public ValueTask<Reading<KillSwitch>> ReadAsync(CancellationToken cancellation) => ValueTask.FromResult(Read());

    private Reading<KillSwitch> Read()
    {
        if (Native.Statx(Native.CurrentDirectory, path.Native, 0, Native.BasicStats, out var found) != 0)
        {
            // Never lost: removing it is how it is cleared, and the removal is the newest that is known of it.
            var missing = _absence.Explain(Marshal.GetLastPInvokeError(), seenBefore: false);
            if (_last is not null && missing is Reading<KillSwitch>.Absent)
            {
                _goneSince = path.DirectoryStamp()?.ModifiedAt;
                _last = null;
            }

            return missing is Reading<KillSwitch>.Absent absent && _goneSince is { } gone ? absent with { GoneSince = gone } : missing;
        }

        var stamp = found.Stamp;
        if (_last is { } last && last.Evidence.Version == stamp.Version)
        {
            return last;
        }

        var (since, why) = found.IsFile && stamp.Size > 0 ? Content() : (null, null);
        var seen = new Reading<KillSwitch>.Seen(
            KillSwitch.Of(true) with { TriggeredAt = since ?? Appeared(stamp), Why = why },
            new Evidence(path.Shown, stamp.ModifiedAt, stamp.Version));
        _goneSince = null;
        return _last = seen;
    }

    /// <summary>A file that was put back with an old time has been there since then no longer than since its inode changed.</summary>
    private DateTimeOffset Appeared(FileStamp stamp) =>
        stamp.ChangedAt > stamp.ModifiedAt && stamp.ChangedAt <= time.GetUtcNow() ? stamp.ChangedAt : stamp.ModifiedAt;

    private (DateTimeOffset? Since, string? Why) Content()
    {
        var descriptor = Native.Open(path.Native, Native.OpenReadOnlyNonBlocking);
        if (descriptor < 0)
        {
            return (null, null);
        }

        using var file = new SafeFileHandle(descriptor, ownsHandle: true);
        if (Native.Statx(descriptor, "\0"u8, Native.EmptyPath, Native.BasicStats, out var opened) != 0 || !opened.IsFile)
        {
            return (null, null);
        }

        try
        {
            var json = new JsonStream(file, MaxBytes);
            try
            {
                return Parse(ref json);
            }
            finally
            {
                json.Dispose();
            }
        }
        catch (Exception e) when (e is MalformedJsonException or OversizeException or IOException or UnauthorizedAccessException)
        {
            // Only its existence counts.
            return (null, null);
        }
    }

    private static (DateTimeOffset? Since, string? Why) Parse(ref JsonStream json)
    {
        json.Next();
        if (json.Token != JsonTokenType.StartObject)
        {
            return (null, null);
        }

        DateTimeOffset? frozenAt = null, ts = null;
        string? why = null;
        while (json.NextName())
        {
            if (json.Is("frozen_at"u8)) frozenAt = json.Time();
            else if (json.Is("ts"u8)) ts = json.Time();
            else if (json.Is("reason"u8)) why = json.Word();
            else json.Skip();
        }

        return (frozenAt ?? ts, why);
    }
}
