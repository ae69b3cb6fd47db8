using System.Text.Json.Serialization;
using Microsoft.AspNetCore.WebUtilities;

namespace Exporter.Web;

/// <summary>Errors as RFC 9457 problem details, which say what to mend.</summary>
public static class Problems
{
    public const string ContentType = "application/problem+json";

    /// <summary>Answers with a problem. <paramref name="detail"/> is a sentence for a person and never holds a secret.</summary>
    /// <param name="tokenFile">Where somebody on this machine finds the token that is missing.</param>
    public static Task WriteAsync(HttpContext context, int status, string detail, string? tokenFile = null)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(
            new Problem("about:blank", ReasonPhrases.GetReasonPhrase(status), status, detail, tokenFile),
            ProblemJsonContext.Default.Problem,
            ContentType,
            context.RequestAborted);
    }
}

/// <param name="Type">"about:blank": the status code says it all.</param>
internal sealed record Problem(
    string Type, string Title, int Status, string Detail,
    [property: JsonPropertyName("token_file")][property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? TokenFile);

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Problem))]
internal sealed partial class ProblemJsonContext : JsonSerializerContext;
