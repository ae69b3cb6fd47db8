using System.Globalization;
using System.Text;

namespace Exporter.Bots.Files;

/// <summary>Resolves the escapes of a JSON text. Half of a surrogate pair, which Python writes and reads, becomes a replacement character.</summary>
internal static class JsonEscapes
{
    /// <param name="text">Between the quotes, and valid.</param>
    public static string Resolve(ReadOnlySpan<byte> text)
    {
        var resolved = new StringBuilder(text.Length);
        while (text.IndexOf((byte)'\\') is var at && at >= 0)
        {
            resolved.Append(Encoding.UTF8.GetString(text[..at]));
            var kind = text[at + 1];
            text = text[(at + 2)..];
            if (kind == 'u')
            {
                resolved.Append((char)ushort.Parse(text[..4], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                text = text[4..];
            }
            else
            {
                resolved.Append(kind switch
                {
                    (byte)'b' => '\b',
                    (byte)'f' => '\f',
                    (byte)'n' => '\n',
                    (byte)'r' => '\r',
                    (byte)'t' => '\t',
                    _ => (char)kind,
                });
            }
        }

        resolved.Append(Encoding.UTF8.GetString(text));
        return WithoutHalves(resolved.ToString());
    }

    private static string WithoutHalves(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\ud800', '\udfff'))
        {
            return text;
        }

        var whole = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            whole.Append(rune.ToString());
        }

        return whole.ToString();
    }
}
