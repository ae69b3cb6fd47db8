namespace Exporter.Web;

/// <summary>
/// The runbooks, carried inside the program: at 3 a.m., on a phone, behind a tunnel, the page that says what to do must not be on
/// another server.
/// </summary>
internal static class Runbooks
{
    private const string Prefix = "runbooks/";

    public static void MapRunbooks(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/runbooks/", Index);
        routes.MapGet("/runbooks/{name}", Page);

        static Task Index(HttpContext context)
        {
            context.Response.ContentType = "text/plain; charset=utf-8";
            var names = EmbeddedFile.Names
                .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal);
            return context.Response.WriteAsync(
                $"Runbooks, one per alert:\n\n{string.Join('\n', names.Select(name => $"  /{name}"))}\n", context.RequestAborted);
        }

        static Task Page(HttpContext context) =>
            EmbeddedFile.WriteAsync(context, Prefix + (context.Request.RouteValues["name"] as string));
    }
}
