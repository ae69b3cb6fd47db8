using Exporter.Checks;
using Exporter.Evaluation;

namespace Exporter.Web.Api;

/// <summary>
/// <c>GET /api/v1/bots/NAME/alive</c>, for what restarts things: 200 while the bot beats, 503 with the sentence when it does not, or when
/// nobody can see whether it does. Alive says nothing of profit, nor of whether it can trade.
/// </summary>
internal static class AliveApi
{
    public static void Map(IEndpointRouteBuilder routes, Latest latest) => routes.MapGet("/api/v1/bots/{name}/alive", async (HttpContext context) =>
    {
        if (await latest.GetAsync(context) is not { } snapshot)
        {
            return;
        }

        var name = (string)context.GetRouteValue("name")!;
        if (snapshot.Find(name)?.Find(BotHeartbeat.Definition.Name) is not { Result.Enabled: true } beat)
        {
            await Problems.WriteAsync(context, StatusCodes.Status404NotFound, $"No bot {Phrase.Word(name)} is watched whose heartbeat is known.");
            return;
        }

        context.Response.StatusCode = beat.Result.Status is CheckStatus.Ok or CheckStatus.Warning ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsync(beat.Result.Reason + "\n", context.RequestAborted);
    }).WithAccess(Access.Anyone);
}
