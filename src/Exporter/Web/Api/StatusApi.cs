using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Exporter.Evaluation;
using Microsoft.Net.Http.Headers;

namespace Exporter.Web.Api;

/// <summary>The read-only JSON API over the latest evaluation. Reads cost an evaluation only when the last one is old.</summary>
public static class StatusApi
{
    public static void Map(IEndpointRouteBuilder routes, Latest latest, Func<ImmutableArray<string>> notes)
    {
        routes.MapGet("/api/v1/status", Status);
        routes.MapGet("/api/v1/blockers", Blockers);
        routes.MapGet("/api/v1/failure-points", FailurePoints);
        routes.MapGet("/api/v1/openapi.json", OpenApi);

        async Task Status(HttpContext context)
        {
            if (await latest.GetAsync(context) is { } snapshot)
            {
                await WriteAsync(context, StatusDocument.Of(snapshot, notes()), ApiJson.Default.StatusDocument);
            }
        }

        async Task Blockers(HttpContext context)
        {
            if (await latest.GetAsync(context) is { } snapshot)
            {
                await WriteAsync(context, BlockersDocument.Of(snapshot), ApiJson.Default.BlockersDocument);
            }
        }

        static Task FailurePoints(HttpContext context) =>
            WriteAsync(context, FailurePointsDocument.OfCatalogue(), ApiJson.Default.FailurePointsDocument);

        static Task OpenApi(HttpContext context) => EmbeddedFile.WriteAsync(context, "openapi.json");
    }

    // A strong tag over the very bytes: equal answers are equal tags, also across restarts (RFC 9110, section 8.8.3).
    private static async Task WriteAsync<T>(HttpContext context, T document, JsonTypeInfo<T> type)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(document, type);
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 16))}\"");
        context.Response.GetTypedHeaders().ETag = tag;
        context.Response.Headers.CacheControl = "no-cache";
        var asked = context.Request.GetTypedHeaders().IfNoneMatch;
        if (asked.Any(candidate => candidate.Equals(EntityTagHeaderValue.Any) || candidate.Compare(tag, useStrongComparison: false)))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
