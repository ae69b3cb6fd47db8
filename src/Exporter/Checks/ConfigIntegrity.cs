using System.Collections.Immutable;
using Exporter.Bots;

namespace Exporter.Checks;

/// <summary>
/// Watches the configuration files that the bot cannot trade without. A half-written one stops the bot at its next start, or lets it
/// fall back to defaults that nobody chose. Source of the rule: the reference bot, and editors that do not write atomically.
/// </summary>
public sealed class ConfigIntegrity(IBot bot) : ICheck
{
    private const string Missing = "missing";
    private const string MissingKey = "missing_key";
    private const string Unusable = "unusable_value";
    private const string Doubtful = "doubtful_value";

    private static readonly ImmutableArray<string> KnownModes = ["paper", "live"];

    private static readonly MetricFamily Valid = MetricFamily.Gauge(
        "tradingbot_config_file_valid", "1 when the configuration file is a JSON object with its required keys.", "file");

    private static readonly MetricFamily Present = MetricFamily.Gauge(
        "tradingbot_config_file_present", "1 when the configuration file is there.", "file");

    private static readonly MetricFamily Mode = MetricFamily.Gauge(
        "tradingbot_bot_mode", "1 for the trading mode that the bot's configuration names.", "mode");

    private static readonly MetricFamily WindowOpen = MetricFamily.Gauge(
        "tradingbot_trading_window_open",
        "1 while the bot's hours let it open positions, 0 outside of them; no series when they cannot be known.");

    public static CheckSpec Definition { get; } = new()
    {
        Name = "config_integrity",
        Category = Category.Configuration,
        Severity = CheckStatus.Critical,
        Title = "Configuration integrity",
        Watches = "Whether every critical configuration file is there, is JSON, and has its required keys.",
        Impact = "The bot stops at its next start or falls back to defaults that nobody chose.",
        Remedy = "Restore the file from its last good copy, or mend it by hand.",
        Causes = [Missing, MissingKey, Unusable, Doubtful, .. Unseen.Causes, .. BotKinds.CausesOf("config_integrity")],
        Families = [Valid, Present, Mode, WindowOpen],
        Query = "tradingbot_config_file_valid{bot=\"$bot\"} == 0",
        Runbook = "TradingBotConfigInvalid",
    };

    public CheckSpec Spec => Definition;

    public async ValueTask<CheckResult> EvaluateAsync(CheckContext context, CancellationToken cancellation)
    {
        var configs = await bot.ReadConfigsAsync(cancellation);
        var seen = configs.Select(config => config.Reading).OfType<Reading<BotConfig>.Seen>().ToList();
        var mode = seen.Select(config => config.Value.Mode).FirstOrDefault(word => !string.IsNullOrEmpty(word));
        var hours = await bot.ReadEntryWindowAsync(cancellation) is Reading<EntryWindow?>.Seen { Value: var window } ? (Known: true, Window: window) : default;
        var open = hours.Window?.IsOpen(context.Now) ?? true;
        return Judge(configs) with
        {
            DataTimestamp = seen.Max(config => (DateTimeOffset?)config.Evidence.Stamp),
            Samples = [.. configs.SelectMany(Series), .. ModeSeries(mode), .. hours.Known ? [WindowOpen.Of(open ? 1 : 0)] : (Sample[])[]],
            Notes = open ? [] : [$"Outside golden hours ({HoursOf(hours.Window!)} UTC): {hours.Window!.Whom}."],
            Details =
            [
                Detail.Of("files", NamesOf(configs)),
                Detail.Of("failing_files", NamesOf(configs.Where(config => FailureOf(config) is not null))),
                .. mode is null ? [] : (Detail[])[Detail.Of("mode", Phrase.Word(mode))],
                .. hours.Known ? [Detail.Of("window_restricted", hours.Window is not null)] : (Detail[])[],
                .. SourceDetails.LinksOf(seen.Select(config => config.Evidence)),
            ],
        };
    }

    private static string HoursOf(EntryWindow window) =>
        Phrase.List([.. window.Hours.Select(span => FormattableString.Invariant($"{span.From:00}:00 to {span.To:00}:00"))]);

    private static CheckResult Judge(ImmutableArray<Named<BotConfig>> configs)
    {
        if (configs.IsEmpty) return CheckResult.Unknown(Unseen.Absent, "The bot names no configuration file, so none can be judged.");

        var failures = configs.Select(FailureOf).OfType<CheckResult>().OrderBy(failure => failure.Status != CheckStatus.Critical).ToList();
        if (failures.Count == 0)
        {
            return CheckResult.Ok(configs.Length == 1
                ? $"{Phrase.Word(configs[0].Name)} is valid."
                : $"The {configs.Length} critical configuration files are valid: {Phrase.List(NamesOf(configs))}.");
        }

        var more = failures.Count == 1 ? "" : $" ({Phrase.Count(failures.Count - 1, "further file")} failing.)";
        return failures[0] with { Reason = failures[0].Reason + more };
    }

    /// <summary>What is wrong with one file; null when nothing is.</summary>
    private static CheckResult? FailureOf(Named<BotConfig> config)
    {
        var name = Phrase.Word(config.Name);
        return config.Reading switch
        {
            Reading<BotConfig>.Seen { Value: { IsValid: true, Doubt: null } } => null,
            Reading<BotConfig>.Seen { Value: { IsValid: true, Doubt: { } doubt } } => CheckResult.Warning(Doubtful, $"{name} {doubt}."),
            Reading<BotConfig>.Seen { Value: { MissingKeys: [], Fault: { } fault } } => CheckResult.Critical(Unusable, $"{name} {fault}."),
            Reading<BotConfig>.Seen { Value.MissingKeys: var keys } => CheckResult.Critical(
                MissingKey,
                $"{name} lacks the required {(keys.Length == 1 ? "key" : "keys")} {Phrase.List([.. keys.Select(Phrase.Word)])}; add what is missing."),
            Reading<BotConfig>.Absent or Reading<BotConfig>.Unreadable { Cause: UnreadableCause.Lost } => CheckResult.Critical(
                Missing,
                $"The configuration file {name} is missing; restore it from its last good copy."),
            // No doubt remains in these: the bot that opens the file finds what the exporter found.
            Reading<BotConfig>.Unreadable
            {
                Cause: UnreadableCause.Invalid or UnreadableCause.MissingField or UnreadableCause.NotAFile,
            }
            broken => CheckResult.Critical(Unseen.Cause(broken), Unseen.Sentence(broken)),
            var unseen => CheckResult.Unknown(Unseen.Cause(unseen), Unseen.Sentence(unseen)),
        };
    }

    private static ImmutableArray<string> NamesOf(IEnumerable<Named<BotConfig>> configs) => [.. configs.Select(config => Phrase.Word(config.Name))];

    private static IEnumerable<Sample> Series(Named<BotConfig> config)
    {
        var file = LabelText.Of(config.Name);
        var (present, valid) = config.Reading switch
        {
            Reading<BotConfig>.Seen seen => (1, seen.Value.IsValid ? 1 : 0),
            Reading<BotConfig>.Absent => (0, 0),
            Reading<BotConfig>.Unreadable { Cause: UnreadableCause.Lost or UnreadableCause.NotAFile } => (0, 0),
            Reading<BotConfig>.Unreadable { Cause: UnreadableCause.Invalid or UnreadableCause.MissingField } => (1, 0),
            Reading<BotConfig>.Unreadable { Cause: UnreadableCause.TooLarge } => ((int?)1, (int?)null),
            _ => (null, null),
        };
        if (present is { } there) yield return Present.Of(there, file);
        if (valid is { } good) yield return Valid.Of(good, file);
    }

    /// <summary>The known modes as a state set, and the bot's own word when it is none of them.</summary>
    private static IEnumerable<Sample> ModeSeries(string? mode)
    {
        if (mode is null) yield break;
        foreach (var known in KnownModes) yield return Mode.Of(mode == known ? 1 : 0, known);
        if (!KnownModes.Contains(mode)) yield return Mode.Of(1, LabelText.Of(mode));
    }
}
