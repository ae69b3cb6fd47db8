using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using Polly;
using Polly.Timeout;

namespace Exporter.Venues;

/// <summary>Asks a venue once, under one time-out for all of it, and turns whatever happens into a <see cref="ProbeResult"/>.</summary>
internal sealed class HttpProber(IHttpClientFactory clients, TimeProvider time)
{
    /// <summary>Name of the client whose handler follows no redirect and keeps no cookie.</summary>
    public const string ClientName = "venue";

    /// <param name="refusalsBefore">How often in a row the venue has refused: a default back-off grows with it.</param>
    public async Task<ProbeResult> AskAsync(ProbeTarget target, TimeSpan timeout, int refusalsBefore, CancellationToken cancellation)
    {
        string? key = null;
        if (target.KeyFile is { } keyFile)
        {
            (key, var problem) = KeyFile.Read(keyFile);
            if (problem is not null)
                return new ProbeResult { At = time.GetUtcNow(), Cause = ProbeCause.KeyFile, Reason = problem, Steps = [problem] };
        }

        var call = new Call(time, target, key, refusalsBefore);
        call.Step($"{target.Preset.Method} {target.Url.GetLeftPart(UriPartial.Path)} with {(key is null ? "no key" : $"{target.Preset.KeyHeader}: ***")}, {Phrase.Seconds(timeout)} at most");
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = time }.AddTimeout(timeout).Build();
        try
        {
            return await pipeline.ExecuteAsync(async token => await AskAsync(call, token), cancellation);
        }
        catch (TimeoutRejectedException)
        {
            return call.Failed(
                ProbeCause.Timeout,
                $"{target.Preset.Title} gave no whole answer within {Phrase.Seconds(timeout)} ({call.Phase}). Check this machine's network, then the venue's status page.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return call.Failed(Diagnose(target, e));
        }
    }

    private async Task<ProbeResult> AskAsync(Call call, CancellationToken cancellation)
    {
        using var client = clients.CreateClient(ClientName);
        var preset = call.Target.Preset;
        using var request = new HttpRequestMessage(new HttpMethod(preset.Method), call.Target.Url);
        if (preset.Body is { } question)
        {
            request.Content = new StringContent(question, System.Text.Encoding.UTF8, preset.ContentType ?? "application/json");
        }

        if (call.Key is not null)
            request.Headers.TryAddWithoutValidation(call.Target.Preset.KeyHeader!, call.Key);

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        call.HeadersCame();
        var (body, endless) = await ReadAsync(response.Content, call, cancellation);
        var answer = new VenueAnswer(
            (int)response.StatusCode,
            body,
            endless,
            First(response.Headers, "Location"),
            First(response.Headers, "Retry-After"),
            response.Headers.Date,
            response.Headers.Age > TimeSpan.Zero,
            response.Headers.NonValidated.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
        return call.Judge(answer);
    }

    private static async Task<(byte[] Body, bool Endless)> ReadAsync(HttpContent content, Call call, CancellationToken cancellation)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellation);
        using var body = new MemoryStream();
        var chunk = new byte[16 * 1024];
        while (await stream.ReadAsync(chunk, cancellation) is var read and > 0)
        {
            if (body.Length + read > VenueAnswer.LongestBody)
                return (body.ToArray(), true);
            body.Write(chunk, 0, read);
            call.BodyCame(body.Length);
        }

        return (body.ToArray(), false);
    }

    // Headers that are no valid URI or date must not vanish: they are judged as they came.
    private static string? First(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    private static (string Cause, string Reason) Diagnose(ProbeTarget target, Exception e)
    {
        var (title, host) = (target.Preset.Title, $"{target.Url.IdnHost}:{target.Url.Port.ToString(CultureInfo.InvariantCulture)}");
        var said = UntrustedText.Clean((e.InnerException ?? e).Message);
        return e switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } =>
                (ProbeCause.Dns, $"The name {target.Url.IdnHost} of {title} cannot be resolved ({said}). Check this machine's DNS and network."),
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } or { InnerException: AuthenticationException } =>
                (ProbeCause.Tls, $"The TLS handshake of {title} at {host} failed ({said}). Check this machine's clock and CA certificates, and that nothing intercepts the connection."),
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError } or { InnerException: SocketException or IOException { InnerException: SocketException } } =>
                (ProbeCause.Connect, $"{title} cannot be reached at {host} ({said}). Check this machine's network and firewall, then the venue's status page."),
            _ => (ProbeCause.InvalidResponse, $"{title} at {host} gave no whole HTTP answer ({said}). Check that the base URL is that of the API."),
        };
    }

    /// <summary>One call under way: when it began, how far it came.</summary>
    private sealed class Call(TimeProvider time, ProbeTarget target, string? key, int refusalsBefore)
    {
        private readonly DateTimeOffset _startedAt = time.GetUtcNow();
        private readonly long _start = time.GetTimestamp();
        private readonly List<string> _steps = [];
        private TimeSpan _untilHeaders;

        public ProbeTarget Target => target;

        public string? Key => key;

        public string Phase { get; private set; } = "no answer began";

        public void Step(string text) => _steps.Add(text);

        public void HeadersCame()
        {
            _untilHeaders = time.GetElapsedTime(_start);
            BodyCame(0);
        }

        public void BodyCame(long bytes) => Phase = $"the answer began, and stopped after {bytes.ToString(CultureInfo.InvariantCulture)} bytes of its body";

        public ProbeResult Failed((string Cause, string Reason) diagnosis) => Failed(diagnosis.Cause, diagnosis.Reason);

        public ProbeResult Failed(string cause, string reason)
        {
            Step($"failed: {cause}");
            return new ProbeResult { At = time.GetUtcNow(), Cause = cause, Reason = reason, Duration = time.GetElapsedTime(_start), Steps = [.. _steps] };
        }

        public ProbeResult Judge(VenueAnswer answer)
        {
            var duration = time.GetElapsedTime(_start);
            var now = time.GetUtcNow();
            Step($"HTTP {answer.Status}, {answer.Body.Length} bytes after {duration.TotalMilliseconds:0.#} ms: {UntrustedText.Clean(answer.Body.Span, key)}");
            var verdict = AnswerJudge.Judge(target.Preset, answer, key);
            // The stamp is set while the answer is made: the body's way here is no part of the call that it is measured by.
            var skew = verdict.VenueTime is { } venueTime
                ? new ClockSkew(_startedAt + (_untilHeaders / 2) - venueTime, (_untilHeaders / 2) + verdict.TimeUncertainty)
                : (ClockSkew?)null;
            var retry = verdict.Cause is null ? null
                : (verdict.BannedUntil is { } end ? RetryAfter.Until(end, answer.Date ?? now) : null)
                    ?? RetryAfter.Parse(answer.RetryAfter, answer.Date, now)
                    ?? (verdict.Wait is { } wait ? new RetryAfter(wait, null) : (RetryAfter?)null)
                    ?? RetryAfter.Default(verdict.Cause, verdict.BackOff, refusalsBefore);
            var retryAt = now + retry?.Delay;
            var reason = verdict.Cause is null
                ? $"{target.Preset.Title} answered in {duration.TotalMilliseconds:0} ms."
                : Sentence(verdict, retry, retryAt);
            Step(verdict.Cause is null ? "success" : $"failed: {verdict.Cause}");
            return new ProbeResult
            {
                At = now,
                Cause = verdict.Cause,
                Reason = reason,
                Duration = duration,
                HttpStatus = answer.Status,
                Skew = skew,
                RetryAfter = retryAt,
                Maintenance = verdict.Maintenance,
                Steps = [.. _steps],
            };
        }

        private string Sentence(Verdict verdict, RetryAfter? retry, DateTimeOffset? retryAt)
        {
            var wait = retryAt is { } at
                ? $"; nobody calls before {at.UtcDateTime.ToString("u", CultureInfo.InvariantCulture)}{(retry?.Note is { } note ? $" ({note})" : "")}"
                : "";
            return $"{target.Preset.Title} {verdict.What}{wait}. {NextStep(verdict.Cause!)}";
        }

        private static string NextStep(string cause) => cause switch
        {
            ProbeCause.RateLimited => "Find out what calls it too often from this address, and slow that down.",
            ProbeCause.Banned => "This address is banned for calling on after it was limited: stop what calls it, and wait.",
            ProbeCause.Forbidden => "The key is refused: check it, its rights and its allowed addresses.",
            ProbeCause.BlockedByCdn => "A firewall in front of the venue refuses this machine: check the address's reputation and what else calls from it.",
            ProbeCause.GeoBlocked => "The venue does not serve the place where this machine stands: the bot must run elsewhere.",
            ProbeCause.ServerError or ProbeCause.Timeout => "The venue is ill: see its status page, and wait.",
            ProbeCause.Maintenance => "The venue is in maintenance: see its announcements, and wait.",
            ProbeCause.Redirected => "It is not followed, because keys in headers would leak: set the base URL to the API's own.",
            ProbeCause.InvalidResponse => "Check that the base URL is that of the API and that nothing between answers in its place.",
            _ => "Look the error up in the venue's API documentation.",
        };
    }
}
