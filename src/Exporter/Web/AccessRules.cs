using System.Collections.Immutable;
using Microsoft.AspNetCore.Connections.Features;

namespace Exporter.Web;

/// <summary>
/// Decides who may ask what. Browsers are the danger on a loopback address: any page can send requests there, and DNS rebinding
/// makes the answer readable. So a request is local only when it names this host in its Host header, and a request that changes
/// something must not come from another site. A proxy on this host cannot be told from a local client, so that being local permits no
/// change: that needs a token, the owner's or the one that the exporter made.
/// </summary>
public sealed class AccessRules(WebOptions options, BearerTokens tokens, Sessions sessions, WrongTokens wrong)
{
    private static readonly ImmutableArray<string> LoopbackNames = ["localhost", "127.0.0.1", "[::1]"];

    /// <summary>A request is refused with a status and a sentence for whoever mends it.</summary>
    public sealed record Refusal(int Status, string Detail, string? TokenFile = null);

    /// <summary>Null when the request may go on to an endpoint with this access.</summary>
    public Refusal? Refuse(HttpContext context, Access access) =>
        IsSafe(context.Request.Method) ? RefuseReading(context, access) : RefuseChanging(context, access);

    /// <summary>
    /// Came to a loopback listener, under a name of this host, and through no proxy that says so.
    /// </summary>
    public bool IsLocal(HttpContext context)
    {
        var request = context.Request;
        return context.Features.Get<IConnectionItemsFeature>()?.Items.ContainsKey(LoopbackListener.Mark) == true
            && IsOwnName(request.Host.Host)
            // A second line only: the plainest proxies send none of these.
            && !HttpProtocol.IsHttp10(request.Protocol)
            && !request.Headers.Keys.Any(IsForwarded);
    }

    public bool ShowsToken(HttpContext context) => tokens.Accept(context.Request.Headers.Authorization);

    /// <summary>
    /// Whether the request may read the page and the API: it shows a token, or belongs to a session, or, where the owner has configured no
    /// token of his own, is local.
    /// </summary>
    public bool MayRead(HttpContext context) =>
        (tokens is { Configured: false } or { IsMade: true } && IsLocal(context)) || ShowsToken(context) || sessions.Find(context) is not null;

    private Refusal? RefuseReading(HttpContext context, Access access)
    {
        var open = access switch
        {
            Access.Anyone => true,
            Access.Metrics => !options.ProtectMetrics || MayRead(context),
            Access.Page => tokens.Configured || MayRead(context),
            Access.Token => ShowsToken(context) || sessions.Find(context) is not null,
            _ => MayRead(context),
        };
        return open ? null : Refused(context);
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

        return access == Access.Form || ShowsToken(context) ? null : Refused(context);
    }

    private Refusal Refused(HttpContext context)
    {
        if (!tokens.Configured)
        {
            return new(StatusCodes.Status403Forbidden, "This needs a token, and the exporter has none: configure one with --web.token-file, or give it a storage directory in which it can make one.");
        }

        if (context.Request.Headers.Authorization.Count > 0)
        {
            var status = WrongTokens.Status(context, wrong.Note(context));
            return new(status, "The Authorization header shows no valid token: Bearer TOKEN, with a token of the files given by --web.token-file, or the one that the exporter made in its storage directory.");
        }

        if (tokens.IsMade && !IsLocal(context))
        {
            return new(
                StatusCodes.Status403Forbidden,
                "This answers without a token only local requests: to a loopback address, under the name localhost, 127.0.0.1, [::1] or one of Web:AllowedHosts, and through no proxy. To ask from elsewhere configure a token with --web.token-file, and send it as Authorization: Bearer TOKEN.");
        }

        // Who asks from this machine, as the exporter's user or root, can read it there.
        return new(
            StatusCodes.Status401Unauthorized,
            $"This needs a token: send it as Authorization: Bearer TOKEN.{(tokens.MadeFile is { } file ? $" The exporter made one: {file}." : "")}",
            tokens.MadeFile);
    }

    private bool IsOwnName(string host) =>
        LoopbackNames.Contains(host, StringComparer.OrdinalIgnoreCase) || options.AllowedHosts.Contains(host, StringComparer.OrdinalIgnoreCase);

    /// <summary>The scheme is left out: a proxy may end TLS, and no page of ours is served under two schemes.</summary>
    private static bool IsOwnOrigin(string origin, string? host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https"
        && string.Equals(uri.IsDefaultPort ? uri.Host : uri.Authority, host, StringComparison.OrdinalIgnoreCase);

    private static bool IsForwarded(string header) =>
        header.Equals("Forwarded", StringComparison.OrdinalIgnoreCase) || header.Equals("Via", StringComparison.OrdinalIgnoreCase)
        || header.Equals("X-Real-IP", StringComparison.OrdinalIgnoreCase) || header.StartsWith("X-Forwarded", StringComparison.OrdinalIgnoreCase);

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);
}
