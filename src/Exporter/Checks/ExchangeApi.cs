using System.Collections.Immutable;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Exporter.Bots;
using Exporter.Venues;

namespace Exporter.Checks;

/// <summary>
/// Asks the bot's exchange one public question, by the exchange's own rule of success. Without the exchange the bot can neither
/// enter nor exit; a ban, a limit, a maintenance and a broken network each want another answer, so each is a cause of its own.
/// Source of the rule: the venue presets (HTTP status and the code inside the answer).
/// </summary>
public sealed class ExchangeApi(IBot bot, ExchangeApiOptions options, VenueProbes venues) : ICheck
{
    /// <summary>The cause of a result whose options name no venue that can be asked.</summary>
    internal const string Configuration = "configuration";

    /// <summary>The cause of a local clock that the exchange will not have.</summary>
    internal const string Clock = "clock";

    private const string Degraded = "degraded";

    /// <summary>Half of what Binance, Bybit and MEXC refuse: they want no request stamped more than 1 s ahead of their clock.</summary>
    private static readonly TimeSpan NoticeableSkew = TimeSpan.FromMilliseconds(500);

    /// <summary>A call that took longer measures no clock.</summary>
    private static readonly TimeSpan LongestForSkew = TimeSpan.FromSeconds(2);

    /// <summary>A verification that is repeated until it succeeds must not become a storm of calls.</summary>
    private static readonly TimeSpan VerificationInterval = TimeSpan.FromSeconds(5);

    private static readonly MetricFamily Up = MetricFamily.Gauge(
        "tradingbot_exchange_up", "1 when the exchange answers with a success by its own rule.", "exchange");

    private static readonly MetricFamily Response = MetricFamily.Gauge(
        "tradingbot_exchange_response_seconds", "How long the exchange took for its whole answer.", "exchange");

    private static readonly MetricFamily Skew = MetricFamily.Gauge(
        "tradingbot_exchange_clock_skew_seconds", "Local time minus the exchange's at the midpoint of the call, positive when the local clock is ahead.", "exchange");

    private static readonly MetricFamily Failure = MetricFamily.Gauge(
        "tradingbot_exchange_failure", "1 for the cause of the present failure, 0 for every other cause.", "exchange", "cause");

    private static readonly MetricFamily RetryAfter = MetricFamily.Gauge(
        "tradingbot_exchange_retry_after_timestamp_seconds", "Before this time nobody calls the exchange, at its own wish.", "exchange");

    public static CheckSpec Definition { get; } = new()
    {
        Name = "exchange_api",
        Category = Category.System,
        Severity = CheckStatus.Critical,
        DecidesTrading = true,
        Title = "Exchange API",
        Watches = "Whether the exchange's API answers with a success by its own rule, how fast, and how far the clocks differ.",
        Impact = "The bot can neither open nor close a position.",
        Remedy = "Follow the cause in the reason: wait out a ban or a maintenance, slow down callers, or mend network, clock or base URL.",
        Causes = [.. ProbeCause.All, Configuration, Clock, Degraded, .. BotKinds.CausesOf("exchange_api")],
        Families = [Up, Response, Skew, Failure, RetryAfter],
        Query = "tradingbot_exchange_failure{bot=\"$bot\"} == 1",
        Runbook = "TradingBotExchangeDown",
    };

    public CheckSpec Spec => Definition;

    public TimeSpan MinInterval => options.MinInterval;

    public TimeSpan Timeout => options.Timeout + TimeSpan.FromSeconds(5);

    public async ValueTask<CheckResult> EvaluateAsync(CheckContext context, CancellationToken cancellation)
    {
        if (options.Named(bot) is not { } name)
        {
            return CheckResult.Disabled("The bot does not say on which exchange it trades, so none is asked; name it with Exchange.");
        }

        var (resolved, problem) = options.Resolve(name);
        if (resolved is not { } target)
        {
            return problem is null ? CheckResult.Disabled(NoPreset(name)) : CheckResult.Unknown(Configuration, problem);
        }

        var timing = new ProbeTiming(options.MinInterval, VerificationInterval, options.Timeout);
        var probe = await venues.AskAsync(target, timing, Asked.For(context), cancellation);
        Asked.Trace(context, probe);
        var maintenance = probe.Maintenance;
        if (probe.Up && target.Maintenance is { } other)
        {
            // An answer that fails leaves maintenance unknown; it says nothing of health.
            maintenance = (await venues.AskAsync(other, timing, ProbePurpose.Routine, cancellation)).Maintenance;
        }

        return Judge(target.Preset, probe, maintenance) with
        {
            DataTimestamp = probe.At,
            Samples = Samples(target.Preset.Name, probe),
            Details = Asked.Details(target, probe),
        };
    }

    private static CheckResult Judge(VenuePreset preset, ProbeResult probe, MaintenanceState? maintenance)
    {
        if (probe.Cause is { } cause)
        {
            return CheckResult.Critical(cause, probe.Reason) with { BlocksEntries = true };
        }

        var span = maintenance is null ? "" : Span(maintenance);
        return maintenance?.Level switch
        {
            MaintenanceLevel.Maintenance => CheckResult.Critical(
                ProbeCause.Maintenance, $"{preset.Title} is in maintenance{span}, though it answers; wait until it is over.") with
            { BlocksEntries = true },
            MaintenanceLevel.Degraded => CheckResult.Warning(
                Degraded, $"{preset.Title} offers only a part of itself now{span}, such as cancelling orders; see its status page."),
            MaintenanceLevel.Announced => OfClock(preset, probe, $"{probe.Reason.TrimEnd('.')}, and has announced a maintenance{span}"),
            _ => OfClock(preset, probe, probe.Reason.TrimEnd('.')),
        };
    }

    private static string Span(MaintenanceState maintenance) =>
        (maintenance.Begin is { } begin ? $" from {Moment.Of(begin)}" : "") + (maintenance.End is { } end ? $" until {Moment.Of(end)}" : "");

    /// <summary>A wrong local clock makes the exchange refuse what the bot signs, though it answers everybody.</summary>
    private static CheckResult OfClock(VenuePreset preset, ProbeResult probe, string reason)
    {
        if (probe.Skew is not { } skew || probe.Duration > LongestForSkew) return CheckResult.Ok(reason + ".");
        var sure = skew.Value.Duration() - skew.Uncertainty;
        if (sure <= NoticeableSkew) return CheckResult.Ok(reason + ".");

        var ahead = skew.Value > TimeSpan.Zero;
        var amount = skew.Value.Duration().TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        var sentence = $"{reason}, but the local clock is {amount} s {(ahead ? "ahead of" : "behind")} the exchange's, which may refuse signed requests for it; set the clock by NTP.";
        var fatal = ahead ? preset.AheadFatalMs : preset.BehindFatalMs;
        return fatal is { } limit && sure.TotalMilliseconds > 0.8 * limit ? CheckResult.Critical(Clock, sentence) : CheckResult.Warning(Clock, sentence);
    }

    private static string NoPreset(string exchange) =>
        $"There is no preset for the exchange of this bot ({Phrase.Word(exchange)}). Describe it: set Checks:ExchangeApi:Exchange to custom and " +
        "Checks:ExchangeApi:Custom:Url to one public question that it answers without a key.";

    private static ImmutableArray<Sample> Samples(string exchange, ProbeResult probe)
    {
        var samples = ImmutableArray.CreateBuilder<Sample>();
        samples.Add(Up.Of(probe.Up ? 1 : 0, exchange));
        foreach (var cause in ProbeCause.All) samples.Add(Failure.Of(cause == probe.Cause ? 1 : 0, exchange, cause));
        if (probe is { HttpStatus: not null, Duration: { } duration }) samples.Add(Response.Of(duration.TotalSeconds, exchange));
        if (probe.Skew is { } skew) samples.Add(Skew.Of(skew.Value.TotalSeconds, exchange));
        if (probe.RetryAfter is { } until) samples.Add(RetryAfter.Of(Age.UnixSeconds(until), exchange));
        return samples.ToImmutable();
    }
}

/// <summary>Which venue <c>exchange_api</c> asks, and how.</summary>
public sealed class ExchangeApiOptions : IValidatableObject
{
    [Description("The venue preset, such as binance-usdm, blofin or custom. Default: the exchange that the bot names.")]
    public string? Exchange { get; set; }

    [Description("Where the venue's API lives, such as a test net or a gateway. Default: the preset's own.")]
    public string? BaseUrl { get; set; }

    [Description("The question and the rule of success of the preset custom.")]
    public CustomVenueOptions Custom { get; set; } = new();

    [Description("How long one whole answer may take.")]
    [DurationRange("00:00:01", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    [Description("Within it the last answer is shared by all bots on the same venue.")]
    [DurationRange("00:00:05", "01:00:00")]
    public TimeSpan MinInterval { get; set; } = TimeSpan.FromSeconds(30);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // Without an exchange of its own the bot's default holds, and that is a preset: only what is written can be wrong.
        if (Resolve("blofin").Problem is { } problem) yield return new ValidationResult(problem);
    }

    /// <summary>The exchange that the owner names, else the one that the bot says.</summary>
    internal string? Named(IBot bot) => Exchange is { Length: > 0 } named ? named : bot.Exchange;

    /// <summary>The target that these options and the bot's default name, or the sentence that says what is wrong.</summary>
    internal (ProbeTarget? Target, string? Problem) Resolve(string defaultExchange)
    {
        var name = string.IsNullOrEmpty(Exchange) ? defaultExchange : Exchange;
        if (name == VenuePresets.CustomName) return Custom.Resolve(BaseUrl);
        if (string.IsNullOrEmpty(Exchange) && VenuePresets.OfBot(name, futures: false) is null) return (null, null);
        if (VenuePresets.OfBot(name, futures: false) is not { } preset)
            return (null, $"Checks:ExchangeApi:Exchange is {Phrase.Word(name)}, which is no preset; use one of {string.Join(", ", VenuePresets.ExchangeNames)}.");
        if (string.IsNullOrEmpty(BaseUrl)) return (new ProbeTarget(preset, preset.BaseUrl!), null);
        return BaseUrls.TryParse(BaseUrl, out var url)
            ? (new ProbeTarget(preset, url), null)
            : (null, $"Checks:ExchangeApi:BaseUrl is no such address; {BaseUrls.Rule}.");
    }
}

/// <summary>A venue that is no preset: one GET, and what a success looks like.</summary>
public sealed class CustomVenueOptions
{
    [Description("The URL of one public question that the venue answers without a key.")]
    public string? Url { get; set; }

    [Description("The HTTP status of a success.")]
    public int SuccessStatus { get; set; } = 200;

    [Description("JSON pointer (RFC 6901) to what a success holds, such as /code. Default: the status alone decides.")]
    public string? SuccessPointer { get; set; }

    [Description("The value that must stand there, compared as text. Default: being there is enough.")]
    public string? SuccessValue { get; set; }

    [Description("JSON pointer to the venue's own time (Unix seconds to nanoseconds, or ISO 8601). Default: the Date header tells it.")]
    public string? TimePointer { get; set; }

    internal (ProbeTarget? Target, string? Problem) Resolve(string? baseUrl)
    {
        if (!string.IsNullOrEmpty(baseUrl))
            return (null, "Checks:ExchangeApi:BaseUrl belongs to a preset; with custom set Checks:ExchangeApi:Custom:Url to the whole URL instead.");
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var url) || !BaseUrls.IsCallable(url))
            return (null, $"Checks:ExchangeApi:Custom:Url is {(string.IsNullOrEmpty(Url) ? "missing" : "no such address")}; set it to an http or https URL without user name or fragment.");
        if (SuccessStatus is < 200 or > 299)
            return (null, $"Checks:ExchangeApi:Custom:SuccessStatus is {SuccessStatus.ToString(CultureInfo.InvariantCulture)}; a success has a status from 200 to 299.");
        foreach (var (key, pointer) in new[] { (nameof(SuccessPointer), SuccessPointer), (nameof(TimePointer), TimePointer) })
        {
            if (!string.IsNullOrEmpty(pointer) && pointer[0] != '/')
                return (null, $"Checks:ExchangeApi:Custom:{key} is {Phrase.Word(pointer)}; a JSON pointer begins with a slash, such as /code.");
        }

        var preset = new VenuePreset
        {
            Name = VenuePresets.CustomName,
            Title = url.IdnHost,
            BaseUrl = null,
            Path = url.PathAndQuery,
            SuccessStatus = SuccessStatus,
            Ok = string.IsNullOrEmpty(SuccessPointer) ? [] : [BodyRule.Text(SuccessPointer, SuccessValue)],
            Time = string.IsNullOrEmpty(TimePointer) ? null : new VenueClock(TimePointer),
        };
        return (new ProbeTarget(preset, new Uri(url.GetLeftPart(UriPartial.Authority))), null);
    }
}
