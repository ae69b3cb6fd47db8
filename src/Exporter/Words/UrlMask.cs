using System.Text.RegularExpressions;

namespace Exporter.Words;

/// <summary>Addresses within a text without what they may hold of secrets: the user's part, and the values of the query.</summary>
internal static partial class UrlMask
{
    private const string Masked = "***";

    public static string Apply(string text) => Query().Replace(UserInfo().Replace(text, $"$1{Masked}@"), $"$1{Masked}");

    [GeneratedRegex("([a-z][a-z0-9+.-]*://)[^/@\\s\"]+@", RegexOptions.IgnoreCase)]
    private static partial Regex UserInfo();

    // Chat services put their tokens into a URL's query, exchanges' clients their signatures: what stands behind '=' is masked.
    [GeneratedRegex("([?&][A-Za-z0-9_.-]+=)[^&\\s\"]+")]
    private static partial Regex Query();
}
