namespace Exporter.EndToEnd;

/// <summary>
/// The wall clock of one program, which a test sets while the program runs; its monotonic clock goes on. By Debian's <c>libfaketime</c>.
/// </summary>
public sealed class ProgramClock
{
    private static readonly string? Library = Directory.Exists("/usr/lib")
        ? Directory.EnumerateFiles("/usr/lib", "libfaketimeMT.so.1", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 3 }).FirstOrDefault()
        : null;

    private readonly string _file;
    private TimeSpan _ahead;

    /// <param name="file">Where the library looks for what the clock shows; it is made.</param>
    public ProgramClock(string file)
    {
        _file = file;
        Set(TimeSpan.Zero);
    }

    public static bool IsInstalled => Library is not null;

    /// <summary>What the program takes for the present.</summary>
    public DateTimeOffset Now => TimeProvider.System.GetUtcNow() + _ahead;

    /// <summary>The variables with which the program must be started.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Environment =>
    [
        new("LD_PRELOAD", Library),
        new("FAKETIME_TIMESTAMP_FILE", _file),
        new("FAKETIME_CACHE_DURATION", "1"),
        new("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
    ];

    /// <summary>From now on it shows so much more than the time, or less.</summary>
    public void Set(TimeSpan ahead)
    {
        File.WriteAllText(_file + ".new", FormattableString.Invariant($"{ahead.TotalSeconds:+0;-0}s"));
        File.Move(_file + ".new", _file, overwrite: true);
        _ahead = TimeSpan.FromSeconds(Math.Round(ahead.TotalSeconds));
    }
}
