using System.Text;
using CsCheck;
using Exporter.Venues;

namespace Exporter.Tests.Venues;

public sealed class HttpProberTests : IDisposable
{
    private readonly Asking _asking = new();

    public void Dispose() => _asking.Dispose();

    [Fact]
    public async Task A_venue_that_answers_by_its_own_rule_is_up()
    {
        await using var venue = new LoopbackVenue(Replies.BinanceTime(Asking.Start));

        var result = await _asking.AskAsync(Asking.Binance(venue));

        Assert.True(result.Up, result.Reason);
        Assert.StartsWith("GET /fapi/v1/time HTTP/1.1\r\n", Assert.Single(venue.Requests), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"serverTime":1772366398000}""")]
    [InlineData("""{"serverTime":"1772366398000"}""")]
    public async Task A_local_clock_that_is_ahead_is_measured_against_the_venues_own_time(string body)
    {
        await using var venue = new LoopbackVenue(Replies.Json(body));

        var result = await _asking.AskAsync(Asking.Binance(venue));

        Assert.Equal(TimeSpan.FromSeconds(2), result.Skew?.Value);
    }

    [Fact]
    public async Task A_venue_clock_that_is_2_s_ahead_is_a_negative_skew()
    {
        await using var venue = new LoopbackVenue(Replies.BinanceTime(Asking.Start.AddSeconds(2)));

        var result = await _asking.AskAsync(Asking.Binance(venue));

        Assert.Equal(TimeSpan.FromSeconds(-2), result.Skew?.Value);
    }

    [Fact]
    public async Task Without_a_time_in_the_body_the_Date_header_serves_to_half_a_second()
    {
        await using var venue = new LoopbackVenue(Replies.Json("""{"code":"0"}""", 200, $"Date: {Asking.Start.AddSeconds(-10):r}"));

        var result = await _asking.AskAsync(new ProbeTarget(VenuePresets.CoinGlass, venue.BaseUrl));

        Assert.Equal(new ClockSkew(TimeSpan.FromSeconds(9.5), TimeSpan.FromSeconds(0.5)), result.Skew);
    }

    [Fact]
    public async Task The_Date_of_a_cached_answer_tells_no_time()
    {
        await using var venue = new LoopbackVenue(Replies.Json("""{"code":"0"}""", 200, $"Date: {Asking.Start.AddSeconds(-90):r}", "Age: 90"));

        var result = await _asking.AskAsync(new ProbeTarget(VenuePresets.CoinGlass, venue.BaseUrl));

        Assert.True(result.Up);
        Assert.Null(result.Skew);
    }

    [Fact]
    public async Task A_refused_connection_is_connect()
    {
        using var closed = new ClosedPort();

        var result = await _asking.AskAsync(new ProbeTarget(VenuePresets.FindExchange("binance-usdm")!, closed.Url));

        Assert.Equal(ProbeCause.Connect, result.Cause);
    }

    [Fact]
    public async Task A_name_without_an_address_is_dns()
    {
        // .invalid is reserved (RFC 2606): no resolver knows it, with or without a network.
        var result = await _asking.AskAsync(new ProbeTarget(VenuePresets.FindExchange("binance-usdm")!, new Uri("http://venue.invalid")));

        Assert.Equal(ProbeCause.Dns, result.Cause);
        Assert.Contains("venue.invalid", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_venue_that_never_answers_is_a_timeout() =>
        Assert.Contains("no answer began", (await TimedOutAsync(Replies.Hang)).Reason, StringComparison.Ordinal);

    [Fact]
    public async Task A_body_that_stops_halfway_is_a_timeout_too() => await TimedOutAsync(Replies.SlowBody);

    [Fact]
    public async Task An_endless_body_is_read_to_1_MiB_and_called_invalid()
    {
        await using var venue = new LoopbackVenue(Replies.EndlessBody);

        var result = await _asking.AskAsync(Asking.Binance(venue));

        Assert.Equal(ProbeCause.InvalidResponse, result.Cause);
        Assert.Contains("1 MiB", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HTML_with_status_200_is_an_invalid_response()
    {
        await using var venue = new LoopbackVenue(Replies.Html());

        Assert.Equal(ProbeCause.InvalidResponse, (await _asking.AskAsync(Asking.Binance(venue))).Cause);
    }

    [Fact]
    public async Task A_connection_that_closes_without_a_word_is_an_invalid_response()
    {
        await using var venue = new LoopbackVenue(Replies.Nothing);

        Assert.Equal(ProbeCause.InvalidResponse, (await _asking.AskAsync(Asking.Binance(venue))).Cause);
    }

    [Theory]
    [InlineData(418, "banned")]
    [InlineData(429, "rate_limited")]
    [InlineData(403, "blocked_by_cdn")]
    [InlineData(451, "geo_blocked")]
    [InlineData(500, "server_error")]
    [InlineData(502, "server_error")]
    [InlineData(503, "server_error")]
    public async Task Each_refusal_has_a_cause_of_its_own(int status, string cause)
    {
        await using var venue = new LoopbackVenue(Replies.Html(status));

        Assert.Equal(cause, (await _asking.AskAsync(Asking.Binance(venue))).Cause);
    }

    [Fact]
    public async Task A_business_error_inside_a_200_is_no_success()
    {
        await using var venue = new LoopbackVenue(Replies.Json("""{"code":"152002","msg":"Parameter instId error"}"""));

        var result = await _asking.AskAsync(new ProbeTarget(VenuePresets.FindExchange("blofin")!, venue.BaseUrl));

        Assert.Equal(ProbeCause.BusinessError, result.Cause);
        Assert.Contains("152002: “Parameter instId error”", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_is_named_and_not_followed()
    {
        await using var elsewhere = new LoopbackVenue(Replies.BinanceTime(Asking.Start));
        await using var venue = new LoopbackVenue(Replies.Redirect($"http://127.0.0.1:{elsewhere.Port}/fapi/v1/time?token=abc"));

        var result = await _asking.AskAsync(Asking.Binance(venue));

        Assert.Equal(ProbeCause.Redirected, result.Cause);
        Assert.Contains("redirects to 127.0.0.1", result.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("token", result.Reason, StringComparison.Ordinal);
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task The_key_goes_out_in_its_header_and_nowhere_else_even_when_the_venue_echoes_it()
    {
        using var directory = new TemporaryDirectory();
        var key = directory.Write("key", "s3cret-Key-0123456789\n");
        await using var venue = new LoopbackVenue(Replies.Json("""{"code":"401","msg":"bad key s3cret-Key-0123456789"}"""));

        var result = await _asking.AskAsync(new ProbeTarget(VenuePresets.CoinGlass, venue.BaseUrl, key));

        Assert.Contains("CG-API-KEY: s3cret-Key-0123456789\r\n", Assert.Single(venue.Requests), StringComparison.Ordinal);
        Assert.Equal(ProbeCause.Forbidden, result.Cause);
        Assert.DoesNotContain("s3cret", string.Join('\n', [result.Reason, .. result.Steps, .. _asking.Log.Lines]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "does not exist")]
    [InlineData("", "regular file")]
    [InlineData("two\nlines", "one line")]
    public async Task A_key_file_that_holds_no_key_is_said_and_nobody_is_called(string? content, string expected)
    {
        using var directory = new TemporaryDirectory();
        if (content is not null)
            directory.Write("key", content);
        await using var venue = new LoopbackVenue(Replies.Json("""{"code":"0"}"""));

        var result = await _asking.AskAsync(new ProbeTarget(VenuePresets.CoinGlass, venue.BaseUrl, directory["key"]));

        Assert.Equal(ProbeCause.KeyFile, result.Cause);
        Assert.Contains(expected, result.Reason, StringComparison.Ordinal);
        Assert.Empty(venue.Requests);
    }

    [Fact]
    public async Task What_a_venue_says_is_cut_and_stripped_of_control_characters()
    {
        var hostile = "\\u001b[31mred\\r\\nInjected: line " + new string('x', 10_000);
        await using var venue = new LoopbackVenue(Replies.Json($$"""{"code":-1,"msg":"{{hostile}}"}"""));

        var result = await _asking.AskAsync(Asking.Binance(venue));

        Assert.DoesNotContain(result.Reason, char.IsControl);
        Assert.InRange(result.Reason.Length, 1, 600);
    }

    [Fact]
    [Trait("Category", "slow")]
    public void No_bytes_on_the_wire_make_it_throw()
    {
        using var venue = new Unsynchronised(new LoopbackVenue(Replies.Nothing));
        Gen.OneOf(
                Gen.Byte.Array[0, 200],
                Gen.Byte.Array[0, 200].Select(body => (byte[])[.. "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"u8, .. body]),
                Gen.Select(Gen.Int[100, 999], Gen.String, (status, header) => Encoding.UTF8.GetBytes($"HTTP/1.1 {status} X\r\nConnection: close\r\nRetry-After: {header}\r\n\r\n{header}")))
            .Sample(
                bytes =>
                {
                    venue.Value.Reply = Replies.Raw(bytes);
                    using var asking = new Asking();
                    var result = asking.AskAsync(Asking.Binance(venue.Value)).GetAwaiter().GetResult();
                    return !result.Up && ProbeCause.All.Contains(result.Cause!);
                },
                iter: 300,
                threads: 1);
    }

    private async Task<ProbeResult> TimedOutAsync(Reply reply)
    {
        await using var venue = new LoopbackVenue(reply);
        var asked = _asking.AskAsync(Asking.Binance(venue));
        await venue.AnsweredAsync();
        _asking.Time.Advance(Asking.Timing.Timeout);

        var result = await asked;

        Assert.Equal(ProbeCause.Timeout, result.Cause);
        Assert.Contains("within 10 s", result.Reason, StringComparison.Ordinal);
        return result;
    }

    private sealed record Unsynchronised(LoopbackVenue Value) : IDisposable
    {
        public void Dispose() => Value.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
