namespace Exporter.Checks;

/// <summary>What a base URL in the configuration may be.</summary>
internal static class BaseUrls
{
    public const string Rule = "set it to an http or https URL without user name, query or fragment, such as https://openapi.blofin.com";

    public static bool TryParse(string text, out Uri url) =>
        Uri.TryCreate(text, UriKind.Absolute, out url!) && IsCallable(url) && url.Query.Length == 0;

    /// <summary>A user name would be a secret in a place that is printed.</summary>
    public static bool IsCallable(Uri url) =>
        (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp) && url.Host.Length > 0 && url.UserInfo.Length == 0 && url.Fragment.Length == 0;
}
