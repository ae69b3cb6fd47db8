using Exporter.Storage;
using Exporter.Venues;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Exporter.Tests.Venues;

/// <summary>One process that asks venues, with a clock that stands until it is moved.</summary>
public sealed class Asking : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly ProbeTiming Timing = new(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10));

    private readonly ServiceProvider _services;

    public Asking(StorageDirectory? storage = null, VenueOptions? options = null, FakeTimeProvider? time = null)
    {
        Time = time ?? new FakeTimeProvider(Start);
        _services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(Log).SetMinimumLevel(LogLevel.Trace))
            .AddSingleton<TimeProvider>(Time)
            .AddVenues(options ?? new VenueOptions(), storage)
            .BuildServiceProvider();
        Venues = _services.GetRequiredService<VenueProbes>();
    }

    public FakeTimeProvider Time { get; }

    public VenueProbes Venues { get; }

    public RecordingLog Log { get; } = new();

    public static ProbeTarget Binance(LoopbackVenue venue) => new(VenuePresets.FindExchange("binance-usdm")!, venue.BaseUrl);

    public Task<ProbeResult> AskAsync(ProbeTarget target, ProbePurpose purpose = ProbePurpose.Routine) =>
        Venues.AskAsync(target, Timing, purpose, CancellationToken.None);

    public Task<EndpointResult> DialAsync(Uri url, ProbePurpose purpose = ProbePurpose.Routine) =>
        Venues.DialAsync(NetworkEndpoint.Of(url), Timing, purpose, CancellationToken.None);

    public void Dispose() => _services.Dispose();
}

/// <summary>Every line that was logged.</summary>
public sealed class RecordingLog : ILoggerProvider
{
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    public void Dispose()
    {
    }

    private sealed class Logger(RecordingLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (log._lines)
                log._lines.Add(formatter(state, exception));
        }
    }
}
