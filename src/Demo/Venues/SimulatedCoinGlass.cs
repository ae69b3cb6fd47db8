using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Demo.Venues;

/// <summary>CoinGlass' API. It wants the key in <c>CG-API-KEY</c> and says <c>code</c> <c>"0"</c> when all is well.</summary>
internal sealed class SimulatedCoinGlass(X509Certificate2? certificate, IPEndPoint? at = null) : IAsyncDisposable
{
    public const string Key = "demo-coinglass-key";

    private volatile bool _rejecting;
    private Loopback? _server;

    public Uri Address => _server?.Address ?? throw new InvalidOperationException("The simulated CoinGlass has not been started.");

    /// <summary>It answers 200 with an error inside, as when a plan has run out.</summary>
    public bool Rejecting
    {
        get => _rejecting;
        set => _rejecting = value;
    }

    public async Task StartAsync(CancellationToken cancellation) =>
        _server = await Loopback.StartAsync(certificate, app => app.Run(AnswerAsync), cancellation, at);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    private Task AnswerAsync(HttpContext context)
    {
        var known = context.Request.Headers["CG-API-KEY"] == Key;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(
            (known, _rejecting) switch
            {
                (false, _) => """{"code":"30001","msg":"API key missing."}""",
                (_, true) => """{"code":"40001","msg":"Upgrade plan."}""",
                _ => """{"code":"0","msg":"success","data":["BTC","ETH"]}""",
            },
            context.RequestAborted);
    }
}
