using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace Exporter.Healing.Triggers;

/// <summary>An HTTP request: no redirects, no cookies, secrets from files read anew each time.</summary>
internal sealed class HttpTrigger(HttpTriggerOptions options) : ITrigger, IDisposable
{
    private const int MaxAnswerBytes = 64 * 1024;

    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        // A proxy of the environment has no business with a bot on this host.
        UseProxy = !(Uri.TryCreate(options.Url, UriKind.Absolute, out var url) && url.IsLoopback),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public string Key { get; } = TriggerKey.Of(
        "http", options.Method, options.Url, options.UrlFile, options.Body, options.BodyFile, string.Join('\n', options.Headers ?? []));

    public string Describe() => options.UrlFile is { } file
        ? $"send {options.Method} to the address in {file}"
        : $"send {options.Method} to {Shown(new Uri(options.Url!))}";

    public async Task<TriggerResult> FireAsync(TriggerMessage message, CancellationToken cancellation)
    {
        List<string> secrets = [];
        using var request = Build(message, secrets, out var problem);
        if (request is null)
            return new TriggerResult(false, problem!);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(options.Timeout);
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
            // The body of a success says nothing that the check does not say better.
            return Judge(response, response.IsSuccessStatusCode ? "" : await ReadAsync(response, timeout.Token), secrets);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new TriggerResult(false, $"{Where()} did not answer within {Phrase.Seconds(options.Timeout)}.", Transient: true);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException)
        {
            return new TriggerResult(false, $"{Where()} could not be asked: {Masking.Clean(e.Message, secrets)}", Transient: true);
        }
    }

    public void Dispose() => _client.Dispose();

    private HttpRequestMessage? Build(TriggerMessage message, List<string> secrets, out string? problem)
    {
        var address = options.Url;
        if (options.UrlFile is { } file)
        {
            address = SecretFile.Read(file, out problem)?.Trim();
            if (address is null)
                return null;
            secrets.Add(address);
        }

        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
        {
            problem = $"{(options.UrlFile is null ? "Url" : options.UrlFile)} holds no absolute http or https address.";
            return null;
        }

        if (options.UrlFile is not null)
            secrets.Add(url.PathAndQuery);
        var body = TriggerJson.Write(message);
        if (options.BodyFile is { } bodyFile)
        {
            if (SecretFile.Read(bodyFile, out problem) is not { } content)
                return null;
            secrets.Add(content);
            body = Encoding.UTF8.GetBytes(content);
        }
        else if (options.Body is { } text)
        {
            body = Encoding.UTF8.GetBytes(text);
        }

        var request = new HttpRequestMessage(new HttpMethod(options.Method), url);
        if (request.Method != HttpMethod.Get && request.Method != HttpMethod.Head)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(options.ContentType);
        }

        foreach (var (name, valueFile) in options.Headers ?? [])
        {
            if (SecretFile.Read(valueFile, out problem) is not { } value)
            {
                request.Dispose();
                return null;
            }

            secrets.Add(value);
            // "Bearer TOKEN": an answer may repeat the token alone.
            secrets.Add(value[(value.LastIndexOf(' ') + 1)..]);
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Dispose();
                problem = $"The header {name} cannot be sent.";
                return null;
            }
        }

        problem = null;
        return request;
    }

    private TriggerResult Judge(HttpResponseMessage response, string body, List<string> secrets)
    {
        var status = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
        if (response.IsSuccessStatusCode)
            return new TriggerResult(true, $"{Where()} answered {status}.");
        if (response.Headers.Location is { } target && (int)response.StatusCode is >= 300 and < 400)
        {
            var host = target.IsAbsoluteUri ? target.Host : "the same host";
            return new TriggerResult(false, $"{Where()} answered {status}, a redirect to {host}. Redirects are never followed: configure the final address.");
        }

        var transient = (int)response.StatusCode is 408 or 429 or >= 500;
        var said = body.Length == 0 ? "." : $": {Masking.Clean(body, secrets)}";
        return new TriggerResult(false, $"{Where()} answered {status}{said}", transient);
    }

    private static async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var buffer = new byte[MaxAnswerBytes];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    private string Where() => options.UrlFile is { } file ? $"The address in {file}" : Shown(new Uri(options.Url!));

    /// <summary>The origin alone: user, password, query and, of chat services, the path are where secrets are put.</summary>
    private static string Shown(Uri url) => url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
}
