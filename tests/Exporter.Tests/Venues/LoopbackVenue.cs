using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Exporter.Tests.Venues;

/// <summary>
/// A venue on a loopback port of its own, over raw sockets so that it can also behave as no web server would. It answers one
/// request per connection with the <see cref="Reply"/> of the moment.
/// </summary>
public sealed class LoopbackVenue : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly SemaphoreSlim _answered = new(0);
    private readonly X509Certificate2? _certificate;
    private readonly Task _accepting;
    private readonly ConcurrentBag<Task> _serving = [];
    private int _connections;

    public LoopbackVenue(Reply reply, X509Certificate2? certificate = null)
    {
        Reply = reply;
        _certificate = certificate;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public Reply Reply { get; set; }

    public int Port { get; }

    /// <summary>By name, not by number, so that a certificate can be made out to it.</summary>
    public Uri BaseUrl => new($"{(_certificate is null ? "http" : "https")}://localhost:{Port}");

    /// <summary>The heads of all requests so far: request line and headers.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Waits until a request has come and as much of the reply as there is has been sent.</summary>
    public async Task AnsweredAsync() => Assert.True(await _answered.WaitAsync(TimeSpan.FromSeconds(60)), "no request came");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Stop();
        await Task.WhenAll(_serving);
        _stop.Dispose();
        _answered.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                _serving.Add(ServeAsync(client));
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var closing = client;
        try
        {
            Stream stream = client.GetStream();
            if (_certificate is not null)
            {
                var secure = new SslStream(stream);
                await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stop.Token);
                stream = secure;
            }

            await using var closingStream = stream;
            if (await ReadHeadAsync(stream) is not { } head)
                return;
            _requests.Enqueue(head);
            await Reply(stream, () => _answered.Release(), _stop.Token);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or AuthenticationException)
        {
            // The other side went away, as it does in half of these tests.
        }
    }

    private async Task<string?> ReadHeadAsync(Stream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0)
                return null;
            head.Append((char)one[0]);
        }

        return head.ToString();
    }
}

/// <summary>A loopback port that refuses every connection, and that nobody else can take meanwhile: bound, never listening.</summary>
public sealed class ClosedPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public ClosedPort() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public Uri Url => new($"http://localhost:{Port}");

    public void Dispose() => _socket.Dispose();
}

/// <summary>What a venue does with a request. Calls <paramref name="sent"/> when it has sent what it will send for now.</summary>
public delegate Task Reply(Stream stream, Action sent, CancellationToken stop);

/// <summary>What venues do.</summary>
public static class Replies
{
    public static Reply Json(string body, int status = 200, params string[] headers) =>
        Raw(Encoding.UTF8.GetBytes(Head(status, ["Content-Type: application/json", $"Content-Length: {Encoding.UTF8.GetByteCount(body)}", .. headers]) + body));

    public static Reply Html(int status = 200) => (stream, sent, stop) =>
    {
        const string body = "<html><body><h1>Welcome to nginx</h1></body></html>";
        return Raw(Encoding.UTF8.GetBytes(Head(status, ["Content-Type: text/html", $"Content-Length: {body.Length}"]) + body))(stream, sent, stop);
    };

    public static Reply BinanceTime(DateTimeOffset now) => Json($$"""{"serverTime":{{now.ToUnixTimeMilliseconds()}}}""");

    public static Reply Redirect(string location) => Json("{}", 302, $"Location: {location}");

    public static Reply Hang { get; } = async (_, sent, stop) =>
    {
        sent();
        await Task.Delay(Timeout.Infinite, stop);
    };

    public static Reply SlowBody { get; } = async (stream, sent, stop) =>
    {
        await stream.WriteAsync(Encoding.UTF8.GetBytes(Head(200, ["Content-Length: 100"]) + "{\"serverTime\":"), stop);
        await stream.FlushAsync(stop);
        sent();
        await Task.Delay(Timeout.Infinite, stop);
    };

    public static Reply EndlessBody { get; } = async (stream, sent, stop) =>
    {
        sent();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(Head(200, ["Content-Type: application/json"]) + "["), stop);
        var more = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("1,", 8 * 1024)));
        // Until the other side has had enough.
        while (true)
            await stream.WriteAsync(more, stop);
    };

    /// <summary>Closes the connection without a word.</summary>
    public static Reply Nothing { get; } = (_, sent, _) =>
    {
        sent();
        return Task.CompletedTask;
    };

    public static Reply Raw(byte[] bytes) => async (stream, sent, stop) =>
    {
        await stream.WriteAsync(bytes, stop);
        await stream.FlushAsync(stop);
        sent();
    };

    private static string Head(int status, string[] headers) =>
        $"HTTP/1.1 {status} Whatever\r\nConnection: close\r\n{string.Concat(headers.Select(header => $"{header}\r\n"))}\r\n";
}
