namespace Exporter.Web;

/// <summary>Applies the access rules to every request, also to those that no endpoint answers.</summary>
internal static class AccessMiddleware
{
    public static IApplicationBuilder UseAccessRules(this IApplicationBuilder app, AccessRules rules) => app.Use((context, next) =>
    {
        var access = context.GetEndpoint()?.Metadata.GetMetadata<AccessMetadata>()?.Access ?? Access.LocalOrToken;
        if (rules.Refuse(context, access) is not { } refusal)
        {
            return next(context);
        }

        if (refusal.Status == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"tradingbot_exporter\"";
        }

        return Problems.WriteAsync(context, refusal.Status, refusal.Detail, refusal.TokenFile);
    });

    /// <summary>Says who may GET an endpoint.</summary>
    public static TBuilder WithAccess<TBuilder>(this TBuilder builder, Access access)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new AccessMetadata(access));

    private sealed record AccessMetadata(Access Access);
}
