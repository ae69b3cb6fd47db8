using System.Text;

namespace Exporter.Venues;

/// <summary>Makes what a stranger sent fit for a log, a label or a page: one line, printable, short, no secret.</summary>
internal static class UntrustedText
{
    public const int MaxLength = 200;

    /// <param name="secret">Taken out wherever it stands: a venue may echo the key that it refuses.</param>
    public static string Clean(string text, string? secret = null)
    {
        if (!string.IsNullOrEmpty(secret))
            text = text.Replace(secret, "***", StringComparison.Ordinal);

        return Plain.Text(text.Trim(), MaxLength);
    }

    public static string Clean(ReadOnlySpan<byte> utf8, string? secret) =>
        // Four bytes at most for each character that is kept, and room for white space and a secret that are taken out.
        Clean(Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, 16 * MaxLength)]), secret);
}
