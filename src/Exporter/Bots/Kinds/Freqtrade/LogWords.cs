using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Exporter.Words;

namespace Exporter.Bots.Kinds.Freqtrade;

/// <summary>
/// Recognises what freqtrade 2023.4 to 2026.9 writes into its log. <c>^</c> and <c>$</c> hold on a record's first line only. The first that
/// matches decides. Levels and counts are never looked at: an outage writes eight records a second, and the gravest words are INFO.
/// </summary>
internal static class LogWords
{
    private const int LongestText = 300;

    /// <summary>A page of HTML and a traceback lie within it; what is longer says nothing more.</summary>
    private const int LongestRecord = 16 << 10;

    private static readonly ImmutableArray<(LogWord Word, string Contains, Regex Pattern)> Lines =
    [
        Line(LogWord.Heartbeat, "Bot heartbeat.", @"^Bot heartbeat\. PID=\d+, version='.*', state='(?<subject>RUNNING|PAUSED|STOPPED|RELOAD_CONFIG)'"),
        Line(LogWord.StateChange, "Changing state", @"^Changing state(?: from (?<from>\w+))? to: (?<subject>RUNNING|PAUSED|STOPPED|RELOAD_CONFIG)$"),
        Line(LogWord.ProcessStart, "Starting worker", @"^Starting worker (?<text>\S+)$"),
        Line(LogWord.ApiStart, "Starting HTTP Server", @"^Starting HTTP Server at [\d.]+:\d+$"),
        Line(LogWord.Stopped, "Stopping trader", @"^OperationalException\. Stopping trader \.\.\.$"),
        Line(LogWord.ProcessDied, "process died", @"^Sending rpc message: .*'status': 'process died'"),
        Line(LogWord.Sigint, "SIGINT", @"^SIGINT received, aborting \.\.\.$"),
        Line(LogWord.ApiPortTaken, "address already in use", @"error while attempting to bind on address \('[^']*', \d+\): address already in use"),
        Record(LogWord.DatabaseFatal, "sqlite3.OperationalError", @"\(sqlite3\.OperationalError\) (?<text>database is locked|database or disk is full|disk I/O error|attempt to write a readonly database|unable to open database file)"),
        Line(LogWord.DiesAtStart, "Invalid configuration", @"^Invalid configuration\. Reason: (?<text>.*)"),
        Line(LogWord.DiesAtStart, "Configuration error", @"^Configuration error: (?<text>.*)"),
        Line(LogWord.DiesAtStart, "Config file", @"^(?<text>Config file "".*"" not found!)"),
        Line(LogWord.DiesAtStart, "Could not load markets, therefore", @"^(?<text>Could not load markets), therefore cannot start\."),
        Line(LogWord.DiesAtStart, "Impossible to load Strategy", @"^(?<text>Impossible to load Strategy '.*')\. This class does not exist or contains Python code errors\.$"),
        Line(LogWord.DiesAtStart, "is not known to the ccxt library", @"^(?<text>Exchange ""[^""]*"" is not known to the ccxt library)"),
        Line(LogWord.DiesAtStart, "credential", @"(?<text>requires ""\w+"" credential)"),
        Record(LogWord.DiesAtStart, "Fatal exception!", @"^Fatal exception!(?<text>[\s\S]*)$"),
        Line(LogWord.ClockDeviates, "system time deviates", @"^Your system time deviates by (?<text>-?[\d.]+)s from the time of \S+\. "),
        Record(LogWord.BadSymbol, "does not have market symbol", @"^(?<text>Unable to (?:emergency )?exit trade )?[\s\S]*does not have market symbol (?<subject>[^\s""]+)"),
        Line(LogWord.OrderNotFound, "Order not found", @"""Order not found \(pair: (?<subject>\S+) id: [^)]*\)"),
        Line(LogWord.Outdated, "Outdated history", @"^Outdated history for pair (?<subject>\S+)\. Last tick is (?<text>\d+) minutes old$"),
        Line(LogWord.EmptyCandles, "Empty candle", @"^Empty candle \(OHLCV\) data for pair (?<subject>\S+)$"),
        Line(LogWord.StrategyPair, "Unable to analyze candle", @"^Unable to analyze candle \(OHLCV\) data for pair (?<subject>\S+): (?<text>.*)$"),
        Line(LogWord.StrategyCallback, "Unexpected error", @"^Unexpected error (?<text>.+?) calling <(?:bound method (?<subject>\S+)|function (?<subject>\S+))"),
        Line(LogWord.Slow, "Strategy analysis took", @"^Strategy analysis took (?<text>[\d.]+)s, more than 25% of the timeframe \([\d.]+s\)"),
        Line(LogWord.WhitelistEmpty, "whitelist is empty", @"^Active pair whitelist is empty\.$"),
        Line(LogWord.AllPairsOpen, "No currency pair", @"^No currency pair in active pair whitelist, but checking to exit open trades\.$"),
        Line(LogWord.Inactive, "Market is not active", @"^Ignoring (?<subject>\S+) from whitelist\. Market is not active\.$"),
        Line(LogWord.NotCompatible, "is not compatible with exchange", @"^Pair (?<subject>\S+) is not compatible with exchange \S+?\. Removing it from whitelist\.\.$"),
        Line(LogWord.GlobalLock, "Global pairlock", @"^Global pairlock active until \S+ \S+\. Not creating new trades, reason: (?<text>.*)\.$"),
        Line(LogWord.PairLock, "is locked until", @"^Pair (?<subject>\S+) (?:long|short|\*) is locked until \S+ \S+ due to (?<text>.*)\.$"),
        Line(LogWord.PairLock, "is currently locked", @"^Pair (?<subject>\S+) is currently locked\.$"),
        Line(LogWord.LowBalance, "is lower than stake amount", @"^Unable to create trade for (?<subject>\S+): (?<text>Available balance \(-?[\d.]+ \S+\) is lower than stake amount \([\d.]+ )"),
        Line(LogWord.LowBalance, "Insufficient funds to create", @"^Unable to create trade for (?<subject>\S+): (?<text>Insufficient funds to create )"),
        Line(LogWord.LowBalanceMinimum, "Minimum stake amount", @"^(?<text>Minimum stake amount > available balance\. [\d.]+ > -?[\d.]+)$"),
        Line(LogWord.EntryRefused, "Could not", @"^Unable to create trade for (?<subject>\S+): (?<text>Could not (?:create|place) .*)"),
        Line(LogWord.EntryRefused, "with time in force", @"^(?:Long|Short) \w+ order with time in force \w+ for (?<subject>\S+) is (?<text>rejected|expired) by "),
        Record(LogWord.CannotEnter, "Unable to create trade for", @"^Unable to create trade for (?<subject>\S+): (?<text>[\s\S]*)$"),
        Line(LogWord.StakeIgnored, "Adjusted stake amount", @"^Adjusted stake amount for pair (?<subject>\S+) is more than 30% bigger"),
        Line(LogWord.StakeIgnored, "is too small", @"^Stake amount for pair (?<subject>\S+) is too small \("),
        Line(LogWord.Denied, "User denied entry", @"^User denied entry for (?<subject>\S+)\.$"),
        Line(LogWord.Depth, "Bids to asks delta", @"^Bids to asks delta for (?<subject>\S+) does not satisfy condition\.$"),
        Line(LogWord.ExitRefused, "exit trade", @"^Unable to (?:emergency )?exit trade (?<subject>\S+): (?<text>Could not (?:create|place) .*|Insufficient funds .*|Not enough amount to exit .*|.*MarketClosed.*|.*Market is closed.*)$"),
        Line(LogWord.ExitRefused, "Unable to place order", @"^Unable to place order (?<text>Insufficient funds to create \w+ \w+ order on market (?<subject>\S+?)\. .*)"),
        Line(LogWord.ExitExchange, "exit trade", @"^Unable to (?:emergency )?exit trade (?<subject>\S+): (?<text>Could not (?:get|load|fetch) .*|\w+ (?:\{|GET|POST|DELETE|[45]\d\d ).*)"),
        Line(LogWord.ExitAny, "exit trade", @"^Unable to (?:emergency )?exit trade (?<subject>\S+): (?<text>.*)"),
        Line(LogWord.AmountMissing, "in wallet to exit", @"^Not enough \S+ in wallet to exit Trade\(id=(?<subject>\d+)"),
        Line(LogWord.AmountMissing, "Refusing to adjust", @"^Trade\(id=(?<subject>\d+).*Refusing to adjust as the difference is too large"),
        Line(LogWord.Emergency, "Emergency exiting", @"^Emergency exiting trade Trade\(id=(?<subject>\d+)"),
        Line(LogWord.NotCancelled, "not cancelled", @"^Order \S+ for (?<subject>\S+) not cancelled\.$"),
        Line(LogWord.StopFailed, "toploss", @"^(?:All Stoploss orders are cancelled|Stoploss order was cancelled), but unable to recreate one\.$"),
        Line(LogWord.StopFailed, "toploss", @"^(?<text>Unable to place a stoploss order on exchange\.|Unable to place stoploss order )"),
        Line(LogWord.TelegramDown, "Telegram init failed", @"^Telegram init failed\.$"),
        Record(LogWord.ExchangeCall, "Giving up", @"^\w+\(\) returned exception: ""(?<text>[\s\S]*)""\. Giving up\.\s*$"),
        Line(LogWord.ExchangeCall, "Async code raised", @"^Async code raised an exception: (?<text>\w+\(.*)"),
        Record(LogWord.ExchangeCall, ", retrying in", @"^Error: (?<text>[\s\S]*), retrying in \d+ seconds\.\.\.\s*$"),
        Record(LogWord.ExchangeRetry, "Retrying still for", @"^\w+\(\) returned exception: ""(?<text>[\s\S]*)""\. Retrying still for \d+ times\.\s*$"),
    ];

    private static readonly ImmutableArray<(ExchangeWord Word, Regex Pattern)> Exchange =
    [
        (ExchangeWord.IpBan, Made(@"\b418 I'm a [Tt]eapot|IP banned until \d")),
        (ExchangeWord.Clock, Made(@"due to InvalidNonce\.|""code"":\s*-1021\b|EAPI:Invalid nonce|outside of the recvWindow")),
        (ExchangeWord.KeyRejected, Made(@"due to (?:AuthenticationError|PermissionDenied|AccountSuspended)\.|""code"":\s*-201[45]\b")),
        (ExchangeWord.Maintenance, Made(@"due to OnMaintenance\.|System is under maintenance")),
        (ExchangeWord.RateLimit, Made(@"\b429 Too Many Requests|""code"":-1003\b")),
        (ExchangeWord.Unreachable, Made(@"due to (?:RequestTimeout|NetworkError|ExchangeNotAvailable)\.")),
    ];

    private static readonly Regex BanEnd = Made(@"banned until (?<until>\d{13})");

    /// <summary>What a record says; null when it is none of the words.</summary>
    /// <param name="record">The message with all lines that follow it.</param>
    public static LogEntry? Read(DateTimeOffset at, string logger, string record)
    {
        if (logger == "uvicorn.access") return new LogEntry(at, LogWord.Access, ExchangeWord.None, null, null);
        record = (record.Length > LongestRecord ? record[..LongestRecord] : record).TrimEnd('\n', '\r');
        var end = record.IndexOf('\n', StringComparison.Ordinal);
        var first = end < 0 ? record : record[..end];
        var word = Find(first, record);
        var exchange = Exchange.FirstOrDefault(candidate => candidate.Pattern.IsMatch(record)).Word;
        if (word is null && exchange == ExchangeWord.None) return null;

        var until = exchange == ExchangeWord.IpBan && BanEnd.Match(record) is { Success: true } ban
            && long.TryParse(ban.Groups["until"].ValueSpan, CultureInfo.InvariantCulture, out var milliseconds)
            ? Times.OfMilliseconds(milliseconds) : null;
        var backOff = exchange == ExchangeWord.KeyRejected && !record.Contains(" due to ", StringComparison.Ordinal);
        return word is var (found, match)
            ? new LogEntry(at, found, exchange, Text(match, "subject"), TextOf(found, match, record)) { Until = until, IsBackOff = backOff, From = Text(match, "from") }
            : new LogEntry(at, null, exchange, null, Bounded(first)) { Until = until, IsBackOff = backOff };
    }

    private static (LogWord Word, Match Match)? Find(string first, string record)
    {
        foreach (var (word, contains, pattern) in Lines)
        {
            if (!record.Contains(contains, StringComparison.Ordinal)) continue;
            if (pattern.Match(IsOfRecord(word) ? record : first) is { Success: true } match) return (word, match);
        }

        return null;
    }

    /// <summary>The words whose pattern reaches over a record's lines; every other one speaks of its first line.</summary>
    private static bool IsOfRecord(LogWord word) => word is LogWord.DatabaseFatal or LogWord.BadSymbol or LogWord.CannotEnter
        or LogWord.ExchangeCall or LogWord.ExchangeRetry or LogWord.DiesAtStart;

    /// <summary>Of a record with a traceback the last line says why.</summary>
    private static string? TextOf(LogWord word, Match match, string record) => word == LogWord.Stopped || (word == LogWord.DiesAtStart && match.Groups["text"].Value.StartsWith('\n'))
        ? record.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() is { } last && last.Length < record.Length ? Bounded(last) : null
        : Text(match, "text");

    private static string? Text(Match match, string group) => match.Groups[group] is { Success: true } found ? Bounded(found.Value) : null;

    private static string Bounded(string text) => Plain.Text(UrlMask.Apply(text), LongestText);

    private static (LogWord, string, Regex) Line(LogWord word, string contains, string pattern) => (word, contains, Made(pattern));

    private static (LogWord, string, Regex) Record(LogWord word, string contains, string pattern) => (word, contains, Made(pattern));

    // Linear in the record's length, whatever somebody writes into a log.
    private static Regex Made(string pattern) => new(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
}
