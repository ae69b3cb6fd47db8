using System.Collections.Immutable;
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
    private const int MaxRemembered = 1_000;
    private const int MaxLength = 120;

    /// <summary>Rows of one refusal, in one log or two, are written within this time.</summary>
    private static readonly TimeSpan Together = TimeSpan.FromSeconds(5);

    private readonly Dictionary<(string Gate, string Reason), long> _counts = [];
    private readonly Dictionary<(string Symbol, string Side), DateTimeOffset> _latest = [];
    private ImmutableArray<BlockCount>? _sorted;

    public ImmutableArray<BlockCount> Counts => _sorted ??=
    [
        .. _counts.OrderBy(count => count.Key.Gate, StringComparer.Ordinal).ThenBy(count => count.Key.Reason, StringComparer.Ordinal)
            .Select(count => new BlockCount(count.Key.Gate, count.Key.Reason, count.Value)),
    ];

    /// <summary>Counts one refusal, unless it is one that another row has told already.</summary>
    public void Count(string gate, RefusalRow row)
    {
        if (IsToldAgain(row))
        {
            return;
        }

        var reason = string.IsNullOrWhiteSpace(row.Reason) ? Unknown : Normalise(row.Reason, row.Symbol);
        if (!_counts.ContainsKey((gate, reason)) && _counts.Count(known => known.Key.Reason != Other) >= MaxReasons)
        {
            reason = Other;
        }

        _counts[(gate, reason)] = _counts.GetValueOrDefault((gate, reason)) + 1;
        _sorted = null;
    }

    private bool IsToldAgain(RefusalRow row)
    {
        if (row is not { At: { } at, Symbol: { Length: > 0 } symbol, Side: { Length: > 0 } side })
        {
            return false;
        }

        var key = (symbol.ToUpperInvariant(), side.ToUpperInvariant());
        var again = _latest.TryGetValue(key, out var before) && (at - before).Duration() <= Together;
        if (_latest.Count >= MaxRemembered)
        {
            _latest.Clear();
        }

        _latest[key] = again && before > at ? before : at;
        return again;
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

    [GeneratedRegex(@"(?<![A-Za-z0-9])[A-Z0-9]{1,15}[-_/:]?(USDT|USDC|BUSD|FDUSD|USD|PERP)(?![A-Za-z0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex Symbols();

    [GeneratedRegex(@"[-+]?\d+([.,]\d+)*([eE][-+]?\d+)?%?", RegexOptions.CultureInvariant)]
    private static partial Regex Numbers();

    [GeneratedRegex(@"[\s\p{Cc}]+", RegexOptions.CultureInvariant)]
    private static partial Regex Gaps();
}
