using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Demo.Venues;

/// <summary>An exchange's public endpoint. It answers as Binance and BloFin do, or as <see cref="Mood"/> says.</summary>
/// <param name="certificate">With one it speaks HTTPS.</param>
/// <param name="at">Null: any free port of 127.0.0.1.</param>
internal sealed class SimulatedExchange(X509Certificate2? certificate, TimeProvider time, IPEndPoint? at = null) : IAsyncDisposable
{
    private IPEndPoint? _at = at;
    private readonly X509Certificate2? _own = certificate;
    private X509Certificate2? _shown = certificate;
    private volatile ExchangeMood _mood = ExchangeMood.Working;
    private Loopback? _server;
    private int _calls;

    public ExchangeMood Mood
    {
        get => _mood;
        set => _mood = value;
    }

    /// <summary>Stays the same through <see cref="UnplugAsync"/> and <see cref="PlugInAsync"/>.</summary>
    public Uri Address { get; private set; } = new("https://127.0.0.1:0/");

    /// <summary>How many requests it has answered.</summary>
    public int Calls => Volatile.Read(ref _calls);

    public async Task PlugInAsync(CancellationToken cancellation)
    {
        if (_server is null)
        {
            _server = await Loopback.StartAsync(_shown, app => app.Run(AnswerAsync), cancellation, _at);
            Address = _server.Address;
            _at ??= new IPEndPoint(IPAddress.Loopback, Address.Port);
        }
    }

    /// <summary>Nobody listens any more: connections are refused.</summary>
    public async Task UnplugAsync()
    {
        if (Interlocked.Exchange(ref _server, null) is { } server)
        {
            await server.DisposeAsync();
        }
    }

    /// <summary>Shows a certificate that is valid for so long, reissued from its own; null: its own again.</summary>
    public async Task ShowCertificateAsync(TimeSpan? validFor, CancellationToken cancellation)
    {
        var own = _own ?? throw new InvalidOperationException("An exchange that speaks plain HTTP has no certificate to show.");
        _shown = validFor is { } left ? LoopbackCertificate.Reissue(own, time.GetUtcNow(), left) : own;
        await UnplugAsync();
        await PlugInAsync(cancellation);
    }

    public async ValueTask DisposeAsync() => await UnplugAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref _calls);
        var mood = _mood;
        await Task.Delay(mood.Delay, time, context.RequestAborted);
        var response = context.Response;
        response.StatusCode = mood.Status;
        if (mood.RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = ((int)wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        // An hour and more ahead on purpose in some moods: the exporter compares its own clock with this.
        // The exchange's clock is told twice: by the answer's data, and by the header that presets without an exact time go by.
        context.Response.Headers.Date = (time.GetUtcNow() + mood.ClockAhead).ToString("r", CultureInfo.InvariantCulture);
        var serverTime = (time.GetUtcNow() + mood.ClockAhead).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        response.ContentType = mood.ContentType;
        await response.WriteAsync(
            mood.Body ?? $$"""{"code":"0","msg":"success","serverTime":{{serverTime}},"data":[{"ts":"{{serverTime}}"}]}""",
            context.RequestAborted);
    }
}

/// <summary>How the exchange answers.</summary>
internal sealed record ExchangeMood
{
    public static ExchangeMood Working { get; } = new();

    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>Null: a good answer.</summary>
    public string? Body { get; init; }

    public string ContentType { get; init; } = "application/json";

    public TimeSpan? RetryAfter { get; init; }

    public TimeSpan Delay { get; init; }

    /// <summary>How far the venue's clock is ahead of ours.</summary>
    public TimeSpan ClockAhead { get; init; }
}
