using System.Collections.Concurrent;
using Exporter.Healing;
using Exporter.Healing.Engine;

namespace Exporter.Alertmanager;

/// <summary>
/// <c>POST /heal</c>. Alertmanager comes again after a 5xx and never after a 4xx (429 included), so: 202 only when everything is durable,
/// 503 for what time mends, 4xx for what a person must mend. Who may call is decided before a request comes here.
/// </summary>
public static partial class WebhookEndpoint
{
    public const string Path = "/heal";

    public static IEndpointConventionBuilder MapWebhook(
        this IEndpointRouteBuilder routes, HealingEngine engine, WebhookMetrics metrics, ILoggerFactory loggers)
    {
        var webhook = new Webhook(engine, metrics, loggers.CreateLogger(typeof(WebhookEndpoint).FullName!));
        return routes.MapPost(Path, webhook.AnswerAsync);
    }

    private sealed class Webhook(HealingEngine engine, WebhookMetrics metrics, ILogger logger)
    {
        /// <summary>A label that changes all the time must not fill the log: after so many different ones nobody learns from another.</summary>
        private const int MaxStrangers = 100;

        private readonly ConcurrentDictionary<(string Action, string Bot), bool> _strangers = [];

        public async Task AnswerAsync(HttpContext context)
        {
            var request = await WebhookReader.ReadAsync(context.Request, context.RequestAborted);
            if (request is not WebhookRequest.Read read)
            {
                var (status, detail) = (WebhookRequest.Broken)request;
                Log.Broken(logger, status, detail);
                await WebhookAnswers.ProblemAsync(context, status, detail);
                return;
            }

            if (read.Watchdog)
                engine.AlertingPath.HeardWatchdog();
            if (read.Truncated > 0)
            {
                metrics.Truncated(read.Truncated);
                Log.Truncated(logger, read.Truncated);
            }

            var receipt = await engine.ReceiveAsync(read.Alerts, context.RequestAborted);
            for (var i = 0; i < receipt.Dispositions.Length; i++)
            {
                if (receipt.Dispositions[i] is Disposition.UnknownAction or Disposition.UnknownBot)
                    TellOfStranger(read.Alerts[i]);
            }

            await (receipt.ComeAgain is { } why
                ? WebhookAnswers.ProblemAsync(context, StatusCodes.Status503ServiceUnavailable, why)
                : WebhookAnswers.AcceptedAsync(context, receipt));
        }

        private void TellOfStranger(ReceivedAlert alert)
        {
            var (action, bot) = (Plain.Text(alert.Action, 60), Plain.Text(alert.Bot, 60));
            if (_strangers.Count < MaxStrangers && _strangers.TryAdd((action, bot), true))
                Log.Stranger(logger, action, bot);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, EventName = "WebhookBroken", Message = "A webhook was answered {Status}: {Detail}")]
        public static partial void Broken(ILogger logger, int status, string detail);

        [LoggerMessage(Level = LogLevel.Warning, EventName = "WebhookTruncated",
            Message = "Alertmanager left {Count} alerts out of a webhook (max_alerts); they are healed only when it sends them")]
        public static partial void Truncated(ILogger logger, long count);

        [LoggerMessage(Level = LogLevel.Warning, EventName = "WebhookStranger",
            Message = "An alert asks for the action '{Action}' of the bot '{Bot}', and one of them is not configured here")]
        public static partial void Stranger(ILogger logger, string action, string bot);
    }
}
