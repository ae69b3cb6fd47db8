using System.Buffers;
using System.Collections.Immutable;
using System.Threading.Channels;
using Exporter.Checks;
using Exporter.Evaluation;
using Exporter.Storage;

namespace Exporter.Journal;

/// <summary>
/// Records what evaluations found: a line per bot every 60 s and at once when a status changes, and the summary file. Writes off the
/// scrape's path, and a record that cannot be written harms nobody.
/// </summary>
public sealed partial class MonitorJournal : IHostedService, IDisposable
{
    public const string FileName = "failure_point_monitor.jsonl";

    /// <summary>A line per bot at least so often; not one per scrape: disks fill.</summary>
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(60);

    /// <summary>The summary is as fresh as a usual scrape interval, however often somebody asks.</summary>
    private static readonly TimeSpan SummaryEvery = TimeSpan.FromSeconds(15);

    /// <summary>What is waiting is written in milliseconds, unless the disk hangs.</summary>
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(1);

    /// <summary>When the disk is slower than the evaluations, the oldest are skipped: what they changed shows in the next one.</summary>
    private const int Waiting = 16;

    private readonly Evaluator _evaluator;
    private readonly TimeProvider _time;
    private readonly WriteFailures _failures;
    private readonly ILogger _log;
    private readonly JsonLinesFile _file;
    private readonly string _summaryPath;
    private readonly Channel<(Snapshot Snapshot, long At)> _snapshots;
    private readonly Dictionary<string, Line> _lines = new(StringComparer.Ordinal);
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private Snapshot? _notSummarised;
    private long? _summaryAt;
    private Task _writing = Task.CompletedTask;

    public MonitorJournal(Evaluator evaluator, StorageDirectory storage, TimeProvider time, WriteFailures failures, ILogger<MonitorJournal> log)
    {
        (_evaluator, _time, _failures, _log) = (evaluator, time, failures, log);
        _file = new JsonLinesFile(Path.Combine(storage.Logs, FileName));
        _summaryPath = SummaryFile.PathIn(storage);
        _snapshots = Channel.CreateBounded<(Snapshot, long)>(
            new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        failures.Expect(_file.Path);
        failures.Expect(_summaryPath);
    }

    /// <summary>Repairs the journal and follows the evaluator. Start it before the first evaluation.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_file.Repair() is > 0 and var bytes)
            {
                Log.Repaired(_log, _file.Path, bytes);
            }
        }
        catch (Exception e) when (WriteFailures.Explains(e))
        {
            _failures.Report(_file.Path, e);
        }

        _evaluator.Published += Follow;
        _writing = Task.Run(WriteAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>Writes what is waiting, and the last summary.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _evaluator.Published -= Follow;
        _snapshots.Writer.TryComplete();
        try
        {
            await _writing.WaitAsync(LongestEnd, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            Log.NotFinished(_log, _file.Path);
        }
    }

    public void Dispose() => _evaluator.Published -= Follow;

    private void Follow(Snapshot snapshot, Snapshot? before) => _snapshots.Writer.TryWrite((snapshot, _time.GetTimestamp()));

    private async Task WriteAsync()
    {
        await foreach (var (snapshot, at) in _snapshots.Reader.ReadAllAsync())
        {
            try
            {
                Record(snapshot, at);
            }
            catch (Exception e)
            {
                // A defect must not end the journal for good.
                Log.NotRecorded(_log, e);
            }
        }

        if (_notSummarised is { } last)
        {
            WriteSummary(last);
        }
    }

    private void Record(Snapshot snapshot, long at)
    {
        var changed = AppendLines(snapshot, at);
        _notSummarised = snapshot;
        if (changed || _summaryAt is not { } last || _time.GetElapsedTime(last, at) >= SummaryEvery)
        {
            _summaryAt = at;
            WriteSummary(snapshot);
        }
    }

    /// <returns>Whether a status has changed.</returns>
    private bool AppendLines(Snapshot snapshot, long now)
    {
        var changed = false;
        var lines = 0;
        _buffer.ResetWrittenCount();
        foreach (var bot in snapshot.Bots)
        {
            var known = _lines.GetValueOrDefault(bot.Bot);
            var differs = known is null || known.Differs(bot);
            changed |= differs;
            if (differs || _time.GetElapsedTime(known!.At, now) >= LineEvery)
            {
                _lines[bot.Bot] = Line.Of(bot, now);
                RecordJson.WriteLine(_buffer, bot, snapshot.At);
                lines++;
            }
        }

        try
        {
            _file.Append(_buffer.WrittenSpan);
        }
        catch (Exception e) when (WriteFailures.Explains(e))
        {
            _failures.Report(_file.Path, e, lines);
        }

        Forget(snapshot);
        return changed;
    }

    private void Forget(Snapshot snapshot)
    {
        if (_lines.Count == snapshot.Bots.Length)
        {
            return;
        }

        var present = snapshot.Bots.Select(bot => bot.Bot).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in _lines.Keys.Where(bot => !present.Contains(bot)).ToArray())
        {
            _lines.Remove(gone);
        }
    }

    private void WriteSummary(Snapshot snapshot)
    {
        _notSummarised = null;
        _buffer.ResetWrittenCount();
        RecordJson.WriteSummary(_buffer, snapshot);
        try
        {
            AtomicFile.Write(_summaryPath, _buffer.WrittenSpan);
        }
        catch (Exception e) when (WriteFailures.Explains(e))
        {
            _failures.Report(_summaryPath, e);
        }
    }

    /// <summary>A bot as its last line shows it: just what a change is told by, since a snapshot of 1,000 bots is large.</summary>
    private sealed record Line(ImmutableArray<(CheckSpec Spec, CheckStatus Status, bool Enabled)> Checks, long At)
    {
        public static Line Of(BotSnapshot bot, long at) =>
            new([.. bot.Checks.Select(check => (check.Spec, check.Result.Status, check.Result.Enabled))], at);

        public bool Differs(BotSnapshot now)
        {
            if (Checks.Length != now.Checks.Length)
            {
                return true;
            }

            for (var i = 0; i < Checks.Length; i++)
            {
                var (spec, status, enabled) = Checks[i];
                var check = now.Checks[i];
                if (spec.Name != check.Spec.Name || status != check.Result.Status || enabled != check.Result.Enabled)
                {
                    return true;
                }
            }

            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The last line of {Path} was torn, as after a crash: {Bytes} bytes were cut off.", EventName = "JournalRepaired")]
        public static partial void Repaired(ILogger logger, string path, long bytes);

        [LoggerMessage(3, LogLevel.Warning, "The last records of {Path} could not be written: its file system hangs.", EventName = "JournalNotFinished")]
        public static partial void NotFinished(ILogger logger, string path);

        [LoggerMessage(2, LogLevel.Error, "An evaluation could not be recorded. Please report this as a defect.", EventName = "EvaluationNotRecorded")]
        public static partial void NotRecorded(ILogger logger, Exception error);
    }
}
