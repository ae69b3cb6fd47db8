using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Exporter.EndToEnd.Security;

/// <summary>What whoever can reach the port may try, against the program as it ships.</summary>
public sealed class HostileClientTests : IAsyncLifetime, IDisposable
{
    private const string Host = "Host: localhost\r\n";

    // The limits of Web/ServerLimits, as docs/security.md gives them.
    private const int MostConnections = 256;
    private static readonly TimeSpan HeaderTime = TimeSpan.FromSeconds(10);

    private readonly QuietBot _bot = new();
    private PublishedExporter _exporter = null!;

    public async Task InitializeAsync() => _exporter = await _bot.ServeAsync();

    public async Task DisposeAsync() => await _exporter.DisposeAsync();

    public void Dispose() => _bot.Dispose();

    [Fact]
    public async Task Headers_that_come_in_dribbles_are_cut_off()
    {
        using var loris = await RawConnection.OpenAsync(_exporter.Address);
        await loris.SendAsync($"GET /metrics HTTP/1.1\r\n{Host}X-Slow: ");

        var (answer, patience) = await loris.DribbleAsync('a');

        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        // The connection would go on for ever; twice the limit and a busy machine's delay are far from that.
        Assert.InRange(patience, HeaderTime / 2, HeaderTime * 4);
        await StillAnswersAsync();
    }

    [Fact]
    public async Task A_body_that_comes_in_dribbles_is_cut_off()
    {
        using var loris = await RawConnection.OpenAsync(_exporter.Address);
        await loris.SendAsync($"POST /heal HTTP/1.1\r\n{Host}Authorization: {_exporter.Http.DefaultRequestHeaders.Authorization}\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{{");

        var (answer, _) = await loris.DribbleAsync(' ');

        Assert.Equal(["408"], Statuses(answer));
        await StillAnswersAsync();
    }

    [Theory]
    [InlineData("a header of 20 KiB", 431)]
    [InlineData("100 headers", 431)]
    [InlineData("a request line of 9 KiB", 414)]
    [InlineData("no host", 400)]
    [InlineData("two lengths", 400)]
    [InlineData("a NUL in a header", 400)]
    [InlineData("no HTTP", 400)]
    public async Task Oversized_and_malformed_requests_are_refused(string what, int status)
    {
        using var connection = await RawConnection.OpenAsync(_exporter.Address);

        await connection.SendAsync(what switch
        {
            "a header of 20 KiB" => $"GET /metrics HTTP/1.1\r\n{Host}X-Large: {new string('a', 20 * 1024)}\r\n\r\n",
            "100 headers" => $"GET /metrics HTTP/1.1\r\n{Host}{string.Concat(Enumerable.Range(0, 100).Select(i => $"X-{i}: a\r\n"))}\r\n",
            "a request line of 9 KiB" => $"GET /{new string('a', 9 * 1024)} HTTP/1.1\r\n{Host}\r\n",
            "no host" => "GET /metrics HTTP/1.1\r\n\r\n",
            "two lengths" => $"POST /heal HTTP/1.1\r\n{Host}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            "a NUL in a header" => $"GET /metrics HTTP/1.1\r\n{Host}X-Nul: a\0b\r\n\r\n",
            _ => "\x16\x03\x01 this is no HTTP\r\n\r\n",
        });
        var answer = await connection.ReadToEndAsync();

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("\r\nServer:", answer, StringComparison.OrdinalIgnoreCase);
        await StillAnswersAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_over_1_MiB_is_not_taken(bool chunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "heal")
        {
            Content = new ByteArrayContent(Encoding.ASCII.GetBytes(new string(' ', (1 << 20) + 1))),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TransferEncodingChunked = chunked;
        // So that the server may refuse before the body is under way.
        request.Headers.ExpectContinue = true;

        using var answer = await _exporter.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        await StillAnswersAsync();
    }

    [Fact]
    public async Task Pipelined_requests_are_answered_one_by_one_in_their_order()
    {
        using var connection = await RawConnection.OpenAsync(_exporter.Address);
        string[] paths = ["/-/healthy", "/nothing", "/-/healthy", "/metrics?collect[]=nonsense", "/-/healthy"];

        await connection.SendAsync(string.Concat(paths.Select(path => $"GET {path} HTTP/1.1\r\n{Host}\r\n")) + $"GET /-/healthy HTTP/1.1\r\n{Host}Connection: close\r\n\r\n");
        var answer = await connection.ReadToEndAsync();

        Assert.Equal(["200", "404", "200", "400", "200", "200"], Statuses(answer));
    }

    [Fact]
    public async Task Connections_beyond_the_limit_are_closed_at_once_and_cost_the_others_nothing()
    {
        List<RawConnection> held = [];
        try
        {
            // One that asks before, and one that is held open by an answered request, are among the 256.
            await StillAnswersAsync();
            while (held.Count < MostConnections)
            {
                held.Add(await RawConnection.OpenAsync(_exporter.Address));
            }

            using var surplus = await RawConnection.OpenAsync(_exporter.Address);
            Assert.Equal("", await surplus.ReadToEndAsync());
            await StillAnswersAsync();
        }
        finally
        {
            held.ForEach(connection => connection.Dispose());
        }

        await Eventually.TrueAsync(
            async () =>
            {
                using var fresh = new HttpClient { BaseAddress = _exporter.Address };
                return (await fresh.GetAsync("-/healthy")).StatusCode == HttpStatusCode.OK;
            },
            TimeSpan.FromSeconds(60),
            "a new connection is served again");
    }

    [Theory]
    [InlineData("/metrics", HttpStatusCode.OK)]
    [InlineData("/-/healthy", HttpStatusCode.OK)]
    [InlineData("/config", HttpStatusCode.OK)]
    [InlineData("/nothing", HttpStatusCode.NotFound)]
    public async Task Every_answer_carries_the_security_headers_and_no_server_header(string path, HttpStatusCode status)
    {
        using var answer = await _exporter.Http.GetAsync(path);

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        Assert.StartsWith("default-src 'none'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Theory]
    [InlineData("Host", "attacker.example", "/config")]
    [InlineData("X-Forwarded-For", "203.0.113.7", "/config")]
    [InlineData("Forwarded", "for=203.0.113.7", "/config")]
    public async Task A_rebound_name_or_a_proxy_makes_a_request_foreign(string header, string value, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation(header, value);

        using var answer = await _exporter.Stranger.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Theory]
    [InlineData("Origin", "https://attacker.example")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Host", "attacker.example")]
    public async Task A_page_of_another_site_changes_nothing(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "-/reload");
        request.Headers.TryAddWithoutValidation(header, value);

        using var answer = await _exporter.Stranger.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Metrics_are_only_read(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "metrics");

        using var answer = await _exporter.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }

    private async Task StillAnswersAsync()
    {
        using var answer = await _exporter.Stranger.GetAsync("-/healthy");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static IEnumerable<string> Statuses(string answers) =>
        answers.Split("HTTP/1.1 ").Skip(1).Select(answer => answer[..3]);
}
