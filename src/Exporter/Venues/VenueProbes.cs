using System.Collections.Concurrent;
using Exporter.Storage;

namespace Exporter.Venues;

/// <summary>
/// The one way to ask venues and endpoints, shared by every bot of this process: ten bots on one venue make one call, and while a
/// Retry-After runs nobody calls, verifications included.
/// </summary>
public sealed class VenueProbes : IDisposable
{
    private readonly ConcurrentDictionary<ProbeTarget, SharedProbe<ProbeResult>> _venues = new();
    private readonly ConcurrentDictionary<NetworkEndpoint, SharedProbe<EndpointResult>> _endpoints = new();
    private readonly CancellationTokenSource _lifetime = new();
    private readonly CancellationToken _stopping;
    private readonly HttpProber _prober;
    private readonly EndpointDialer _dialer;
    private readonly HoldBook _holds;
    private readonly TimeProvider _time;

    /// <param name="storage">Where a Retry-After is kept for other processes and after a restart; null keeps it in memory only.</param>
    /// <exception cref="VenueOptionsException">An option cannot be used.</exception>
    public VenueProbes(IHttpClientFactory clients, StorageDirectory? storage, VenueOptions options, TimeProvider time, ILoggerFactory logs)
    {
        _prober = new HttpProber(clients, time);
        _dialer = new EndpointDialer(new CertificateTrust(options), HttpClient.DefaultProxy, time);
        _holds = new HoldBook(storage, time, logs.CreateLogger<HoldBook>());
        _time = time;
        _stopping = _lifetime.Token;
    }

    /// <summary>Asks, or shares the answer of others. Never throws for what a network or a venue does.</summary>
    public async Task<ProbeResult> AskAsync(ProbeTarget target, ProbeTiming timing, ProbePurpose purpose, CancellationToken cancellation)
    {
        if (_holds.Running(target) is { } hold)
            return Held(target, hold);
        var floor = TimeSpan.FromSeconds(target.Preset.MinIntervalSeconds);
        var shared = _venues.GetOrAdd(target, _ => new SharedProbe<ProbeResult>(_time));
        return await shared.GetAsync(timing.MinInterval < floor ? timing with { MinInterval = floor } : timing, purpose, () => CallAsync(target, timing.Timeout), cancellation);
    }

    /// <summary>Connects to an endpoint step by step, or shares what others found.</summary>
    public async Task<EndpointResult> DialAsync(NetworkEndpoint endpoint, ProbeTiming timing, ProbePurpose purpose, CancellationToken cancellation)
    {
        var shared = _endpoints.GetOrAdd(endpoint, _ => new SharedProbe<EndpointResult>(_time));
        return await shared.GetAsync(timing, purpose, () => _dialer.DialAsync(endpoint, timing.Timeout, _stopping), cancellation);
    }

    /// <summary>The Retry-After that runs for a venue, or null: nobody calls it before <see cref="Hold.Until"/>.</summary>
    public Hold? HoldOn(ProbeTarget target) => _holds.Running(target);

    public void Dispose()
    {
        _lifetime.Cancel();
        _lifetime.Dispose();
    }

    private async Task<ProbeResult> CallAsync(ProbeTarget target, TimeSpan timeout)
    {
        // Again, because another process may have heard of a ban since this flight was asked for.
        if (_holds.Running(target) is { } hold)
            return Held(target, hold);

        var refusals = _holds.Refusals(target);
        var result = await _prober.AskAsync(target, timeout, refusals, _stopping);
        if (result.RetryAfter is { } until)
            _holds.Keep(target, new Hold(target.Preset.Name, target.BaseUrl.AbsoluteUri, result.Cause!, until, result.At, result.Reason, refusals + 1));
        else if (result.Up)
            _holds.Forget(target);
        return result;
    }

    private static ProbeResult Held(ProbeTarget target, Hold hold) => new()
    {
        At = hold.HeardAt,
        Cause = hold.Cause,
        Reason = hold.Reason,
        RetryAfter = hold.Until,
        Steps = [$"not asked: {target.Preset.Title} wants no call before {hold.Until.UtcDateTime:u}"],
    };
}
