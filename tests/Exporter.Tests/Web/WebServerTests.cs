using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Exporter.Tests.Web;

public sealed class WebServerTests
{
    [Fact]
    public async Task Every_answer_carries_the_security_headers_and_no_server_name()
    {
        await using var server = await RunningServer.StartAsync();

        foreach (var path in (string[])["/metrics", "/config", "/-/healthy", "/nowhere"])
        {
            using var answer = await server.SendAsync(HttpMethod.Get, path);
            Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
            Assert.Equal(["same-origin"], answer.Headers.GetValues("Referrer-Policy"));
            Assert.Equal(["default-src 'none'; frame-ancestors 'none'"], answer.Headers.GetValues("Content-Security-Policy"));
            Assert.True(answer.Headers.CacheControl!.NoStore);
            Assert.False(answer.Headers.Contains("Server"));
        }
    }

    [Fact]
    public async Task An_unknown_path_is_a_problem_document_that_names_it()
    {
        await using var server = await RunningServer.StartAsync();

        using var answer = await server.SendAsync(HttpMethod.Get, "/metricz");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(404, problem.RootElement.GetProperty("status").GetInt32());
        Assert.Equal("Nothing is at /metricz.", problem.RootElement.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_wrong_method_is_a_problem_document_with_the_right_ones()
    {
        await using var server = await RunningServer.StartAsync();

        using var answer = await server.SendAsync(HttpMethod.Get, "/-/reload");

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(["POST"], answer.Content.Headers.Allow);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_defect_is_a_problem_document_without_its_secrets()
    {
        await using var server = await RunningServer.StartAsync(map: app => app.MapGet("/defect", () => ThrowSecret()));

        using var answer = await server.SendAsync(HttpMethod.Get, "/defect");

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.DoesNotContain("secret", await answer.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_body_over_one_mebibyte_is_refused()
    {
        await using var server = await RunningServer.StartAsync(map: app => app.MapPost("/echo", async (HttpContext context) =>
            await context.Request.Body.CopyToAsync(Stream.Null)));
        var body = new ByteArrayContent(new byte[(1 << 20) + 1]);

        using var request = new HttpRequestMessage(HttpMethod.Post, "/echo") { Content = body };
        request.Headers.Authorization = new("Bearer", server.MadeToken);
        using var answer = await server.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task Headers_beyond_the_limits_are_refused()
    {
        await using var server = await RunningServer.StartAsync();

        var large = await server.SendRawAsync($"GET /metrics HTTP/1.1\r\nHost: localhost\r\nX-Large: {new string('x', 20_000)}\r\n\r\n");
        var many = await server.SendRawAsync($"GET /metrics HTTP/1.1\r\nHost: localhost\r\n{string.Concat(Enumerable.Range(0, 100).Select(i => $"X-{i}: 1\r\n"))}\r\n");

        Assert.StartsWith("HTTP/1.1 431", large, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 431", many, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_has_not_evaluated_yet_is_healthy_but_not_ready()
    {
        var evaluated = false;
        await using var server = await RunningServer.StartAsync(ready: () => evaluated);

        Assert.Equal("tradingbot_exporter is healthy.\n", await server.Http.GetStringAsync("/-/healthy"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.SendAsync(HttpMethod.Get, "/-/ready")).StatusCode);

        evaluated = true;
        Assert.Equal("tradingbot_exporter is ready.\n", await server.Http.GetStringAsync("/-/ready"));
    }

    private static string ThrowSecret() => throw new InvalidOperationException("the secret");
}
