using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Exporter.Checks;

/// <summary>Makes a label value of a name that somebody else chose: bounded, on one line, and still one value per name.</summary>
internal static class LabelText
{
    /// <summary>Longest label value that a check makes, in UTF-16 units.</summary>
    public const int MaxLength = 64;

    /// <summary>The bucket for what a bounded set of series has no room for.</summary>
    public const string Other = "other";

    private const int HashLength = 8;

    /// <summary>
    /// The name itself when it is short and plain; else what can be shown of it and a hash of the whole, so that two names that look
    /// alike after cutting stay two series, and a name that happens to be <c>other</c> stays out of the bucket.
    /// </summary>
    public static string Of(string name)
    {
        if (name.Length <= MaxLength && name != Other && Plain.Is(name)) return name;
        var shown = new StringBuilder(MaxLength);
        foreach (var rune in name.EnumerateRunes())
        {
            if (shown.Length + rune.Utf16SequenceLength > MaxLength - HashLength - 1) break;
            shown.Append(Plain.Is(rune) ? rune.ToString() : "_");
        }

        // Of the UTF-16 units: UTF-8 would make one replacement character of all halves of surrogate pairs.
        var hash = Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(name.AsSpan())));
        return $"{shown}~{hash[..HashLength]}";
    }
}
