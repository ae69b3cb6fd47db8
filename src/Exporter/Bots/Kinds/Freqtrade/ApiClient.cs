using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Exporter.Bots.Kinds.Freqtrade;

/// <summary>How one call ended.</summary>
internal enum AnswerKind
{
    /// <summary>200 with JSON.</summary>
    Ok,

    /// <summary>Nobody listens, or the connection broke.</summary>
    Refused,

    TimedOut,

    /// <summary>Another status.</summary>
    Status,

    /// <summary>200, but no JSON: a proxy's page, another program.</summary>
    NotJson,

    TooLarge,

    /// <summary>A password would have gone over the open network; nothing was sent.</summary>
    Insecure,

    /// <summary>The password file cannot be read; nothing was sent.</summary>
    NoPassword,
}

/// <param name="Body">Default unless the kind is <see cref="AnswerKind.Ok"/>.</param>
internal sealed record ApiAnswer(AnswerKind Kind, int Status, JsonElement Body, TimeSpan Took)
{
    public string? Why { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Nothing else is worth asking in this round.</summary>
    public bool EndsRound => Kind is not (AnswerKind.Ok or AnswerKind.Status) || Status is 401 or 403 or 429 or 500;
}

/// <summary>
/// Calls a freqtrade's REST API as a guest who must do no harm: one call at a time, Basic authentication with each, no connection kept (the
/// bot closes idle ones after 5 s), no redirect followed, no proxy, at most 8 MiB of an answer, and no password over plain HTTP to an
/// address that is not loopback, private or link-local, unless its owner allows it.
/// </summary>
internal sealed class ApiClient : IDisposable
{
    private const int LongestBody = 8 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Uri _base;
    private readonly Func<string?> _user;
    private readonly string? _passwordFile;
    private readonly bool _mayCrossOpenNetwork;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _http;

    public ApiClient(Uri address, Func<string?> user, string? passwordFile, bool mayCrossOpenNetwork, TimeProvider time)
    {
        (_user, _passwordFile, _mayCrossOpenNetwork, _time) = (user, passwordFile, mayCrossOpenNetwork, time);
        var path = address.AbsolutePath.TrimEnd('/');
        _base = new Uri(address, path.EndsWith("/api/v1", StringComparison.Ordinal) ? path + "/" : path + "/api/v1/");
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(3),
            ConnectCallback = ConnectAsync,
        });
    }

    public static bool IsNear(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal) return true;
        return address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes() is var part
            && (part[0] == 10 || (part[0] == 172 && part[1] is >= 16 and < 32) || (part[0] == 192 && part[1] == 168) || (part[0] == 169 && part[1] == 254));
    }

    public async Task<ApiAnswer> AskAsync(HttpMethod method, string path, TimeSpan? patience, bool withLogin, CancellationToken cancellation)
    {
        var started = _time.GetTimestamp();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience ?? Patience);
        ApiAnswer Failed(AnswerKind kind, string? why = null, int status = 0) => new(kind, status, default, _time.GetElapsedTime(started)) { Why = why };
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(_base, path));
            request.Headers.ConnectionClose = true;
            if (withLogin && Login() is var (login, problem))
            {
                if (problem is not null) return Failed(AnswerKind.NoPassword, problem);
                request.Headers.Authorization = login;
            }

            using var response = await _http.SendAsync(request, limit.Token).ConfigureAwait(false);
            var status = (int)response.StatusCode;
            var body = await ReadAsync(response.Content, limit.Token).ConfigureAwait(false);
            if (body is null) return Failed(AnswerKind.TooLarge, "its answer is larger than 8 MiB");
            var after = response.Headers.RetryAfter is { } header ? header.Delta ?? header.Date - _time.GetUtcNow() : null;
            if (status != 200) return Failed(AnswerKind.Status, null, status) with { RetryAfter = after };
            return Parse(body) is { } json
                ? new ApiAnswer(AnswerKind.Ok, status, json, _time.GetElapsedTime(started))
                : Failed(AnswerKind.NotJson, $"its answer to {path} is no JSON", status);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Failed(AnswerKind.TimedOut);
        }
        catch (HttpRequestException e)
        {
            return e.InnerException is OpenNetworkException open ? Failed(AnswerKind.Insecure, open.Message) : Failed(AnswerKind.Refused, e.InnerException?.Message ?? e.Message);
        }
        catch (IOException e)
        {
            return Failed(AnswerKind.Refused, e.Message);
        }
    }

    public void Dispose() => _http.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellation).ConfigureAwait(false);
            if (_base.Scheme == Uri.UriSchemeHttp && !_mayCrossOpenNetwork && _user() is { Length: > 0 }
                && socket.RemoteEndPoint is IPEndPoint { Address: var address } && !IsNear(address))
            {
                throw new OpenNetworkException(
                    $"{address} is no private address, and the password of the bot would cross the open network in plain text; use https, a tunnel, or allow it with Freqtrade:PlainHttp");
            }

            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Read with every call, so that a password that was changed is known at once. Null: no login is known.</summary>
    private (AuthenticationHeaderValue? Login, string? Problem)? Login()
    {
        if (_user() is not { Length: > 0 } user) return null;
        var password = Environment.GetEnvironmentVariable(FreqtradeKind.PasswordVariable) ?? "";
        if (_passwordFile is { Length: > 0 } file)
        {
            try
            {
                password = File.ReadAllText(file).TrimEnd('\r', '\n');
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return (null, $"the password file {file} cannot be read: {e.Message}");
            }
        }

        return (new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))), null);
    }

    private static async Task<byte[]?> ReadAsync(HttpContent content, CancellationToken cancellation)
    {
        if (content.Headers.ContentLength > LongestBody) return null;
        using var stream = await content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        using var body = new MemoryStream();
        var buffer = new byte[16384];
        for (int read; (read = await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0;)
        {
            if (body.Length + read > LongestBody) return null;
            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }

    private static JsonElement? Parse(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        }
        catch (JsonException) when (body.AsSpan().IndexOfAny("NI"u8) >= 0 && WithoutNonFinite(body) is { Length: var length } finite && length != body.Length)
        {
            return Parse(finite);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Python writes NaN and Infinity where JSON knows no such number: null says as much.</summary>
    private static byte[] WithoutNonFinite(ReadOnlySpan<byte> body)
    {
        using var result = new MemoryStream(body.Length);
        var inText = false;
        for (var i = 0; i < body.Length; i++)
        {
            var rest = body[i..];
            var length = inText ? 0 : rest.StartsWith("NaN"u8) ? 3 : rest.StartsWith("Infinity"u8) ? 8 : rest.StartsWith("-Infinity"u8) ? 9 : 0;
            if (length > 0)
            {
                result.Write("null"u8);
                i += length - 1;
                continue;
            }

            if (body[i] == '"') inText = !inText;
            result.WriteByte(body[i]);
            if (inText && body[i] == '\\' && i + 1 < body.Length) result.WriteByte(body[++i]);
        }

        return result.ToArray();
    }

    private sealed class OpenNetworkException(string message) : Exception(message);
}
