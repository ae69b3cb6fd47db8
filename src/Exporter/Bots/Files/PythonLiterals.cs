namespace Exporter.Bots.Files;

/// <summary>
/// Python's json writes and reads <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c>, which no other JSON reader takes. They are masked
/// by numbers of the same length, so that every other byte, and its place, stays as it is.
/// </summary>
internal static class PythonLiterals
{
    /// <param name="comments">Whether <c>//</c> and <c>/* */</c> begin comments, in which nothing is a literal.</param>
    public static void Mask(Span<byte> json, bool comments)
    {
        for (var at = 0; at < json.Length; at++)
        {
            var rest = json[at..];
            switch (rest[0])
            {
                case (byte)'"':
                    at += LengthOfText(rest) - 1;
                    break;
                case (byte)'/' when comments && rest.Length > 1 && rest[1] is (byte)'/' or (byte)'*':
                    var end = rest[1] == '/' ? rest.IndexOf((byte)'\n') : rest[2..].IndexOf("*/"u8) is >= 0 and var close ? close + 3 : -1;
                    at = end < 0 ? json.Length : at + end;
                    break;
                case (byte)'N' when rest.StartsWith("NaN"u8) && StandsAlone(json, at, 3):
                    "0e0"u8.CopyTo(rest);
                    break;
                case (byte)'I' when rest.StartsWith("Infinity"u8) && StandsAlone(json, at > 0 && json[at - 1] == '-' ? at - 1 : at, at > 0 && json[at - 1] == '-' ? 9 : 8):
                    "0.000000"u8.CopyTo(rest);
                    break;
            }
        }
    }

    private static int LengthOfText(ReadOnlySpan<byte> text)
    {
        for (var at = 1; at < text.Length; at++)
        {
            if (text[at] == '\\')
            {
                at++;
            }
            else if (text[at] == '"')
            {
                return at + 1;
            }
        }

        return text.Length;
    }

    private static bool StandsAlone(ReadOnlySpan<byte> json, int start, int length) =>
        (start == 0 || !IsPartOfNumber(json[start - 1])) && (start + length >= json.Length || !IsPartOfNumber(json[start + length]));

    private static bool IsPartOfNumber(byte value) => char.IsAsciiLetterOrDigit((char)value) || value is (byte)'.' or (byte)'+' or (byte)'-';
}
