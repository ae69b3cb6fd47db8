using System.Security.Cryptography;
using System.Text;

namespace Exporter.Storage;

/// <summary>Names for files and directories, made of text that other people wrote.</summary>
internal static class SafeName
{
    private const int Longest = 200; // bytes, of the 255 that file systems take

    /// <summary>
    /// The text with everything escaped that RFC 3986 does not call unreserved, and a point at its beginning: never a path, never
    /// hidden, and another name for every other text of valid UTF-16. What is too long ends in a hash of the whole.
    /// </summary>
    public static string Of(string text)
    {
        var name = Uri.EscapeDataString(text);
        if (name.StartsWith('.'))
            name = "%2E" + name[1..];
        if (name.Length is > 0 and <= Longest)
            return name;
        // '=' stands in no escaped text, so that no text can be made to meet another's hash.
        return $"{name[..Math.Min(name.Length, Longest / 2)]}={Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
    }
}
