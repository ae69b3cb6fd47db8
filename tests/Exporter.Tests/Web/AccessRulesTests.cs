using System.Net;
using System.Text.Json.Nodes;
using Exporter.Web;

namespace Exporter.Tests.Web;

public sealed class AccessRulesTests : IDisposable
{
    private const string Token = "a-token-of-decent-length";

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("LocalHost:10042")]
    [InlineData("bot.example:10042")]
    public async Task A_request_under_a_name_of_this_host_is_local_and_may_read_but_neither_change_nor_see_the_configuration(string host)
    {
        await using var server = await RunningServer.StartAsync(new() { AllowedHosts = { "bot.example" } });
        var token = ("Authorization", $"Bearer {server.MadeToken}");

        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Get, "/api", ("Host", host))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.SendAsync(HttpMethod.Get, "/config", ("Host", host))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.SendAsync(HttpMethod.Post, "/-/reload", ("Host", host))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Get, "/config", ("Host", host), token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Post, "/-/reload", ("Host", host), token)).StatusCode);
    }

    // nginx with nothing but proxy_pass and HAProxy with mode http send no header that tells them from a local client.
    [Fact]
    public async Task With_the_owner_s_token_being_local_opens_nothing()
    {
        await using var server = await RunningServer.StartAsync(WithToken(new()));

        Assert.Equal(HttpStatusCode.Unauthorized, (await server.SendAsync(HttpMethod.Get, "/api")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.SendAsync(HttpMethod.Get, "/config")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Get, "/metrics")).StatusCode);
    }

    [Fact]
    public async Task The_made_token_is_for_its_user_alone_and_its_place_is_told_to_local_callers_only()
    {
        await using var server = await RunningServer.StartAsync();

        var local = await (await server.SendAsync(HttpMethod.Post, "/-/reload")).Content.ReadAsStringAsync();
        var foreign = await (await server.SendAsync(HttpMethod.Post, "/-/reload", ("Host", "attacker.example"))).Content.ReadAsStringAsync();

        var file = JsonNode.Parse(local)!["token_file"]!.ToString();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Matches("^[0-9a-f]{64}$", server.MadeToken);
        Assert.DoesNotContain("token_file", foreign, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_tokens_are_answered_at_once_and_after_ten_a_minute_told_to_wait_and_a_right_one_never_is()
    {
        await using var server = await RunningServer.StartAsync();
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 12; i++)
            answers.Add((await server.SendAsync(HttpMethod.Post, "/-/reload", ("Authorization", $"Bearer no-token-of-anybody-{i}"))).StatusCode);

        using var late = await server.SendAsync(HttpMethod.Get, "/config", ("Authorization", "Bearer no-token-of-anybody"));

        Assert.Equal(Enumerable.Repeat(HttpStatusCode.Unauthorized, 10).Concat([HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests]), answers);
        Assert.Equal(HttpStatusCode.TooManyRequests, late.StatusCode);
        Assert.InRange(late.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Post, "/-/reload", ("Authorization", $"Bearer {server.MadeToken}"))).StatusCode);
    }

    // DNS rebinding: a page's own host name resolves to 127.0.0.1, and the browser lets the page read the answer.
    [Theory]
    [InlineData("attacker.example")]
    [InlineData("127.0.0.1.attacker.example")]
    [InlineData("localhost.attacker.example:10042")]
    [InlineData("127.0.0.2")]
    public async Task A_request_under_a_foreign_name_gets_no_page_and_no_post(string host)
    {
        await using var server = await RunningServer.StartAsync();

        Assert.Equal(HttpStatusCode.Forbidden, (await server.SendAsync(HttpMethod.Get, "/config", ("Host", host))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await server.SendAsync(HttpMethod.Get, "/no-such-page", ("Host", host))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await server.SendAsync(HttpMethod.Post, "/-/reload", ("Host", host))).StatusCode);
    }

    [Theory]
    [InlineData("Forwarded", "for=192.0.2.1")]
    [InlineData("X-Forwarded-For", "192.0.2.1")]
    [InlineData("x-forwarded-proto", "https")]
    [InlineData("X-Forwarded-Host", "localhost")]
    [InlineData("Via", "1.1 proxy")]
    public async Task A_forwarded_request_is_not_local(string header, string value)
    {
        await using var server = await RunningServer.StartAsync();

        Assert.Equal(HttpStatusCode.Forbidden, (await server.SendAsync(HttpMethod.Get, "/api", (header, value))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await server.SendAsync(HttpMethod.Post, "/-/reload", (header, value))).StatusCode);
    }

    [Fact]
    public async Task A_listener_on_every_address_has_no_local_requests()
    {
        await using var server = await RunningServer.StartAsync(WithToken(new() { ListenAddresses = { ":0" } }));

        Assert.Equal(HttpStatusCode.Unauthorized, (await server.SendAsync(HttpMethod.Get, "/config")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Get, "/config", ("Authorization", $"Bearer {Token}"))).StatusCode);
    }

    [Fact]
    public async Task A_loopback_listener_of_Kestrels_own_section_has_local_requests()
    {
        var kestrel = new JsonObject { ["Endpoints"] = new JsonObject { ["Page"] = new JsonObject { ["Url"] = "http://127.0.0.1:0" } } };
        await using var server = await RunningServer.StartAsync(kestrel: kestrel);

        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Get, "/api")).StatusCode);
    }

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/-/healthy")]
    [InlineData("/-/ready")]
    public async Task Scrapes_and_probes_are_answered_from_anywhere(string path)
    {
        await using var server = await RunningServer.StartAsync();

        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Get, path, ("Host", "bot.example"), ("X-Forwarded-For", "192.0.2.1"))).StatusCode);
    }

    [Fact]
    public async Task Metrics_can_be_put_behind_the_token()
    {
        await using var server = await RunningServer.StartAsync(WithToken(new() { ProtectMetrics = true }));
        var elsewhere = ("Host", "bot.example");

        Assert.Equal(HttpStatusCode.Unauthorized, (await server.SendAsync(HttpMethod.Get, "/metrics", elsewhere)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Get, "/metrics", elsewhere, ("Authorization", $"Bearer {Token}"))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.SendAsync(HttpMethod.Get, "/metrics")).StatusCode);
    }

    [Fact]
    public async Task With_a_token_configured_every_post_needs_it()
    {
        await using var server = await RunningServer.StartAsync(WithToken(new()));

        using var refused = await server.SendAsync(HttpMethod.Post, "/-/reload");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("Bearer", Assert.Single(refused.Headers.WwwAuthenticate).Scheme);
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.SendAsync(HttpMethod.Post, "/-/reload", ("Authorization", "Bearer another-token-entirely"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Post, "/-/reload", ("Authorization", $"Bearer {Token}"))).StatusCode);
    }

    [Theory]
    [InlineData("Origin", "https://attacker.example")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://127.0.0.1:1")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task A_post_from_a_page_of_another_site_is_forbidden_even_with_a_token(string header, string value)
    {
        await using var server = await RunningServer.StartAsync(WithToken(new()));

        using var answer = await server.SendAsync(HttpMethod.Post, "/-/reload", ("Authorization", $"Bearer {Token}"), (header, value));

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task A_post_from_a_page_of_ours_is_allowed()
    {
        await using var server = await RunningServer.StartAsync();

        using var answer = await server.SendAsync(
            HttpMethod.Post, "/-/reload", ("Origin", $"http://127.0.0.1:{server.Address.Port}"), ("Sec-Fetch-Site", "same-origin"),
            ("Authorization", $"Bearer {server.MadeToken}"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_request_without_a_host_is_not_local()
    {
        await using var server = await RunningServer.StartAsync();

        var answer = await server.SendRawAsync("GET /api HTTP/1.0\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 403", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    public async Task Other_methods_that_change_are_held_to_the_rules_of_post(string method)
    {
        await using var server = await RunningServer.StartAsync();

        Assert.Equal(HttpStatusCode.Forbidden, (await server.SendAsync(new(method), "/metrics", ("Host", "attacker.example"))).StatusCode);
    }

    private WebOptions WithToken(WebOptions options)
    {
        options.TokenFiles.Add(_directory.Write("token", $"# for Alertmanager\n{Token}\n"));
        return options;
    }
}
