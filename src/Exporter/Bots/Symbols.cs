namespace Exporter.Bots;

/// <summary>Names of markets, which one bot writes in several ways.</summary>
internal static class Symbols
{
    /// <summary>Without what does not tell two markets apart: dashes, slashes, blanks, case. <c>btc-usdt</c> and <c>BTC/USDT</c> are <c>BTCUSDT</c>.</summary>
    public static string Plain(string symbol) =>
        string.Concat(symbol.Where(letter => letter is not ('-' or '/') && !char.IsWhiteSpace(letter))).ToUpperInvariant();
}
