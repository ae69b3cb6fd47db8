using System.Collections.Immutable;
using Microsoft.AspNetCore.Connections.Features;

namespace Exporter.Web;

/// <summary>
/// Decides who may ask what. Browsers are the danger on a loopback address: any page can send requests there, and DNS rebinding
/// makes the answer readable. So a request is local only when it names this host in its Host header and came through no proxy, and
/// a request that changes something must not come from another site.
/// </summary>
public sealed class AccessRules(WebOptions options, BearerTokens tokens, Sessions sessions)
{
    private static readonly ImmutableArray<string> LoopbackNames = ["localhost", "127.0.0.1", "[::1]"];

    /// <summary>A request is refused with a status and a sentence for whoever mends it.</summary>
    public sealed record Refusal(int Status, string Detail);

    /// <summary>Null when the request may go on to an endpoint with this access.</summary>
    public Refusal? Refuse(HttpContext context, Access access) =>
        IsSafe(context.Request.Method) ? RefuseReading(context, access) : RefuseChanging(context, access);

    /// <summary>
    /// Came to a loopback listener, under a name of this host, and through no proxy. Whatever a proxy passes on comes from loopback
    /// too, hence its headers.
    /// </summary>
    public bool IsLocal(HttpContext context)
    {
        var request = context.Request;
        return context.Features.Get<IConnectionItemsFeature>()?.Items.ContainsKey(LoopbackListener.Mark) == true
            && IsOwnName(request.Host.Host)
            && !request.Headers.Keys.Any(IsForwarded);
    }

    public bool ShowsToken(HttpContext context) => tokens.Accept(context.Request.Headers.Authorization);

    /// <summary>Whether the request may read everything: it is local, shows a token, or belongs to a session.</summary>
    public bool MayRead(HttpContext context) => IsLocal(context) || ShowsToken(context) || sessions.Find(context) is not null;

    private Refusal? RefuseReading(HttpContext context, Access access)
    {
        var open = access switch
        {
            Access.Anyone => true,
            Access.Metrics => !options.ProtectMetrics,
            Access.Page => tokens.Configured,
            _ => false,
        };
        return open || MayRead(context) ? null : NotLocal(context);
    }

    private Refusal? RefuseChanging(HttpContext context, Access access)
    {
        var request = context.Request;
        if (request.Headers.Origin is [{ Length: > 0 } origin, ..] && !IsOwnOrigin(origin, request.Host.Value))
        {
            return new(StatusCodes.Status403Forbidden, "The request comes from a page of another site (its Origin is not this host).");
        }

        if (request.Headers["Sec-Fetch-Site"] == "cross-site")
        {
            return new(StatusCodes.Status403Forbidden, "The request comes from a page of another site (Sec-Fetch-Site: cross-site).");
        }

        var allowed = tokens.Configured ? access == Access.Form || ShowsToken(context) : IsLocal(context);
        return allowed ? null : NotLocal(context);
    }

    private Refusal NotLocal(HttpContext context)
    {
        if (tokens.Configured)
        {
            return context.Request.Headers.Authorization.Count == 0
                ? new(StatusCodes.Status401Unauthorized, "This needs a token: send it as Authorization: Bearer TOKEN.")
                : new(StatusCodes.Status401Unauthorized, "The Authorization header shows no valid token: Bearer TOKEN, with a token of the files given by --web.token-file.");
        }

        return new(
            StatusCodes.Status403Forbidden,
            "This answers only local requests: to a loopback address, under the name localhost, 127.0.0.1, [::1] or one of Web:AllowedHosts, and through no proxy. To ask from elsewhere configure a token with --web.token-file.");
    }

    private bool IsOwnName(string host) =>
        LoopbackNames.Contains(host, StringComparer.OrdinalIgnoreCase) || options.AllowedHosts.Contains(host, StringComparer.OrdinalIgnoreCase);

    /// <summary>The scheme is left out: a proxy may end TLS, and no page of ours is served under two schemes.</summary>
    private static bool IsOwnOrigin(string origin, string? host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https"
        && string.Equals(uri.IsDefaultPort ? uri.Host : uri.Authority, host, StringComparison.OrdinalIgnoreCase);

    private static bool IsForwarded(string header) =>
        header.Equals("Forwarded", StringComparison.OrdinalIgnoreCase) || header.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase);

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);
}
