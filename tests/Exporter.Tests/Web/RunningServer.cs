using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Exporter.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Tests.Web;

/// <summary>The exporter's server with its limits and rules on a free loopback port, and endpoints of the test's.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TemporaryDirectory? _directory;

    private RunningServer(WebApplication app, TemporaryDirectory? directory)
    {
        _app = app;
        _directory = directory;
        Address = new Uri(WebServer.Addresses(app).First().Replace("[::]", "127.0.0.1", StringComparison.Ordinal));
        Http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{Address.Port}/"),
        };
    }

    public Uri Address { get; }

    /// <summary>The token that it made for itself, when the test configured none.</summary>
    public string MadeToken => File.ReadAllText(_directory!["token"]).Trim();

    public HttpClient Http { get; }

    public static async Task<RunningServer> StartAsync(WebOptions? options = null, Action<WebApplication>? map = null, Func<bool>? ready = null, JsonObject? kestrel = null)
    {
        options ??= new WebOptions();
        if (options.ListenAddresses.Count == 0 && kestrel is null)
        {
            options.ListenAddresses.Add("127.0.0.1:0");
        }

        var builder = WebServer.CreateBuilder(options, kestrel);
        var app = builder.Build();
        var directory = options.TokenFiles.Count == 0 ? new TemporaryDirectory() : null;
        var tokens = directory is null ? BearerTokens.Load(options.TokenFiles, NullLogger.Instance).Tokens! : BearerTokens.Make(directory["token"], NullLogger.Instance);
        var metrics = Prometheus.Metrics.WithCustomRegistry(Prometheus.Metrics.NewCustomRegistry());
        var wrong = new WrongTokens(TimeProvider.System, metrics, NullLogger<WrongTokens>.Instance);
        WebServer.UseRules(app, new AccessRules(options, tokens, new Sessions(TimeProvider.System, tokens), wrong), metrics);
        app.MapLifecycle(ready: ready ?? (() => true), reload: _ => Task.FromResult<string?>(null));
        app.MapGet("/metrics", (HttpContext context) => context.Response.WriteAsync("up 1\n")).WithAccess(Access.Metrics);
        app.MapGet("/api", (HttpContext context) => context.Response.WriteAsync("{}"));
        app.MapConfiguration(() => "{}");
        map?.Invoke(app);
        await app.StartAsync();
        return new RunningServer(app, directory);
    }

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        return Http.SendAsync(request);
    }

    /// <summary>Sends bytes as they are and reads to the end: for what HttpClient would not send.</summary>
    public async Task<string> SendRawAsync(string request)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, Address.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(request));
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return await reader.ReadToEndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        _directory?.Dispose();
    }
}
