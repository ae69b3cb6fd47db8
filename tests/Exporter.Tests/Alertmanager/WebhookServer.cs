using System.Text;
using Exporter.Alertmanager;
using Exporter.Healing;
using Exporter.Healing.Ledger;
using Exporter.Tests.Healing;
using Exporter.Web.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;

namespace Exporter.Tests.Alertmanager;

/// <summary>The healing endpoint and the healing API on a real loopback port, in front of a real engine.</summary>
internal sealed class WebhookServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WebhookServer(WebApplication app, HealingWorld world)
    {
        _app = app;
        World = world;
        Client = new HttpClient { BaseAddress = Address };
    }

    public HealingWorld World { get; }

    public HttpClient Client { get; }

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public static async Task<WebhookServer> StartAsync(HealingWorld? world = null)
    {
        world ??= new HealingWorld();
        world.Health.Break("alpha");
        if (world.Engine is null)
            world.Start();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var metrics = new WebhookMetrics(Prometheus.Metrics.WithCustomRegistry(world.Registry));
        WebhookMetrics.Use(app, metrics);
        app.UseRouting();
        app.MapWebhook(world.Engine!, metrics, NullLoggerFactory.Instance);
        HealingApi.Map(app, world.Engine!, new HealingHistory(world.LedgerPath), world.Time);
        await app.StartAsync();
        return new WebhookServer(app, world);
    }

    public Task<HttpResponseMessage> PostAsync(string body, string contentType = "application/json") =>
        Client.PostAsync("/heal", new StringContent(body, Encoding.UTF8, contentType));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        await World.DisposeAsync();
    }
}
