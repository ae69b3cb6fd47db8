using System.Text;

namespace Exporter.Tests.Fuzz;

/// <summary>Makes inputs that are nearly right out of those of a corpus: that is where parsers break.</summary>
internal sealed class Mutator(IReadOnlyList<byte[]> corpus, Random dice)
{
    private const int LongestInput = 64 * 1024;

    private static readonly byte[][] Dictionary =
    [
        .. new[]
        {
            "null", "true", "false", "0", "-1", "1e999", "-0.0", "9223372036854775808", "\"\"", "\"4\"", "{}", "[]", "{", "}", "[", "]", ",", ":", "\"", "\\",
            "\\u0000", "\\ud800", "\\\"", "//", "/*", "\n", "\r\n", "firing", "resolved", "live", "paper", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999+14:00",
            "../", "NaN", "Infinity", "$(id)", "%00",
        }.Select(Encoding.UTF8.GetBytes),
        [0xEF, 0xBB, 0xBF], [0xFF], [0xC0, 0x80], [0x00],
    ];

    public byte[] Next()
    {
        var input = corpus[dice.Next(corpus.Count)];
        for (var changes = dice.Next(1, 6); changes > 0; changes--)
        {
            input = Change(input);
        }

        return input.Length > LongestInput ? input[..LongestInput] : input;
    }

    private byte[] Change(byte[] input)
    {
        var at = dice.Next(input.Length + 1);
        var end = dice.Next(at, input.Length + 1);
        switch (dice.Next(7))
        {
            case 0 when at < input.Length:
                var flipped = (byte[])input.Clone();
                flipped[at] ^= (byte)(1 << dice.Next(8));
                return flipped;
            case 1:
                return input[..at];
            case 2:
                return [.. input[..at], .. input[end..]];
            case 3:
                return [.. input[..end], .. input[at..]];
            case 4:
                var other = corpus[dice.Next(corpus.Count)];
                return [.. input[..at], .. other[dice.Next(other.Length + 1)..]];
            case 5:
                return [.. input[..at], .. Dictionary[dice.Next(Dictionary.Length)], .. input[end..]];
            default:
                return [.. input[..at], .. Dictionary[dice.Next(Dictionary.Length)], .. input[at..]];
        }
    }
}
