namespace Exporter.Web;

/// <summary>Who may GET an endpoint, as its metadata. Without it: local requests, and those that show a token.</summary>
public enum Access
{
    /// <summary>Everybody: it says nothing that matters.</summary>
    Anyone,

    /// <summary>Everybody, unless <see cref="WebOptions.ProtectMetrics"/> is set.</summary>
    Metrics,

    /// <summary>Local requests, and those that show a token.</summary>
    LocalOrToken,
}
