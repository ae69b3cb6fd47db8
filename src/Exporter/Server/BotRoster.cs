using Exporter.Commands;
using System.Collections.Immutable;
using System.Text.Json;
using Exporter.Bots;
using Exporter.Checks;
using Exporter.Configuration;
using Exporter.Evaluation;

using Exporter.Venues;

namespace Exporter.Server;

/// <summary>
/// Makes the configured bots with their checks. A reload keeps those whose options have not changed, and with them what they remember:
/// counts, files already parsed, sources seen.
/// </summary>
internal sealed partial class BotRoster(VenueProbes venues, TimeProvider time, ILoggerFactory loggers, ILogger<BotRoster> logger)
{
    private ImmutableDictionary<string, Entry> _entries = ImmutableDictionary<string, Entry>.Empty;

    /// <summary>Those that no kind has recognised yet, with what was found instead.</summary>
    public ImmutableDictionary<string, BotFinding> Unrecognised =>
        _entries.Where(entry => entry.Value.Finding.Kind is null).ToImmutableDictionary(entry => entry.Key, entry => entry.Value.Finding);

    /// <summary>The bots of options that were loaded without an error. Changes nothing before <see cref="Adopt"/>.</summary>
    /// <param name="findings">What was found of each bot that is new or was not recognised before, by name.</param>
    public Draft Prepare(ExporterOptions options, ImmutableDictionary<string, BotFinding> findings)
    {
        var entries = ImmutableDictionary.CreateBuilder<string, Entry>();
        var bots = ImmutableArray.CreateBuilder<MonitoredBot>();
        foreach (var bot in options.Bots)
        {
            var written = JsonSerializer.Serialize(bot, OptionsJsonContext.Default.WatchedBotOptions);
            var finding = findings.GetValueOrDefault(bot.Name!);
            var entry = _entries.GetValueOrDefault(bot.Name!) is { } kept && kept.Options == written && (finding is null || kept.Finding.Kind is not null)
                ? kept
                : Make(bot, written, finding ?? throw new InvalidOperationException("A new bot is looked at before it is made."));
            entries[bot.Name!] = entry;
            bots.Add(entry.Bot);
        }

        return new Draft(bots.ToImmutable(), entries.ToImmutable());
    }

    private Entry Make(WatchedBotOptions options, string written, BotFinding finding)
    {
        var bot = BotKinds.Create(options, finding, new BotServices(time, loggers, null));
        var checks = CheckCatalogue.For(bot, new CheckDependencies(options.Checks, time, venues));
        return new Entry(written, new MonitoredBot(bot, checks), finding);
    }

    /// <summary>Makes a draft the roster, and says of each new bot what was found of it.</summary>
    public void Adopt(Draft draft)
    {
        foreach (var (name, entry) in draft.Entries)
        {
            if (_entries.GetValueOrDefault(name) is { } before && ReferenceEquals(before, entry))
            {
                continue;
            }

            if (_entries.GetValueOrDefault(name)?.Bot.Bot is IRemembersSources earlier && entry.Bot.Bot is IRemembersSources later)
            {
                later.Restore([.. earlier.SeenSources.Select(source => KeyValuePair.Create(source, earlier.LastSeen(source) ?? DateTimeOffset.UnixEpoch))]);
            }

            foreach (var sentence in entry.Finding.Sentences)
            {
                if (entry.Finding is { Kind: not null, State: PlaceState.Occupied })
                {
                    Log.Found(logger, name, sentence);
                }
                else
                {
                    Log.NotFound(logger, name, sentence);
                }
            }
        }

        _entries = draft.Entries;
    }

    public sealed record Draft(ImmutableArray<MonitoredBot> Bots, ImmutableDictionary<string, Entry> Entries);

    public sealed record Entry(string Options, MonitoredBot Bot, BotFinding Finding);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, EventName = "BotFound", Message = "{Sentence}")]
        public static partial void Found(ILogger logger, string bot, string sentence);

        [LoggerMessage(Level = LogLevel.Warning, EventName = "BotNotFound", Message = "{Sentence}")]
        public static partial void NotFound(ILogger logger, string bot, string sentence);
    }
}
