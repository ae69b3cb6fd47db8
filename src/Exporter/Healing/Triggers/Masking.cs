using System.Text;
using System.Text.RegularExpressions;

namespace Exporter.Healing.Triggers;

/// <summary>Makes foreign text fit for a record: known secrets and what looks like one are hidden, controls gone, length cut.</summary>
internal static partial class Masking
{
    public const int MaxRecordBytes = 4 * 1024;

    private const string Mask = "***";

    // Shorter values would turn ordinary words into masks.
    private const int ShortestSecret = 4;

    public static string Clean(string text, IEnumerable<string> secrets)
    {
        // Longest first, so that a secret within another leaves no rest of it.
        foreach (var secret in secrets.Where(secret => secret.Length >= ShortestSecret).OrderByDescending(secret => secret.Length))
            text = text.Replace(secret, Mask, StringComparison.Ordinal);
        text = UserInfo().Replace(text, $"$1{Mask}@");
        text = Scheme().Replace(text, $"$1 {Mask}");
        text = Named().Replace(text, $"$1{Mask}");
        return Cut(Plain.Text(text).Trim());
    }

    private static string Cut(string text)
    {
        if (Encoding.UTF8.GetByteCount(text) <= MaxRecordBytes)
            return text;
        const string more = " … (cut)";
        var bytes = Encoding.UTF8.GetBytes(text).AsSpan(0, MaxRecordBytes - Encoding.UTF8.GetByteCount(more));
        // A character that the cut went through decodes to a replacement character at the end.
        return Encoding.UTF8.GetString(bytes).TrimEnd('\uFFFD') + more;
    }

    [GeneratedRegex(@"(\b[a-z][a-z0-9+.-]{0,20}://)[^\s/@]{1,500}@", RegexOptions.IgnoreCase)]
    private static partial Regex UserInfo();

    [GeneratedRegex(@"\b(Bearer|Basic|Token)\s+[A-Za-z0-9+/=._~-]{6,}", RegexOptions.IgnoreCase)]
    private static partial Regex Scheme();

    [GeneratedRegex(
        @"([a-z0-9_.-]{0,40}(?:token|secret|passw(?:or)?d|passphrase|api[_-]?key|apikey|private[_-]?key|signature|authorization)[""']?\s{0,3}[:=]\s{0,3}[""']?)(?!\*\*\*)[^\s""',;&}]{1,4096}",
        RegexOptions.IgnoreCase)]
    private static partial Regex Named();
}
