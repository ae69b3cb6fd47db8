using System.Net;
using System.Text.Json.Nodes;

namespace Demo.Faults;

/// <summary><c>GET /faults</c> lists them, <c>POST /faults/{name}</c> injects one, <c>DELETE /faults/{name}</c> clears it.</summary>
internal static class FaultDoor
{
    public static Task<Loopback> OpenAsync(FaultBoard board, IPEndPoint at, CancellationToken cancellation) =>
        Loopback.StartAsync(null, app => Map(app, board), cancellation, at);

    public static void Map(WebApplication app, FaultBoard board)
    {
        app.MapGet("/faults", (HttpContext context) => WriteAsync(context, List(board)));
        app.MapPost("/faults/{name}", (HttpContext context, string name) => TurnAsync(context, name, board, true));
        app.MapDelete("/faults/{name}", (HttpContext context, string name) => TurnAsync(context, name, board, false));
    }

    private static async Task TurnAsync(HttpContext context, string name, FaultBoard board, bool on)
    {
        if (board.Faults.FirstOrDefault(candidate => candidate.Name == name) is not { } fault)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            await WriteAsync(context, new JsonObject { ["detail"] = $"There is no fault named {name}. GET /faults lists them." });
            return;
        }

        if (await board.TryTurnAsync(fault, on, context.RequestAborted) is { } whyNot)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await WriteAsync(context, new JsonObject { ["detail"] = whyNot });
            return;
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static JsonArray List(FaultBoard board) =>
    [
        .. board.Faults.Select(fault => new JsonObject
        {
            ["name"] = fault.Name,
            ["check"] = fault.Check,
            ["active"] = board.Active.Contains(fault.Name),
            ["happens"] = fault.Happens,
            ["mends"] = fault.Mends,
        }),
    ];

    private static Task WriteAsync(HttpContext context, JsonNode body)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body.ToJsonString(), context.RequestAborted);
    }
}
