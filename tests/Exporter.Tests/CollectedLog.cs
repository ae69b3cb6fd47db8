using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Exporter.Tests;

/// <summary>What was logged, in order.</summary>
internal sealed class CollectedLog<T> : ILogger<T>
{
    private ImmutableList<(LogLevel Level, string Text)> _lines = [];

    public ImmutableList<(LogLevel Level, string Text)> Lines => _lines;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        ImmutableInterlocked.Update(ref _lines, static (lines, line) => lines.Add(line), (logLevel, formatter(state, exception)));
}
