using Exporter.Commands;
using System.Collections.Immutable;
using System.Text.Json;
using Exporter.Bots;
using Exporter.Configuration;
using Exporter.Evaluation;

using Prometheus;

namespace Exporter.Server;

/// <summary>
/// Reads the configuration again, on <c>POST /-/reload</c> or SIGHUP. One that is wrong changes nothing: the old one goes on, the log
/// and a metric say so.
/// </summary>
internal sealed partial class Reload : IDisposable
{
    private readonly ConfigurationLoader _loader;
    private readonly BotRoster _roster;
    private readonly Evaluator _evaluator;
    private readonly HealingHouse _healing;
    private readonly TimeProvider _time;
    private readonly ILogger<Reload> _logger;
    private readonly Gauge _successful;
    private readonly Gauge _succeededAt;
    private readonly SemaphoreSlim _one = new(1);
    private volatile ExporterOptions _options;

    public Reload(
        ExporterOptions options,
        ConfigurationLoader loader,
        BotRoster roster,
        Evaluator evaluator,
        HealingHouse healing,
        IMetricFactory metrics,
        TimeProvider time,
        ILogger<Reload> logger)
    {
        _options = options;
        _loader = loader;
        _roster = roster;
        _evaluator = evaluator;
        _healing = healing;
        _time = time;
        _logger = logger;
        _successful = metrics.CreateGauge(
            "tradingbot_exporter_config_last_reload_successful", "1 when the last attempt to read the configuration succeeded, else 0.");
        _succeededAt = metrics.CreateGauge(
            "tradingbot_exporter_config_last_reload_success_timestamp_seconds", "When the configuration was last read successfully, in Unix seconds.");
        Succeed();
    }

    /// <summary>The configuration that holds now.</summary>
    public ExporterOptions Options => _options;

    /// <summary>Null when the new configuration holds now, else the sentences that say what is wrong with it.</summary>
    public async Task<string?> RunAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            var loaded = _loader.LoadForServer();
            if (loaded is not LoadedConfiguration.Valid { Options: var fresh })
            {
                return Fail(((LoadedConfiguration.Invalid)loaded).Errors);
            }

            var findings = await BotKinds.LookAllAsync(fresh.Bots, cancellation);
            SayWhatNeedsRestart(_options, fresh);
            Use(fresh, findings);
            Succeed();
            Log.Reloaded(_logger, fresh.Bots.Count);
            return null;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Looks again at the bots that no kind has recognised, and takes up what has changed: a disk was mounted, an API answers.</summary>
    public async Task RecogniseAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            var before = _roster.Unrecognised;
            var findings = await BotKinds.LookAllAsync(_options.Bots.Where(bot => before.ContainsKey(bot.Name!)), cancellation);
            if (findings.Any(found => found.Value.Kind is not null || found.Value.Sentences[0] != before[found.Key].Sentences[0]))
            {
                Use(_options, findings);
            }
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private void Use(ExporterOptions options, ImmutableDictionary<string, BotFinding> findings)
    {
        var draft = _roster.Prepare(options, findings);
        _roster.Adopt(draft);
        _evaluator.Replace(draft.Bots);
        _healing.Apply(options);
        _options = options;
        WarnOfSecrets(options, _logger);
    }

    /// <summary>Also for the start.</summary>
    public static void WarnOfSecrets(ExporterOptions options, ILogger logger)
    {
        foreach (var (key, file) in PublicSecrets.In(options))
            Log.PublicSecret(logger, file, key);
    }

    private void Succeed()
    {
        _successful.Set(1);
        _succeededAt.Set(_time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0);
    }

    private string Fail(ImmutableArray<ConfigurationError> errors)
    {
        _successful.Set(0);
        foreach (var error in errors)
        {
            Log.Refused(_logger, error.ToString());
        }

        return $"The configuration is wrong, and the old one holds: {string.Join(" ", errors)}";
    }

    private void SayWhatNeedsRestart(ExporterOptions old, ExporterOptions fresh)
    {
        foreach (var (section, before, after) in (ReadOnlySpan<(string, object?, object?)>)
        [
            ("Web", old.Web, fresh.Web),
            ("Kestrel", old.Kestrel, fresh.Kestrel),
            ("Storage", old.Storage, fresh.Storage),
            ("Venues", old.Venues, fresh.Venues),
            ("Log", old.Log, fresh.Log),
        ])
        {
            if (Text(before) != Text(after))
            {
                Log.NeedsRestart(_logger, section);
            }
        }
    }

    private static string Text(object? section) => section is null ? "" : JsonSerializer.Serialize(section, OptionsTree.TypeOf(section.GetType()));

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, EventName = "ConfigurationReloaded", Message = "The configuration was read again and holds now. Bots watched: {Bots}.")]
        public static partial void Reloaded(ILogger logger, int bots);

        [LoggerMessage(Level = LogLevel.Error, EventName = "ConfigurationRefused", Message = "The new configuration is wrong, and the old one holds: {Error}")]
        public static partial void Refused(ILogger logger, string error);

        [LoggerMessage(Level = LogLevel.Warning, EventName = "SecretIsPublic", Message = "Everybody on this machine can read {File} ({Key}), and it holds a secret; run: chmod o-r {File}")]
        public static partial void PublicSecret(ILogger logger, string file, string key);

        [LoggerMessage(Level = LogLevel.Warning, EventName = "RestartNeeded", Message = "The section {Section} has changed; that holds after a restart only.")]
        public static partial void NeedsRestart(ILogger logger, string section);
    }
}
