using System.Text.Json.Serialization;
using Microsoft.AspNetCore.WebUtilities;

namespace Exporter.Web;

/// <summary>Errors as RFC 9457 problem details, which say what to mend.</summary>
public static class Problems
{
    public const string ContentType = "application/problem+json";

    /// <summary>Answers with a problem. <paramref name="detail"/> is a sentence for a person and never holds a secret.</summary>
    public static Task WriteAsync(HttpContext context, int status, string detail)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(
            new Problem("about:blank", ReasonPhrases.GetReasonPhrase(status), status, detail),
            ProblemJsonContext.Default.Problem,
            ContentType,
            context.RequestAborted);
    }
}

/// <param name="Type">"about:blank": the status code says it all.</param>
internal sealed record Problem(string Type, string Title, int Status, string Detail);

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Problem))]
internal sealed partial class ProblemJsonContext : JsonSerializerContext;
