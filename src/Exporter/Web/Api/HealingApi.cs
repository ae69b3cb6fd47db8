using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Exporter.Healing;
using Exporter.Healing.Engine;
using Exporter.Healing.Guards;
using Exporter.Healing.Ledger;

namespace Exporter.Web.Api;

/// <summary>What was healed, healing by hand, and pauses. Who may ask is decided before a request comes here.</summary>
public static class HealingApi
{
    private const int MaxBodyBytes = 16 * 1024;

    public static void Map(IEndpointRouteBuilder routes, HealingEngine engine, HealingHistory history, TimeProvider time)
    {
        var api = new Api(engine, history, time);
        routes.MapGet("/api/v1/healings", api.HealingsAsync);
        routes.MapGet("/api/v1/healings/{id:long}", api.HealingAsync);
        routes.MapPost("/api/v1/heal/{action}", api.HealAsync);
        routes.MapGet("/api/v1/pauses", api.PausesAsync);
        routes.MapPost("/api/v1/pauses", api.PauseAsync);
        routes.MapDelete("/api/v1/pauses/{id:long}", api.LiftAsync);
    }

    private sealed class Api(HealingEngine engine, HealingHistory history, TimeProvider time)
    {
        public Task HealingsAsync(HttpContext context) => GuardedAsync(context, async () =>
        {
            if (!HealingQueryReader.TryRead(context.Request.Query, out var query, out var mistake))
            {
                await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, mistake);
                return;
            }

            // One more than asked for tells whether there is a next page.
            var found = await Task.Run(() => history.Find(query with { Limit = query.Limit + 1 }), context.RequestAborted);
            var page = found.Take(query.Limit).ToImmutableArray();
            var next = found.Length > query.Limit ? page[^1].Healing.Id.ToString(CultureInfo.InvariantCulture) : null;
            await WriteAsync(
                context, StatusCodes.Status200OK, new HealingsDocument([.. page.Select(entry => HealingDocument.Of(entry.Healing, entry.Steps))], next),
                HealingJson.Default.HealingsDocument);
        });

        public Task HealingAsync(HttpContext context) => GuardedAsync(context, async () =>
        {
            var id = long.Parse((string)context.GetRouteValue("id")!, CultureInfo.InvariantCulture);
            await (await Task.Run(() => history.Get(id), context.RequestAborted) is { } entry
                ? WriteAsync(context, StatusCodes.Status200OK, HealingDocument.Of(entry.Healing, entry.Steps), HealingJson.Default.HealingDocument)
                : Problems.WriteAsync(context, StatusCodes.Status404NotFound, $"There is no healing {id}."));
        });

        public Task HealAsync(HttpContext context) => GuardedAsync(context, async () =>
        {
            if (await ReadAsync(context, HealingJson.Default.HealRequest) is not { } body)
                return;
            if (body.Bot is not { Length: > 0 } bot)
            {
                await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, "Say which bot: {\"bot\": \"NAME\"}.");
                return;
            }

            var request = new ManualRequest(
                (string)context.GetRouteValue("action")!, bot, body.Target ?? "", body.DryRun, [.. body.Confirm?.Where(name => !string.IsNullOrWhiteSpace(name)) ?? []]);
            switch (await engine.AskAsync(request, context.RequestAborted))
            {
                case ManualReceipt.Accepted { Healing: var healing }:
                    context.Response.Headers.Location = $"/api/v1/healings/{healing.Id}";
                    await WriteAsync(context, StatusCodes.Status202Accepted, HealingDocument.Of(healing, []), HealingJson.Default.HealingDocument);
                    break;
                case ManualReceipt.UnderWay { Healing: var healing }:
                    context.Response.Headers.Location = $"/api/v1/healings/{healing.Id}";
                    await WriteAsync(context, StatusCodes.Status200OK, HealingDocument.Of(healing, []), HealingJson.Default.HealingDocument);
                    break;
                case ManualReceipt.UnknownAction { Reason: var reason }:
                    await Problems.WriteAsync(context, StatusCodes.Status404NotFound, reason);
                    break;
                case ManualReceipt.UnknownBot { Reason: var reason }:
                    await Problems.WriteAsync(context, StatusCodes.Status404NotFound, reason);
                    break;
                case ManualReceipt.UnknownTarget { Reason: var reason }:
                    await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, reason);
                    break;
                case ManualReceipt.Busy { Reason: var reason }:
                    await Problems.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, reason);
                    break;
            }
        });

        public Task PausesAsync(HttpContext context) => GuardedAsync(context, async () =>
        {
            var holding = await engine.Pauses.HoldingAsync(context.RequestAborted);
            await WriteAsync(context, StatusCodes.Status200OK, new PausesDocument([.. holding.Select(PauseDocument.Of)]), HealingJson.Default.PausesDocument);
        });

        public Task PauseAsync(HttpContext context) => GuardedAsync(context, async () =>
        {
            if (await ReadAsync(context, HealingJson.Default.PauseRequest) is not { } body)
                return;
            if (Mistake(body) is { } mistake)
            {
                await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, mistake);
                return;
            }

            var pause = await engine.Pauses.AddAsync(body.Reason!, [.. body.Bots ?? []], [.. body.Actions ?? []], body.Until, context.RequestAborted);
            context.Response.Headers.Location = $"/api/v1/pauses/{pause.Id}";
            await WriteAsync(context, StatusCodes.Status201Created, PauseDocument.Of(pause), HealingJson.Default.PauseDocument);
        });

        public Task LiftAsync(HttpContext context) => GuardedAsync(context, async () =>
        {
            var id = long.Parse((string)context.GetRouteValue("id")!, CultureInfo.InvariantCulture);
            if (id == Pause.File)
                await Problems.WriteAsync(context, StatusCodes.Status409Conflict, "That pause is a file: delete the file to lift it.");
            else if (await engine.Pauses.LiftAsync(id, context.RequestAborted))
                context.Response.StatusCode = StatusCodes.Status204NoContent;
            else
                await Problems.WriteAsync(context, StatusCodes.Status404NotFound, $"No pause {id} holds.");
        });

        /// <summary>A typing error here would leave something unpaused that a person believes paused.</summary>
        private string? Mistake(PauseRequest body)
        {
            var setup = engine.Setup;
            return string.IsNullOrWhiteSpace(body.Reason) ? "Say why: {\"reason\": \"…\"}. Who finds healing paused wants to know."
                : body.Bots?.Find(bot => !setup.Knows(bot)) is not null ? $"\"bots\" names a bot that is not configured. Known: {string.Join(", ", setup.Bots)}."
                : body.Actions?.Find(action => setup.Find(action) is null) is not null
                    ? $"\"actions\" names an action that there is not. Known: {string.Join(", ", setup.Actions.Select(action => action.Spec.Name))}."
                : body.Until <= time.GetUtcNow() ? "\"until\" has passed already."
                : null;
        }
    }

    private static async Task GuardedAsync(HttpContext context, Func<Task> answer)
    {
        try
        {
            await answer();
        }
        catch (LedgerException e)
        {
            await Problems.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, e.Message);
        }
    }

    /// <summary>Null when the problem has been answered.</summary>
    private static async Task<T?> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        if (!context.Request.HasJsonContentType())
        {
            await Problems.WriteAsync(context, StatusCodes.Status415UnsupportedMediaType, "Send Content-Type: application/json.");
            return null;
        }

        var body = new byte[MaxBodyBytes + 1];
        var length = await context.Request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, context.RequestAborted);
        if (length > MaxBodyBytes)
        {
            await Problems.WriteAsync(context, StatusCodes.Status413PayloadTooLarge, "The body is larger than 16 KiB.");
            return null;
        }

        try
        {
            if (JsonSerializer.Deserialize(body.AsSpan(0, length), type) is { } read)
                return read;
        }
        catch (JsonException e)
        {
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, $"The body cannot be read{(e.Path is { } path ? $" at {path}" : "")}; see /api/v1/openapi.json.");
            return null;
        }

        await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, "The body must be a JSON object.");
        return null;
    }

    private static Task WriteAsync<T>(HttpContext context, int status, T document, JsonTypeInfo<T> type)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.CacheControl = "no-cache";
        return context.Response.WriteAsJsonAsync(document, type, contentType: null, context.RequestAborted);
    }
}
