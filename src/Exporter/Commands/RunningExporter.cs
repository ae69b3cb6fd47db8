using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Exporter.Platform;
using Exporter.Terminal;

namespace Exporter.Commands;

/// <summary>An exporter that runs elsewhere, asked over its JSON API.</summary>
internal sealed class RunningExporter : IDisposable
{
    /// <summary>An evaluation takes five seconds at most, and then the answer comes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>A thousand bots fit in well; something that is no exporter shall not fill the memory.</summary>
    private const int MaxAnswerBytes = 64 * 1024 * 1024;

    private readonly HttpClient _http;

    public RunningExporter(Uri address, string? token)
    {
        Address = address.AbsoluteUri.TrimEnd('/');
        _http = new HttpClient(new SocketsHttpHandler
        {
            // A redirect would carry the token to somebody else.
            AllowAutoRedirect = false,
            // What a proxy passes on is no local request, and would be refused.
            UseProxy = !address.IsLoopback,
        })
        {
            BaseAddress = new Uri(address.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/"),
            Timeout = Patience,
            MaxResponseContentBufferSize = MaxAnswerBytes,
        };
        if (token is not null)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    /// <summary>As it is named to a person.</summary>
    public string Address { get; }

    /// <summary>A page of the exporter, as an address for a person.</summary>
    public Uri PageOf(string path) => new(_http.BaseAddress!, path.TrimStart('/'));

    /// <param name="path">Such as <c>api/v1/status</c>.</param>
    public Task<Reply<T>> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation)
        where T : class => SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative)), body => Read(path, body, type), cancellation);

    public Task<Reply<T>> PostAsync<TBody, T>(
        string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<T> type, CancellationToken cancellation)
        where T : class
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = JsonContent.Create(body, bodyType) };
        return SendAsync(request, answer => Read(path, answer, type), cancellation);
    }

    /// <summary>Answers with what was deleted: its path.</summary>
    public Task<Reply<string>> DeleteAsync(string path, CancellationToken cancellation) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Delete, new Uri(path, UriKind.Relative)), _ => new Reply<string>.Document(path), cancellation);

    private async Task<Reply<T>> SendAsync<T>(HttpRequestMessage request, Func<byte[], Reply<T>> read, CancellationToken cancellation)
        where T : class
    {
        using var sent = request;
        try
        {
            using var response = await _http.SendAsync(request, cancellation);
            var body = await response.Content.ReadAsByteArrayAsync(cancellation);
            if (response.StatusCode == HttpStatusCode.Unauthorized && MadeToken(body) is { } made)
            {
                _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", made);
                using var again = new HttpRequestMessage(request.Method, request.RequestUri) { Content = await CopyAsync(request.Content, cancellation) };
                return await SendAsync(again, read, cancellation);
            }

            return response switch
            {
                { IsSuccessStatusCode: true } => read(body),
                { StatusCode: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden } => new Reply<T>.Refused(
                    $"The exporter at {Address} does not let this {(request.Method == HttpMethod.Get ? "read" : "happen")}: {Detail(body)} Name the file that holds its token with --token-file."),
                _ => new Reply<T>.Refused($"{Address} answers {(int)response.StatusCode} to /{request.RequestUri}. {Detail(body)}".TrimEnd()),
            };
        }
        catch (HttpRequestException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
        {
            return new Reply<T>.NobodyThere();
        }
        catch (HttpRequestException e)
        {
            return new Reply<T>.Refused($"The exporter at {Address} cannot be asked: {Plain.Text(e.Message)}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new Reply<T>.Refused($"The exporter at {Address} did not answer within {Phrase.Seconds(Patience)}.");
        }
    }

    public void Dispose() => _http.Dispose();

    private Reply<T> Read<T>(string path, byte[] body, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            if (JsonSerializer.Deserialize(body, type) is { } document)
            {
                return new Reply<T>.Document(document);
            }
        }
        catch (JsonException)
        {
        }

        return new Reply<T>.Refused($"What {Address} answers to /{path} cannot be read. Is it a tradingbot_exporter?");
    }

    /// <summary>
    /// The token that a local exporter made for itself and says where it lies. Only such a one is read and sent: a file named token, of our
    /// user or root, that holds 64 hexadecimal digits and nothing else.
    /// </summary>
    private string? MadeToken(byte[] body)
    {
        if (_http.DefaultRequestHeaders.Authorization is not null || _http.BaseAddress is not { IsLoopback: true })
        {
            return null;
        }

        try
        {
            using var problem = JsonDocument.Parse(body);
            if (!problem.RootElement.TryGetProperty("token_file", out var named) || named.GetString() is not { } file || Path.GetFileName(file) != "token")
            {
                return null;
            }

            return TrustedFile.Read(file) is { Problem: null, Bytes: { } bytes } && Encoding.ASCII.GetString(bytes).Trim() is { Length: 64 } token && token.All(char.IsAsciiHexDigitLower)
                ? token
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static async Task<HttpContent?> CopyAsync(HttpContent? content, CancellationToken cancellation)
    {
        if (content is null)
        {
            return null;
        }

        var copy = new ByteArrayContent(await content.ReadAsByteArrayAsync(cancellation));
        copy.Headers.ContentType = content.Headers.ContentType;
        return copy;
    }

    /// <summary>The sentence of an RFC 9457 problem; empty when the answer is none.</summary>
    private static string Detail(byte[] body)
    {
        try
        {
            using var problem = JsonDocument.Parse(body);
            return problem.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("detail", out var detail) && detail.ValueKind == JsonValueKind.String
                ? Plain.Text(detail.GetString())
                : "";
        }
        catch (JsonException)
        {
            return "";
        }
    }
}

/// <summary>What came of asking.</summary>
internal abstract record Reply<T>
    where T : class
{
    public sealed record Document(T Value) : Reply<T>;

    /// <summary>The connection was refused: no exporter runs there.</summary>
    public sealed record NobodyThere : Reply<T>;

    /// <param name="Sentence">What is wrong and what to do.</param>
    public sealed record Refused(string Sentence) : Reply<T>;
}
