using System.Text;
using System.Text.Json;
using Exporter.Healing.Triggers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;

namespace Exporter.Tests.Healing.Triggers;

public sealed class HttpTriggerTests : IAsyncLifetime, IDisposable
{
    private static readonly TriggerMessage _message =
        new("bot", "refresh_intelligence", "stale for \"300\" s", new Uri("http://127.0.0.1:10042/"), DateTimeOffset.UnixEpoch);

    private readonly TemporaryDirectory _directory = new();
    private readonly List<string> _requests = [];
    private WebApplication? _server;
    private Func<HttpContext, Task> _answer = _ => Task.CompletedTask;

    private string Address => _server!.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _server = builder.Build();
        _server.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
            var body = await reader.ReadToEndAsync();
            lock (_requests)
                _requests.Add($"{context.Request.Method} {context.Request.Path} {context.Request.Headers.Authorization} {body}");
            await _answer(context);
        });
        await _server.StartAsync();
    }

    public async Task DisposeAsync() => await _server!.DisposeAsync();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_message_travels_as_json_with_the_header_from_its_file()
    {
        var token = _directory.Write("token", "Bearer s3cret-token\n");

        var result = await Fire(new() { Url = $"{Address}/refresh", Headers = new() { ["Authorization"] = token } });

        Assert.True(result.Fired, result.Reason);
        var request = Assert.Single(_requests);
        Assert.StartsWith("POST /refresh Bearer s3cret-token {", request, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(request[request.IndexOf('{', StringComparison.Ordinal)..]);
        Assert.Equal("bot", json.RootElement.GetProperty("bot").GetString());
        Assert.Equal("stale for \"300\" s", json.RootElement.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_redirect_is_never_followed()
    {
        _answer = context =>
        {
            context.Response.Redirect("http://elsewhere.example/steal?token=abc");
            return Task.CompletedTask;
        };

        var result = await Fire(new() { Url = Address });

        Assert.False(result.Fired);
        Assert.Contains("a redirect to elsewhere.example", result.Reason, StringComparison.Ordinal);
        Assert.Single(_requests);
    }

    [Fact]
    public async Task An_answer_that_repeats_the_secret_is_masked()
    {
        var token = _directory.Write("token", "Bearer s3cret-token");
        _answer = context =>
        {
            context.Response.StatusCode = 401;
            return context.Response.WriteAsync("no such token: s3cret-token");
        };

        var result = await Fire(new() { Url = $"{Address}/x?key=hidden", Headers = new() { ["Authorization"] = token } });

        Assert.False(result.Fired);
        Assert.Contains("401", result.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", result.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", result.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(500, true)]
    [InlineData(503, true)]
    [InlineData(429, true)]
    [InlineData(404, false)]
    [InlineData(403, false)]
    public async Task Only_what_may_pass_by_itself_is_worth_another_try(int status, bool transient)
    {
        _answer = context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        };

        var result = await Fire(new() { Url = Address });

        Assert.False(result.Fired);
        Assert.Equal(transient, result.Transient);
    }

    [Fact]
    public async Task An_endless_answer_is_read_to_64_KiB_and_recorded_to_4()
    {
        _answer = async context =>
        {
            context.Response.StatusCode = 500;
            var chunk = Encoding.ASCII.GetBytes(new string('x', 8192));
            while (!context.RequestAborted.IsCancellationRequested)
            {
                try
                {
                    await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }
        };

        var result = await Fire(new() { Url = Address, Timeout = TimeSpan.FromMinutes(1) });

        Assert.Contains("500", result.Reason, StringComparison.Ordinal);
        Assert.InRange(result.Reason.Length, 1, Masking.MaxRecordBytes + 200);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_left_after_the_time_out()
    {
        _answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);

        var result = await Fire(new() { Url = Address, Timeout = TimeSpan.FromMilliseconds(200) });

        Assert.True(result.Transient);
        Assert.Contains("did not answer within 0.2 s", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_from_a_file_is_shown_by_the_files_name_only()
    {
        var file = _directory.Write("url", $"{Address}/bot123:SECRET/sendMessage\n");
        _answer = context =>
        {
            context.Response.StatusCode = 404;
            return context.Response.WriteAsync($"not found: {context.Request.Path}");
        };

        var options = new HttpTriggerOptions { UrlFile = file };
        using var trigger = new HttpTrigger(options);
        var result = await trigger.FireAsync(_message, default);

        Assert.DoesNotContain("SECRET", result.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", trigger.Describe(), StringComparison.Ordinal);
        Assert.Contains(file, trigger.Describe(), StringComparison.Ordinal);
        Assert.StartsWith("POST /bot123:SECRET/sendMessage", Assert.Single(_requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_that_everybody_may_write_is_not_used()
    {
        var token = _directory.Write("token", "Bearer x");
        File.SetUnixFileMode(token, UnixFileMode.UserRead | UnixFileMode.OtherWrite);

        var result = await Fire(new() { Url = Address, Headers = new() { ["Authorization"] = token } });

        Assert.False(result.Fired);
        Assert.Contains("chmod go-w", result.Reason, StringComparison.Ordinal);
        Assert.Empty(_requests);
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_said_so()
    {
        var address = Address;
        await _server!.StopAsync();

        var result = await Fire(new() { Url = address });

        Assert.False(result.Fired);
        Assert.True(result.Transient);
        Assert.Contains("could not be asked", result.Reason, StringComparison.Ordinal);
    }

    private static async Task<TriggerResult> Fire(HttpTriggerOptions options)
    {
        using var trigger = new HttpTrigger(options);
        return await trigger.FireAsync(_message, default);
    }
}
