using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Exporter.Bots.Kinds.FeatureStore;

/// <summary>
/// Counts refused entries by reason. Numbers and symbols are taken out ("spread 0.31 &gt; 0.2 on BTCUSDT" and the same with 0.44 are one
/// reason), and what comes after the fiftieth is <c>other</c>: a label has few values.
/// </summary>
internal sealed partial class BlockReasons
{
    /// <summary>A line that gives no reason, or is no JSON.</summary>
    internal const string Unknown = "unknown";

    internal const string Other = "other";

    private const int MaxReasons = 50;
    private const int MaxLength = 120;

    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private ImmutableArray<BlockCount>? _sorted;

    public ImmutableArray<BlockCount> Counts => _sorted ??=
        [.. _counts.OrderBy(count => count.Key, StringComparer.Ordinal).Select(count => new BlockCount(count.Key, count.Value))];

    /// <param name="line">One line of the log; a blank one counts nothing.</param>
    public void Count(ReadOnlySpan<byte> line)
    {
        if (line.Trim(" \t\r\0"u8).IsEmpty)
        {
            return;
        }

        var reason = ReasonOf(line);
        if (!_counts.ContainsKey(reason) && _counts.Count(known => known.Key != Other) >= MaxReasons)
        {
            reason = Other;
        }

        _counts[reason] = _counts.GetValueOrDefault(reason) + 1;
        _sorted = null;
    }

    internal static string Normalise(string reason, string? symbol)
    {
        if (reason.Length > 4 * MaxLength)
        {
            reason = reason[..(4 * MaxLength)];
        }

        if (symbol is { Length: > 1 })
        {
            reason = reason.Replace(symbol, "", StringComparison.OrdinalIgnoreCase);
        }

        reason = Symbols().Replace(reason, "");
        reason = Numbers().Replace(reason, "");
        reason = Gaps().Replace(reason, " ").Trim(' ', ',', ';', ':', '-', '_', '=', '(', ')', '[', ']');
        reason = reason.Length > MaxLength ? reason[..MaxLength].TrimEnd() : reason;
        return reason.Length == 0 ? Unknown : reason;
    }

    private static string ReasonOf(ReadOnlySpan<byte> line)
    {
        try
        {
            var json = new Utf8JsonReader(line);
            json.Read();
            if (json.TokenType != JsonTokenType.StartObject)
            {
                return Unknown;
            }

            string? reason = null;
            string? blockReason = null;
            string? symbol = null;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                ref var target = ref blockReason;
                var known = true;
                if (json.ValueTextEquals("reason"u8))
                {
                    target = ref reason;
                }
                else if (json.ValueTextEquals("symbol"u8))
                {
                    target = ref symbol;
                }
                else if (!json.ValueTextEquals("block_reason"u8))
                {
                    known = false;
                }

                json.Read();
                if (known)
                {
                    target = json.TokenType == JsonTokenType.String ? json.GetString() : null;
                }

                json.Skip();
            }

            // A second document on the line is two writers in one line: the whole line is not to be trusted.
            json.Read();
            var said = string.IsNullOrWhiteSpace(reason) ? blockReason : reason;
            return string.IsNullOrWhiteSpace(said) ? Unknown : Normalise(said, symbol);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Unknown;
        }
    }

    [GeneratedRegex(@"(?<![A-Za-z0-9])[A-Z0-9]{1,15}[-_/:]?(USDT|USDC|BUSD|FDUSD|USD|PERP)(?![A-Za-z0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex Symbols();

    [GeneratedRegex(@"[-+]?\d+([.,]\d+)*([eE][-+]?\d+)?%?", RegexOptions.CultureInvariant)]
    private static partial Regex Numbers();

    [GeneratedRegex(@"[\s\p{Cc}]+", RegexOptions.CultureInvariant)]
    private static partial Regex Gaps();
}
