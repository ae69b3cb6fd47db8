using System.Buffers;
using System.Globalization;
using System.Text;
using Prometheus;

namespace Exporter.Metrics;

/// <summary>
/// Writes families and their samples in Prometheus' text format 0.0.4 or in OpenMetrics 1.0.0, into memory that is used again: at 1,000
/// bots an exposition has 17 MB, and as garbage of each scrape it would cost more than writing it.
/// Source: https://prometheus.io/docs/instrumenting/exposition_formats/ and https://prometheus.io/docs/specs/om/open_metrics_spec/
/// </summary>
internal sealed class ExpositionWriter(ExpositionFormat format)
{
    private const int FirstBytes = 32 * 1024;

    /// <summary>As long as any number of the format gets.</summary>
    private const int NumberBytes = 32;

    /// <summary>NUL is legal, but ends the input of Prometheus' own lexer.</summary>
    private static readonly SearchValues<char> Special = SearchValues.Create("\\\"\n\0");

    private readonly bool _openMetrics = format == ExpositionFormat.OpenMetricsText;
    private readonly HashSet<(int Start, int Length)> _seen = new(new SameBytes());
    private byte[] _bytes = new byte[FirstBytes];
    private int _length;

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    /// <summary>Starts anew; what was written before is gone.</summary>
    public void Clear() => _length = 0;

    /// <summary>The head of a family. All of its samples follow.</summary>
    public void Family(Family family) => Append(_openMetrics ? family.OpenMetricsHead : family.TextHead);

    /// <param name="labels">A value for each label beside <c>bot</c>. Any text: what cannot stand in an exposition becomes U+FFFD.</param>
    public void Sample(Family family, double value, string bot, params ReadOnlySpan<string> labels)
    {
        Append(family.Start);
        Escaped(bot);
        for (var i = 0; i < labels.Length; i++)
        {
            Append(family.Next[i]);
            Escaped(labels[i]);
        }

        Append("\"} "u8);
        Number(value);
    }

    /// <summary>As <see cref="Sample"/>, unless the labels are those of an earlier sample since <see cref="ForgetLabels"/>: one series, one value.</summary>
    /// <returns>Whether the sample was written.</returns>
    public bool TrySample(Family family, double value, string bot, params ReadOnlySpan<string> labels)
    {
        var start = _length;
        Sample(family, value, bot, labels);
        var label = _bytes.AsSpan(start, _length - start).LastIndexOf((byte)' ');
        ((SameBytes)_seen.Comparer).Bytes = _bytes;
        if (_seen.Add((start, label)))
        {
            return true;
        }

        _length = start;
        return false;
    }

    public void ForgetLabels() => _seen.Clear();

    public void Append(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Room(text.Length));
        _length += text.Length;
    }

    private void Escaped(string text)
    {
        // Lone surrogates become U+FFFD here.
        if (!text.AsSpan().ContainsAny(Special))
        {
            _length += Encoding.UTF8.GetBytes(text, Room(Encoding.UTF8.GetMaxByteCount(text.Length)));
            return;
        }

        foreach (var rune in text.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '\\':
                    Append("\\\\"u8);
                    break;
                case '"':
                    Append("\\\""u8);
                    break;
                case '\n':
                    Append("\\n"u8);
                    break;
                default:
                    _length += (rune.Value == 0 ? Rune.ReplacementChar : rune).EncodeToUtf8(Room(4));
                    break;
            }
        }
    }

    private void Number(double value)
    {
        if (double.IsFinite(value))
        {
            if (value is 0 or 1)
            {
                // Nearly all of them.
                Append(_openMetrics ? (value == 0 ? "0.0\n"u8 : "1.0\n"u8) : (value == 0 ? "0\n"u8 : "1\n"u8));
                return;
            }

            value.TryFormat(Room(NumberBytes), out var digits, "g", CultureInfo.InvariantCulture);
            var whole = !_bytes.AsSpan(_length, digits).ContainsAny((byte)'.', (byte)'e');
            _length += digits;
            // OpenMetrics tells floating point from integers by their look.
            Append(_openMetrics && whole ? ".0\n"u8 : "\n"u8);
        }
        else
        {
            Append(double.IsNaN(value) ? "NaN\n"u8 : value > 0 ? "+Inf\n"u8 : "-Inf\n"u8);
        }
    }

    private Span<byte> Room(int bytes)
    {
        if (_bytes.Length - _length < bytes)
        {
            // Not cleared, so that what is never written to takes no memory of the machine either.
            var larger = GC.AllocateUninitializedArray<byte>(Math.Max(2 * _bytes.Length, _length + bytes));
            Written.Span.CopyTo(larger);
            _bytes = larger;
        }

        return _bytes.AsSpan(_length);
    }

    /// <summary>Compares places of the text by what stands there.</summary>
    private sealed class SameBytes : IEqualityComparer<(int Start, int Length)>
    {
        public byte[] Bytes { get; set; } = [];

        public bool Equals((int Start, int Length) x, (int Start, int Length) y) => At(x).SequenceEqual(At(y));

        public int GetHashCode((int Start, int Length) place)
        {
            var hash = default(HashCode);
            hash.AddBytes(At(place));
            return hash.ToHashCode();
        }

        private ReadOnlySpan<byte> At((int Start, int Length) place) => Bytes.AsSpan(place.Start, place.Length);
    }
}
