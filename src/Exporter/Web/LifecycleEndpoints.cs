namespace Exporter.Web;

/// <summary>Endpoints that Prometheus' own programs have: is it alive, can it be asked, read your configuration again.</summary>
public static class LifecycleEndpoints
{
    public const string NotReady = "The first evaluation is not done yet.";

    /// <param name="ready">Whether the first evaluation is done.</param>
    /// <param name="reload">Reads the configuration again; answers with what is wrong, or null when it holds now.</param>
    public static void MapLifecycle(this IEndpointRouteBuilder routes, Func<bool> ready, Func<CancellationToken, Task<string?>> reload)
    {
        string[] reading = [HttpMethods.Get, HttpMethods.Head];
        routes.MapMethods("/-/healthy", reading, (HttpContext context) => Text(context, "tradingbot_exporter is healthy.\n"))
            .WithAccess(Access.Anyone);
        routes.MapMethods("/-/ready", reading, (HttpContext context) => ready()
            ? Text(context, "tradingbot_exporter is ready.\n")
            : Problems.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, NotReady))
            .WithAccess(Access.Anyone);
        routes.MapPost("/-/reload", async (HttpContext context) =>
        {
            // As Prometheus: 500 when the new configuration does not hold.
            if (await reload(context.RequestAborted) is { } wrong)
            {
                await Problems.WriteAsync(context, StatusCodes.Status500InternalServerError, wrong);
            }
            else
            {
                await Text(context, "The configuration was read again.\n");
            }
        });
    }

    private static Task Text(HttpContext context, string text)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
