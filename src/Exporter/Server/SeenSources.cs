using Exporter.Commands;
using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Exporter.Bots;
using Exporter.Evaluation;

using Exporter.Storage;

namespace Exporter.Server;

/// <summary>
/// Keeps across restarts which sources of a bot were ever seen, so that one that was lost while the exporter was down is unknown, not
/// "never happened". One small file in the storage directory, written only when something new was seen.
/// </summary>
internal sealed partial class SeenSources(Evaluator evaluator, StorageDirectory storage, WriteFailures failures, ILogger<SeenSources> logger) : IHostedService
{
    private readonly string _path = PathIn(storage);
    private readonly Lock _writing = new();
    private ImmutableDictionary<string, ImmutableSortedSet<string>> _kept = ImmutableDictionary<string, ImmutableSortedSet<string>>.Empty;

    /// <summary>Tells the bots what was seen of them before. A file that cannot be read says nothing, and that is said.</summary>
    public void Restore() => Restore(storage, evaluator, logger);

    /// <inheritdoc cref="Restore()"/>
    public static void Restore(StorageDirectory storage, Evaluator evaluator, ILogger logger)
    {
        var path = PathIn(storage);
        if (!File.Exists(path))
        {
            return;
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            foreach (var bot in Remembering(evaluator))
            {
                if (document.RootElement.TryGetProperty(bot.Name, out var sources))
                {
                    bot.Memory.Restore([.. sources.EnumerateObject().Select(source => KeyValuePair.Create(source.Name, source.Value.GetDateTimeOffset()))]);
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or IOException or UnauthorizedAccessException)
        {
            Log.NotRestored(logger, path, e.Message);
        }
    }

    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(1);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        evaluator.Published += Follow;
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        evaluator.Published -= Follow;
        try
        {
            await Task.Run(() => Keep(final: true), CancellationToken.None).WaitAsync(LongestEnd, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            failures.Report(_path, new IOException("its file system hangs."));
        }
    }

    private void Follow(Snapshot snapshot, Snapshot? before)
    {
        // A new reference exactly when something was seen for the first time: usually there is nothing to do.
        foreach (var bot in Remembering(evaluator))
        {
            if (!ReferenceEquals(_kept.GetValueOrDefault(bot.Name), bot.Memory.SeenSources))
            {
                ThreadPool.UnsafeQueueUserWorkItem(static seen => seen.Keep(final: false), this, preferLocal: false);
                return;
            }
        }
    }

    private void Keep(bool final)
    {
        lock (_writing)
        {
            var seen = Remembering(evaluator).ToImmutableDictionary(bot => bot.Name, bot => bot.Memory.SeenSources);
            if (!final && seen.Count == _kept.Count && seen.All(pair => ReferenceEquals(_kept.GetValueOrDefault(pair.Key), pair.Value)))
            {
                return;
            }

            try
            {
                AtomicFile.Write(_path, Json(seen, Remembering(evaluator).ToDictionary(bot => bot.Name, bot => bot.Memory)));
                _kept = seen;
            }
            catch (Exception e) when (WriteFailures.Explains(e))
            {
                failures.Report(_path, e);
            }
        }
    }

    private static ReadOnlySpan<byte> Json(
        ImmutableDictionary<string, ImmutableSortedSet<string>> seen, Dictionary<string, IRemembersSources> memories)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (bot, names) in seen.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                json.WriteStartObject(bot);
                foreach (var name in names)
                {
                    json.WriteString(name, memories[bot].LastSeen(name) ?? DateTimeOffset.UnixEpoch);
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan;
    }

    private static string PathIn(StorageDirectory storage) => Path.Combine(storage.Path, "seen_sources.json");

    private static IEnumerable<(string Name, IRemembersSources Memory)> Remembering(Evaluator evaluator) =>
        from watched in evaluator.Bots
        where watched.Bot is IRemembersSources
        select (watched.Bot.Name, (IRemembersSources)watched.Bot);

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Warning,
            EventName = "SeenSourcesNotRestored",
            Message = "{Path} cannot be read: {Problem} A source that was lost while the exporter was down counts as never seen until it is seen again.")]
        public static partial void NotRestored(ILogger logger, string path, string problem);
    }
}
