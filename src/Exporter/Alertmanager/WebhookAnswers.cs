using System.Text.Json.Serialization;
using Exporter.Healing;
using Microsoft.AspNetCore.WebUtilities;

namespace Exporter.Alertmanager;

/// <summary>What the webhook answers: how many alerts met which fate, or a problem (RFC 9457) that says what to mend.</summary>
internal static class WebhookAnswers
{
    public static Task AcceptedAsync(HttpContext context, Receipt receipt)
    {
        int Count(Disposition disposition) => receipt.Dispositions.Count(candidate => candidate == disposition);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        return context.Response.WriteAsJsonAsync(
            new WebhookAnswer(
                Count(Disposition.Accepted), Count(Disposition.Duplicate), Count(Disposition.Cooldown), Count(Disposition.Refused),
                Count(Disposition.UnknownAction), Count(Disposition.UnknownBot), Count(Disposition.Resolved)),
            WebhookAnswersJsonContext.Default.WebhookAnswer,
            contentType: null,
            context.RequestAborted);
    }

    public static Task ProblemAsync(HttpContext context, int status, string detail)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(
            new WebhookProblem("about:blank", ReasonPhrases.GetReasonPhrase(status), status, detail),
            WebhookAnswersJsonContext.Default.WebhookProblem,
            "application/problem+json",
            context.RequestAborted);
    }
}

internal sealed record WebhookAnswer(int Accepted, int Duplicate, int Cooldown, int Refused, int UnknownAction, int UnknownBot, int Resolved);

internal sealed record WebhookProblem(string Type, string Title, int Status, string Detail);

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(WebhookAnswer))]
[JsonSerializable(typeof(WebhookProblem))]
internal sealed partial class WebhookAnswersJsonContext : JsonSerializerContext;
