namespace Exporter.Web.StatusPage;

/// <summary>The page itself, and the few fixed files that it loads.</summary>
internal static class StatusPageEndpoints
{
    /// <summary>Its own style and script, its own forms, and nothing from anywhere else.</summary>
    internal const string ContentSecurityPolicy =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private const string Html = "text/html; charset=utf-8";

    public static void MapStatusPage(this IEndpointRouteBuilder routes, Latest latest, StatusPageModel model, AccessRules access, Sessions sessions, StatusPageForms forms)
    {
        routes.MapGet("/", Page).WithAccess(Access.Page);
        foreach (var asset in (string[])["status.css", "status.js", "icon.svg"])
        {
            routes.MapGet($"/assets/{asset}", Asset(asset)).WithAccess(Access.Anyone);
        }

        routes.MapPost("/ui/sign-in", new RequestDelegate(forms.SignInAsync)).WithAccess(Access.Form);
        routes.MapPost("/ui/sign-out", new RequestDelegate(forms.SignOutAsync)).WithAccess(Access.Form);
        routes.MapPost("/ui/heal", new RequestDelegate(forms.HealAsync)).WithAccess(Access.Form);
        routes.MapPost("/ui/pause", new RequestDelegate(forms.PauseAsync)).WithAccess(Access.Form);
        routes.MapPost("/ui/resume", new RequestDelegate(forms.ResumeAsync)).WithAccess(Access.Form);

        async Task Page(HttpContext context)
        {
            context.Response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
            if (!access.MayRead(context))
            {
                context.Response.ContentType = Html;
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                await SignIn.Create("").RenderAsync(context.Response.BodyWriter, cancellationToken: context.RequestAborted);
                return;
            }

            if (await latest.GetAsync(context) is not { } snapshot)
            {
                return;
            }

            context.Response.ContentType = Html;
            var notice = sessions.TakeNotice(context);
            var page = await model.BuildAsync(snapshot, sessions.Find(context), notice, context.RequestAborted);
            await Status.Create(page).RenderAsync(context.Response.BodyWriter, cancellationToken: context.RequestAborted);
        }

        static RequestDelegate Asset(string name) => context => EmbeddedFile.WriteAsync(context, name);
    }
}
