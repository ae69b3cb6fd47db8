using System.Globalization;
using Prometheus;

namespace Exporter.Alertmanager;

/// <summary>What the healing endpoint counts about itself.</summary>
public sealed class WebhookMetrics
{
    private readonly Counter _requests;
    private readonly Counter _truncated;

    public WebhookMetrics(IMetricFactory factory)
    {
        _requests = factory.CreateCounter("tradingbot_webhook_requests_total", "Requests to the healing endpoint, by the status code of the answer.", ["code"]);
        _truncated = factory.CreateCounter("tradingbot_alerts_truncated_total", "Alerts that Alertmanager left out of its webhooks because of max_alerts.");
        foreach (var code in (ReadOnlySpan<int>)[202, 400, 401, 403, 413, 415, 503])
            _requests.WithLabels(code.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Counts every answer of the endpoint, those of the access rules included: place it before them.</summary>
    public static void Use(IApplicationBuilder app, WebhookMetrics metrics) => app.Use(async (context, next) =>
    {
        if (!HttpMethods.IsPost(context.Request.Method) || !context.Request.Path.Equals(WebhookEndpoint.Path, StringComparison.Ordinal))
        {
            await next(context);
            return;
        }

        try
        {
            await next(context);
        }
        catch
        {
            metrics.Answered(StatusCodes.Status500InternalServerError);
            throw;
        }

        metrics.Answered(context.Response.StatusCode);
    });

    private void Answered(int status) => _requests.WithLabels(status.ToString(CultureInfo.InvariantCulture)).Inc();

    internal void Truncated(long count) => _truncated.Inc(count);
}
