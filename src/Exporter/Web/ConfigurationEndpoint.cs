namespace Exporter.Web;

/// <summary><c>/config</c>: the configuration that holds, for those with a token.</summary>
public static class ConfigurationEndpoint
{
    /// <param name="print">The configuration as JSON, its secrets masked.</param>
    public static void MapConfiguration(this IEndpointRouteBuilder routes, Func<string> print) =>
        routes.MapMethods("/config", [HttpMethods.Get, HttpMethods.Head], (HttpContext context) =>
        {
            context.Response.ContentType = "application/json; charset=utf-8";
            return context.Response.WriteAsync(print(), context.RequestAborted);
        }).WithAccess(Access.Token);
}
