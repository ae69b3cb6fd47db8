using System.Collections.Immutable;
using Exporter.Bots;
using Exporter.Commands;
using Exporter.Configuration;
using Exporter.Evaluation;
using Exporter.Journal;
using Exporter.Logging;
using Exporter.Storage;
using Exporter.Terminal;

using Exporter.Venues;

namespace Exporter.Server;

/// <summary>Evaluates in this process, beside or without a running exporter. It reads the storage directory (a ban binds it too) and writes nothing.</summary>
internal sealed class LocalEvaluation : IAsyncDisposable
{
    /// <summary>Longer than any check's own time-out: nobody scrapes, so every answer may be waited for.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly ServiceProvider _services;
    private readonly Evaluator _evaluator;
    private readonly ImmutableArray<MonitoredBot> _bots;

    public LocalEvaluation(
        ExporterOptions options, ImmutableDictionary<string, BotFinding> findings, CommandLineOverrides overrides, Shell shell)
    {
        Storage = StorageDirectory.OpenReadOnly(options.Storage.Path!);
        // A table is read by a person: only what goes wrong belongs beside it, unless a level was asked for.
        var log = overrides.LogLevel is null ? new LogOptions { Level = LogLevelName.Error, Format = options.Log.Format } : options.Log;
        _services = new ServiceCollection()
            .AddLogging(logging => Logs.Configure(logging, log))
            .AddSingleton(shell.Time)
            .AddVenues(options.Venues, Storage)
            .AddSingleton<BotRoster>()
            .BuildServiceProvider();
        _bots = _services.GetRequiredService<BotRoster>().Prepare(options, findings).Bots;
        _evaluator = new Evaluator(_bots, shell.Time);
        SeenSources.Restore(Storage, _evaluator, _services.GetRequiredService<ILogger<SeenSources>>());
        SummaryFile.Restore(Storage, _evaluator, _services.GetRequiredService<ILogger<Evaluator>>());
    }

    public StorageDirectory Storage { get; }

    public async Task<Snapshot> LookAsync(CancellationToken cancellation)
    {
        await Task.WhenAll(_bots.Select(bot => bot.Bot.AskOnceAsync(cancellation).AsTask()));
        return await _evaluator.EvaluateAsync(Deadline, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var bot in _bots) (bot.Bot as IDisposable)?.Dispose();
        await _services.DisposeAsync();
        Storage.Dispose();
    }
}
