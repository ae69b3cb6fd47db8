using Prometheus;

namespace Exporter.Storage;

/// <summary>
/// What becomes of a record that cannot be written: it is counted, and said once a minute; nothing else stops. A full disk must not fill
/// the log as well.
/// </summary>
public sealed partial class WriteFailures
{
    private static readonly TimeSpan SaidEvery = TimeSpan.FromMinutes(1);

    private readonly Counter _counter;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _saidAt = new(StringComparer.Ordinal);

    public WriteFailures(IMetricFactory factory, ILogger<WriteFailures> log, TimeProvider time)
    {
        (_log, _time) = (log, time);
        _counter = factory.CreateCounter("tradingbot_journal_write_errors_total", "Records that could not be written, by file.", ["file"]);
    }

    /// <summary>Makes the counter of a file start at 0, so that its first failure is an increase.</summary>
    public void Expect(string path) => _counter.WithLabels(Path.GetFileName(path));

    /// <param name="path">The file; the counter's label is its name.</param>
    /// <param name="records">How many were lost.</param>
    public void Report(string path, Exception error, int records = 1)
    {
        _counter.WithLabels(Path.GetFileName(path)).Inc(records);
        lock (_gate)
        {
            if (_saidAt.TryGetValue(path, out var saidAt) && _time.GetElapsedTime(saidAt) < SaidEvery)
            {
                return;
            }

            _saidAt[path] = _time.GetTimestamp();
        }

        Log.CannotWrite(_log, path, error.Message);
    }

    /// <summary>Whether an exception is the environment's (no space, no permission) and not a defect.</summary>
    public static bool Explains(Exception error) => error is IOException or UnauthorizedAccessException;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Path} cannot be written, so records are lost until it can: {Why} Free space on its disk or mend its permissions.", EventName = "RecordNotWritten")]
        public static partial void CannotWrite(ILogger logger, string path, string why);
    }
}
