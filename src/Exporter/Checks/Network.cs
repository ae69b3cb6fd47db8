using System.Collections.Immutable;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Exporter.Bots;
using Exporter.Venues;

namespace Exporter.Checks;

/// <summary>
/// Resolves, connects and shakes hands with each host that the bot calls, step by step, so that a broken resolver, a firewall and an
/// expired certificate are told apart. Source of the rule: the hosts are the bot's own exchange and CoinGlass, since reaching any
/// other host proves nothing.
/// </summary>
public sealed class Network(IBot bot, CheckOptions options, VenueProbes venues) : ICheck
{
    /// <summary>A handshake costs little, but a verification that is repeated until it succeeds must not become a storm.</summary>
    private static readonly TimeSpan VerificationInterval = TimeSpan.FromSeconds(2);

    private static readonly MetricFamily Reachable = MetricFamily.Gauge(
        "tradingbot_endpoint_reachable", "1 when name resolution, connection and, where it applies, TLS handshake all succeed.", "endpoint");

    private static readonly MetricFamily DnsSeconds = MetricFamily.Gauge(
        "tradingbot_endpoint_dns_seconds", "How long the resolution of the endpoint's name took.", "endpoint");

    private static readonly MetricFamily ConnectSeconds = MetricFamily.Gauge(
        "tradingbot_endpoint_connect_seconds", "How long the TCP connection to the endpoint took.", "endpoint");

    private static readonly MetricFamily TlsSeconds = MetricFamily.Gauge(
        "tradingbot_endpoint_tls_seconds", "How long the TLS handshake with the endpoint took.", "endpoint");

    private static readonly MetricFamily CertificateExpiry = MetricFamily.Gauge(
        "tradingbot_endpoint_certificate_expiry_timestamp_seconds", "When the certificate that the endpoint shows expires, in Unix time.", "endpoint");

    private readonly NetworkEndpoint? _coinGlass = options.CoinGlassApi.Url().Url is { } url ? NetworkEndpoint.Of(url) : null;

    public static CheckSpec Definition { get; } = new()
    {
        Name = "network",
        Category = Category.System,
        Severity = CheckStatus.Critical,
        DecidesTrading = true,
        Title = "Network",
        Watches = "Name resolution, connection and TLS handshake with each host that the bot calls.",
        Impact = "The bot cannot reach its exchange or its intelligence, so it can neither trade nor decide.",
        Remedy = "Look at the step that failed: resolver, route or firewall, clock and certificates; the action retry_network tries again with patience.",
        Causes = [ProbeCause.Dns, ProbeCause.Connect, ProbeCause.Tls, ProbeCause.Timeout, ExchangeApi.Configuration],
        Families = [Reachable, DnsSeconds, ConnectSeconds, TlsSeconds, CertificateExpiry],
        Query = "tradingbot_endpoint_reachable{bot=\"$bot\"} == 0",
        Runbook = "TradingBotNetworkUnreachable",
    };

    public CheckSpec Spec => Definition;

    internal ImmutableArray<NetworkEndpoint> Endpoints => Resolve().Endpoints;

    public TimeSpan MinInterval => options.Network.MinInterval;

    public TimeSpan Timeout => options.Network.Timeout + TimeSpan.FromSeconds(5);

    public async ValueTask<CheckResult> EvaluateAsync(CheckContext context, CancellationToken cancellation)
    {
        var (endpoints, problem) = Resolve();
        if (problem is not null) return CheckResult.Unknown(ExchangeApi.Configuration, problem);
        if (endpoints.IsEmpty)
            return CheckResult.Disabled("The bot does not say whom it calls; name its exchange with Exchange, or hosts with Checks:Network:Endpoints.");

        var timing = new ProbeTiming(options.Network.MinInterval, VerificationInterval, options.Network.Timeout);
        var results = await Task.WhenAll(endpoints.Select(endpoint => venues.DialAsync(endpoint, timing, Asked.For(context), cancellation)));
        foreach (var result in results) context.Trace?.Step($"{result.Endpoint.Name}, dialled at {result.At:O}: {Steps(result)}");

        var failed = results.Where(result => !result.Reachable).ToList();
        var verdict = failed is [var first, ..]
            ? CheckResult.Critical(first.Cause!, string.Join(' ', failed.Take(3).Select(result => result.Reason)))
            : CheckResult.Ok($"{Phrase.List([.. results.Select(result => result.Endpoint.Name)])} can be reached.");
        return verdict with
        {
            // Without CoinGlass a bot still trades; without any other host that its owner named, nobody can say that it does.
            BlocksEntries = failed.Exists(result => result.Endpoint != _coinGlass),
            DataTimestamp = results.Min(result => result.At),
            Samples = [.. results.SelectMany(Samples)],
            Details = [Detail.Of("endpoints", [.. results.Select(result => $"{result.Endpoint.Name}: {Steps(result)}")])],
        };
    }

    /// <summary>What the owner named, else the hosts that the bot really calls.</summary>
    private (ImmutableArray<NetworkEndpoint> Endpoints, string? Problem) Resolve()
    {
        if (options.Network.Endpoints is { Count: > 0 }) return options.Network.Parse();
        var (target, problem) = options.ExchangeApi.Named(bot) is { } name ? options.ExchangeApi.Resolve(name) : default;
        var (coinGlass, coinGlassProblem) = options.CoinGlassApi.IsUsedBy(bot) ? options.CoinGlassApi.Url() : default;
        if ((problem ?? coinGlassProblem) is { } wrong) return ([], wrong);
        return ([.. new[] { target?.BaseUrl, coinGlass }.OfType<Uri>().Select(NetworkEndpoint.Of).Distinct()], null);
    }

    private static IEnumerable<Sample> Samples(EndpointResult result)
    {
        var label = LabelText.Of(result.Endpoint.Name);
        yield return Reachable.Of(result.Reachable ? 1 : 0, label);
        if (result.Dns is { } dns) yield return DnsSeconds.Of(dns.TotalSeconds, label);
        if (result.Connect is { } connect) yield return ConnectSeconds.Of(connect.TotalSeconds, label);
        if (result.Tls is { } tls) yield return TlsSeconds.Of(tls.TotalSeconds, label);
        if (result.CertificateExpiry is { } expiry) yield return CertificateExpiry.Of(Age.UnixSeconds(expiry), label);
    }

    private static string Steps(EndpointResult result)
    {
        var steps = new List<string>();
        if (result.Dns is { } dns) steps.Add(FormattableString.Invariant($"DNS {dns.TotalMilliseconds:0.0} ms"));
        if (result.Connect is { } connect) steps.Add(FormattableString.Invariant($"TCP {connect.TotalMilliseconds:0.0} ms"));
        if (result.Tls is { } tls) steps.Add(FormattableString.Invariant($"TLS {tls.TotalMilliseconds:0.0} ms"));
        if (result.CertificateExpiry is { } expiry) steps.Add($"certificate until {Moment.Of(expiry)}");
        steps.Add(result.Cause ?? "reachable");
        return string.Join(", ", steps);
    }
}

/// <summary>Which endpoints <c>network</c> connects to, and how.</summary>
public sealed class NetworkOptions : IValidatableObject
{
    [Description("Hosts that the bot must reach: host, host:port, or http://host:port for one without TLS. Default: those of its exchange and, where it uses it, of CoinGlass.")]
    public List<string>? Endpoints { get; set; }

    [Description("How long resolution, connection and handshake of one endpoint may take together.")]
    [DurationRange("00:00:01", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    [Description("Within it the last handshake with an endpoint is shared by all bots.")]
    [DurationRange("00:00:05", "01:00:00")]
    public TimeSpan MinInterval { get; set; } = TimeSpan.FromSeconds(30);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Parse().Problem is { } problem) yield return new ValidationResult(problem);
    }

    internal (ImmutableArray<NetworkEndpoint> Endpoints, string? Problem) Parse()
    {
        var endpoints = ImmutableArray.CreateBuilder<NetworkEndpoint>();
        foreach (var text in Endpoints ?? [])
        {
            if (!NetworkEndpoint.TryParse(text, out var endpoint))
                return ([], $"Checks:Network:Endpoints holds {Phrase.Word(text)}; write host, host:port, or http://host:port for one without TLS.");
            if (!endpoints.Contains(endpoint)) endpoints.Add(endpoint);
        }

        return (endpoints.ToImmutable(), null);
    }
}
