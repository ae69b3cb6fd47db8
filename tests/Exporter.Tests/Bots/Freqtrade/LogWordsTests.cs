using Exporter.Bots.Kinds.Freqtrade;

namespace Exporter.Tests.Bots.Freqtrade;

/// <summary>Records in the shape that the real one writes, and what they say.</summary>
public sealed class LogWordsTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Bot heartbeat. PID=7, version='2026.9', state='RUNNING'", "Heartbeat", "RUNNING", null)]
    [InlineData("Changing state from RUNNING to: STOPPED", "StateChange", "STOPPED", null)]
    [InlineData("Changing state to: RUNNING", "StateChange", "RUNNING", null)]
    [InlineData("OperationalException. Stopping trader ...\nTraceback (most recent call last):\n  File\nfreqtrade.exceptions.OperationalException: broken", "Stopped", null, "freqtrade.exceptions.OperationalException: broken")]
    [InlineData("Fatal exception!\nTraceback\nKeyError: 'stake_currency'", "DiesAtStart", null, "KeyError: 'stake_currency'")]
    [InlineData("Configuration error: 'stake_amount' is a required property\nPlease make sure to review the documentation.", "DiesAtStart", null, "'stake_amount' is a required property")]
    [InlineData("[Errno 98] error while attempting to bind on address ('127.0.0.1', 8080): address already in use", "ApiPortTaken", null, null)]
    [InlineData("Fatal exception!\nsqlalchemy.exc.OperationalError: (sqlite3.OperationalError) database is locked\n[SQL: …]", "DatabaseFatal", null, "database is locked")]
    [InlineData("Outdated history for pair BTC/USDT. Last tick is 9 minutes old", "Outdated", "BTC/USDT", "9")]
    [InlineData("Unable to analyze candle (OHLCV) data for pair BTC/USDT: 'rsi'", "StrategyPair", "BTC/USDT", "'rsi'")]
    [InlineData("Unable to exit trade BTC/USDT: Could not create market sell order on market BTC/USDT.", "ExitRefused", "BTC/USDT", "Could not create market sell order on market BTC/USDT.")]
    [InlineData("Unable to exit trade BTC/USDT: Could not get order due to RequestTimeout. Message: binance GET", "ExitExchange", "BTC/USDT", "Could not get order due to RequestTimeout. Message: binance GET")]
    [InlineData("Unable to exit trade BTC/USDT: binance does not have market symbol BTC/USDT", "BadSymbol", "BTC/USDT", "Unable to exit trade ")]
    [InlineData("Unable to create trade for SOL/USDT: Available balance (12.3 USDT) is lower than stake amount (100.0 USDT)", "LowBalance", "SOL/USDT", "Available balance (12.3 USDT) is lower than stake amount (100.0 ")]
    [InlineData("Not enough BTC in wallet to exit Trade(id=17, pair=BTC/USDT, amount=1.0)", "AmountMissing", "17", null)]
    [InlineData("Order 4711 for SOL/USDT not cancelled.", "NotCancelled", "SOL/USDT", null)]
    [InlineData("Unable to place a stoploss order on exchange. Could not create.", "StopFailed", null, "Unable to place a stoploss order on exchange.")]
    public void A_record_says(string record, string word, string? subject, string? text)
    {
        var entry = LogWords.Read(At, "freqtrade.freqtradebot", record + "\n")!;

        Assert.Equal((word, subject, text), (entry.Word.ToString(), entry.Subject, entry.Text));
    }

    [Theory]
    [InlineData("Could not load ticker due to DDoSProtection. Message: binance 418 I'm a Teapot {\"code\":-1003,\"msg\":\"IP banned until 1795653913000.\"}", "IpBan")]
    [InlineData("Could not get balance due to InvalidNonce. Message: binance {\"code\":-1021}", "Clock")]
    [InlineData("Could not get order due to AuthenticationError. Message: binance {\"code\":-2015}", "KeyRejected")]
    [InlineData("binance 429 Too Many Requests {\"code\":-1003}", "RateLimit")]
    [InlineData("Could not load markets due to OnMaintenance. Message: System is under maintenance.", "Maintenance")]
    [InlineData("Could not load ticker due to NetworkError. Message: binance GET https://api.binance.com", "Unreachable")]
    public void What_the_exchange_said_is_told_by_its_code_before_the_class(string message, string word)
    {
        var entry = LogWords.Read(At, "freqtrade.exchange.common", $"fetch_ticker() returned exception: \"{message}\". Giving up.")!;

        Assert.Equal((LogWord.ExchangeCall, word), (entry.Word, entry.Exchange.ToString()));
        Assert.Equal(word == "IpBan" ? DateTimeOffset.FromUnixTimeMilliseconds(1795653913000) : null, entry.Until);
    }

    [Theory]
    [InlineData("Whitelist with 5 pairs: ['BTC/USDT']")]
    [InlineData("Unclosed connector")]
    [InlineData("")]
    [InlineData("recvWindow is a word that plain outages carry too")]
    public void What_says_nothing_is_nothing(string record) => Assert.Null(LogWords.Read(At, "freqtrade", record));

    [Fact]
    public void No_signature_is_kept()
    {
        var entry = LogWords.Read(At, "x", "Unable to exit trade BTC/USDT: Could not get order. GET https://api.binance.com/api/v3/order?timestamp=1&signature=abcdef0123")!;

        Assert.DoesNotContain("abcdef0123", entry.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_of_a_megabyte_is_read_in_a_moment_and_kept_short()
    {
        var entry = LogWords.Read(At, "x", "Unable to create trade for BTC/USDT: " + new string('a', 1 << 20))!;

        Assert.InRange(entry.Text!.Length, 1, 301);
    }
}
