namespace Exporter.Web;

/// <summary>Who may GET an endpoint, as its metadata. Without it: local requests, and those that show a token.</summary>
public enum Access
{
    /// <summary>Everybody: it says nothing that matters.</summary>
    Anyone,

    /// <summary>Everybody, unless <see cref="WebOptions.ProtectMetrics"/> is set.</summary>
    Metrics,

    /// <summary>Those that show a token or belong to a session of the status page, and local requests where the owner has configured no token.</summary>
    LocalOrToken,

    /// <summary>Those that show a token or belong to a session, local or not: it says what others should not know.</summary>
    Token,

    /// <summary>The status page: the same, and everybody else, who is shown only where to give the token.</summary>
    Page,

    /// <summary>
    /// A form of the status page. No other site may post it; what it may do is decided by its endpoint, by token or by session and the
    /// form's own number.
    /// </summary>
    Form,
}
