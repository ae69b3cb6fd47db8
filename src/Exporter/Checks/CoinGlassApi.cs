using System.Collections.Immutable;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Exporter.Bots;
using Exporter.Venues;

namespace Exporter.Checks;

/// <summary>
/// Watches the market intelligence that CoinGlass feeds, by the age of what the bot last stored, and with an API key also CoinGlass
/// itself. A bot without fresh intelligence trades blind or, by its own filters, not at all. Source of the rule: the bot refreshes
/// every minute; two missed rounds are a failure. CoinGlass answers HTTP 200 with <c>code</c> <c>"0"</c>.
/// </summary>
public sealed class CoinGlassApi(IBot bot, CoinGlassApiOptions options, VenueProbes venues) : ICheck
{
    private const string Stale = "stale";
    private const string EmptyData = "empty_data";

    /// <summary>The plan's calls are the bot's, not ours.</summary>
    private static readonly TimeSpan CallInterval = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);

    private static readonly MetricFamily Up = MetricFamily.Gauge(
        "tradingbot_coinglass_up", "1 when CoinGlass answers with a success; only with an API key configured.");

    private static readonly MetricFamily DataAge = MetricFamily.Gauge(
        "tradingbot_coinglass_data_age_seconds", "Age of the intelligence that CoinGlass feeds.");

    private readonly (ProbeTarget? Target, string? Problem) _resolved = options.Resolve();

    public static CheckSpec Definition { get; } = new()
    {
        Name = "coinglass_api",
        Category = Category.System,
        Severity = CheckStatus.Warning,
        Title = "CoinGlass API",
        Watches = "The age of the intelligence that CoinGlass feeds and, with an API key, whether CoinGlass itself answers.",
        Impact = "The bot decides on old funding and open interest, and its filters may refuse every entry.",
        Remedy = "See whether the bot's refresh runs and whether CoinGlass limits or refuses its key; the action refresh_coinglass asks the bot to fetch anew.",
        Causes = [Stale, EmptyData, ZoneDoubt.Cause, Age.FutureTimestamp, .. Unseen.Causes.Union(ProbeCause.All), ProbeCause.KeyFile, ExchangeApi.Configuration],
        Families = [Up, DataAge],
        Query = "tradingbot_coinglass_data_age_seconds{bot=\"$bot\"}",
        Runbook = "TradingBotCoinGlassDown",
    };

    public CheckSpec Spec => Definition;

    public async ValueTask<CheckResult> EvaluateAsync(CheckContext context, CancellationToken cancellation)
    {
        if (!options.IsUsedBy(bot))
            return CheckResult.Disabled("This kind of bot does not use CoinGlass; with Checks:CoinGlassApi:KeyFile it is watched all the same.");
        var sources = await bot.ReadIntelligenceAsync(cancellation);
        var data = JudgeData(sources, context.Now);
        if (_resolved.Problem is { } problem)
            return data.Status is CheckStatus.Ok ? data with { Status = CheckStatus.Unknown, Cause = ExchangeApi.Configuration, Reason = problem } : data;
        if (_resolved.Target is not { } target)
            return data with { Details = [.. data.Details, Detail.Of("api", "Not asked: set Checks:CoinGlassApi:KeyFile to a file that holds the API key.")] };

        var probe = await venues.AskAsync(target, new ProbeTiming(CallInterval, CallInterval, CallTimeout), Asked.For(context), cancellation);
        Asked.Trace(context, probe);
        return JudgeBoth(data, probe) with
        {
            Samples = probe.Cause is ProbeCause.KeyFile ? data.Samples : [.. data.Samples, Up.Of(probe.Up ? 1 : 0)],
            Details = [.. data.Details, .. Asked.Details(target, probe)],
        };
    }

    private CheckResult JudgeData(ImmutableArray<Named<Intelligence>> sources, DateTimeOffset now)
    {
        if (sources.IsDefaultOrEmpty)
            return CheckResult.Unknown(Unseen.Absent, "This kind of bot names no source of intelligence, so its age cannot be seen.");

        var reading = sources[0].Reading;
        if (reading is not Reading<Intelligence>.Seen { Value: var intelligence, Evidence: var file })
        {
            // That there is no data, or no time in it, is known, and is the failure; that it cannot be seen is not.
            return reading is Reading<Intelligence>.Absent or Reading<Intelligence>.Unreadable { Cause: UnreadableCause.MissingField }
                ? Unseen.Result(reading) with { Status = CheckStatus.Warning }
                : Unseen.Result(reading);
        }

        var age = Age.Of(intelligence.Timestamp, now);
        ImmutableArray<Detail> details =
        [
            Detail.Of("data_timestamp", intelligence.Timestamp),
            Detail.Of("max_age_seconds", options.MaxAge.TotalSeconds),
            .. SourceDetails.Of(file),
        ];
        if (Age.IsFuture(intelligence.Timestamp, now))
        {
            return CheckResult.Unknown(
                Age.FutureTimestamp,
                $"The intelligence is stamped {Moment.Of(intelligence.Timestamp)}, which is in the future; check the bot's clock and this machine's.") with
            {
                Details = details,
            };
        }

        if (ZoneDoubt.Of(file) is { } doubt) return doubt with { Details = details };
        var verdict = age > options.MaxAge
            ? CheckResult.Warning(
                Stale,
                $"The intelligence that CoinGlass feeds is {Phrase.Duration(age)} old, and {Phrase.Duration(options.MaxAge)} is the limit; see whether the bot's refresh runs.")
            : intelligence.EmptyCount >= intelligence.SignalCount
            ? CheckResult.Warning(
                EmptyData,
                $"The intelligence that CoinGlass feeds is {Phrase.Duration(age)} old, but holds no data of CoinGlass for any of {Phrase.Count(intelligence.SignalCount, "symbol")}; " +
                "see whether CoinGlass limits or refuses the bot's key.")
            : CheckResult.Ok($"The intelligence that CoinGlass feeds is {Phrase.Duration(age)} old.");
        return verdict with { DataTimestamp = intelligence.Timestamp, Samples = [DataAge.Of(age.TotalSeconds)], Details = details };
    }

    private static CheckResult JudgeBoth(CheckResult data, ProbeResult probe) => probe.Cause switch
    {
        null when data.Status is CheckStatus.Ok => data with { Reason = $"{data.Reason} {probe.Reason}" },
        null => data,
        // Nothing is known of CoinGlass then: what the data says stands, but not as green.
        ProbeCause.KeyFile when data.Status is CheckStatus.Ok => data with { Status = CheckStatus.Unknown, Cause = probe.Cause, Reason = probe.Reason },
        ProbeCause.KeyFile => data,
        // The API is where stale data comes from, so its cause goes first.
        _ => data with { Status = CheckStatus.Warning, Cause = probe.Cause, Reason = $"{probe.Reason} {data.Reason}" },
    };
}

/// <summary>Thresholds of <c>coinglass_api</c>, and the API key that switches its second half on.</summary>
public sealed class CoinGlassApiOptions : IValidatableObject
{
    [Description("Older intelligence is a warning.")]
    [DurationRange("00:00:10", "7.00:00:00")]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromSeconds(120);

    [Description("A file that holds the CoinGlass API key and nothing else. With it, CoinGlass itself is asked every 5 min.")]
    public string? KeyFile { get; set; }

    [Description("Where the CoinGlass API lives. Default: https://open-api-v4.coinglass.com.")]
    public string? BaseUrl { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Url().Problem is { } problem) yield return new ValidationResult(problem);
    }

    /// <summary>A bot that has never heard of CoinGlass makes nobody dial it, unless its owner gives a key.</summary>
    internal bool IsUsedBy(IBot bot) => bot.DataProvider == VenuePresets.CoinGlass.Name || !string.IsNullOrEmpty(KeyFile);

    /// <summary>The target when a key file is set; neither target nor problem without one.</summary>
    internal (ProbeTarget? Target, string? Problem) Resolve()
    {
        var (url, problem) = Url();
        return string.IsNullOrEmpty(KeyFile) ? (null, null)
            : url is null ? (null, problem)
            : (new ProbeTarget(VenuePresets.CoinGlass, url, Path.GetFullPath(KeyFile)), null);
    }

    internal (Uri? Url, string? Problem) Url()
    {
        if (string.IsNullOrEmpty(BaseUrl)) return (VenuePresets.CoinGlass.BaseUrl, null);
        return BaseUrls.TryParse(BaseUrl, out var url) ? (url, null) : (null, $"Checks:CoinGlassApi:BaseUrl is no such address; {BaseUrls.Rule}.");
    }
}
