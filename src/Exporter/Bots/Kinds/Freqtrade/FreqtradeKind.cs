using System.Collections.Immutable;
using Exporter.Bots.Files;

namespace Exporter.Bots.Kinds.Freqtrade;

/// <summary>freqtrade, 2023.4 to 2026.9: by its REST API, its database and its log, each alone or together.</summary>
internal sealed class FreqtradeKind : IBotKind
{
    public const string KindName = "freqtrade";

    /// <summary>freqtrade's own variables, so that one file of mode 0600 gives the bot and its exporter the same login.</summary>
    public const string UserVariable = "FREQTRADE__API_SERVER__USERNAME";

    public const string PasswordVariable = "FREQTRADE__API_SERVER__PASSWORD";

    public string Name => KindName;

    public string Summary => "freqtrade 2023.4 to 2026.9, by its API's address or its user_data";

    public ImmutableArray<string> OwnNames { get; } = ["tradesv3", "freqtrade.log", "/show_config", "/pair_candles", "pairlocks", "FREQTRADE__", "ft_order_side"];

    public ImmutableArray<PointSpec> Points => PointNames.All;

    public ImmutableArray<string> FatalLives { get; } = [LifeResolver.NotFreqtrade, LifeResolver.WebServer];

    public IEnumerable<string> Validate(BotOptions options)
    {
        if (options.Url is null && options.Root.Length == 0)
        {
            yield return "A freqtrade bot has neither a Url nor a Root. Give the address of its API, such as http://127.0.0.1:8080, its user_data directory, or both.";
        }

        if (options.Url is { } url && url.Scheme is not ("http" or "https"))
        {
            yield return $"The Url {url} of a freqtrade bot should begin with http:// or https://.";
        }
    }

    public async ValueTask<KindFinding> DetectAsync(BotPlace place, BotOptions options, CancellationToken cancellation)
    {
        if (place is BotPlace.Directory { Path: var directory }) return FreqtradeFiles.Look(directory, options.Freqtrade);
        var address = ((BotPlace.Address)place).Base;
        using var client = new ApiClient(address, () => null, null, options.Freqtrade.PlainHttp, TimeProvider.System);
        var ping = await client.AskAsync(HttpMethod.Get, "ping", TimeSpan.FromSeconds(2), withLogin: false, cancellation).ConfigureAwait(false);
        var is200 = ping.Kind == AnswerKind.Ok && ping.Body.Text("status") == "pong";
        return new KindFinding(
            is200, ["GET /api/v1/ping answered with pong"], is200 ? ["its API's answer to /ping"] : [],
            is200 && options.Root.Length == 0 ? ["its user_data directory, which would tell its profit, its log before a start, and its disk"] : []);
    }

    public IBot Create(BotOptions options, BotServices services) => new FreqtradeBot(options, services.Time);
}

/// <summary>Where a freqtrade's files lie below its directory, its parent or its <c>user_data</c>.</summary>
internal sealed record FreqtradeFiles(string? Database, string? Log, string? Config)
{
    public static FreqtradeFiles Find(string root, FreqtradeOptions options)
    {
        var places = new[] { root, Path.Combine(root, "user_data"), Path.GetDirectoryName(root) ?? root }.Distinct().ToList();
        string? First(IEnumerable<string> candidates) => candidates.FirstOrDefault(File.Exists);
        return new FreqtradeFiles(
            options.Database is { Length: > 0 } database ? Path.GetFullPath(database, root) : Newest(places),
            options.LogFile is { Length: > 0 } log ? Path.GetFullPath(log, root) : First(places.Select(place => Path.Combine(place, "logs", "freqtrade.log"))),
            First(places.Select(place => Path.Combine(place, "config.json"))));
    }

    public static KindFinding Look(string root, FreqtradeOptions options)
    {
        var files = Find(root, options);
        var found = new List<string>();
        var missing = new List<string>();
        if (files.Database is { } database && HasTables(database)) found.Add($"its database {Path.GetFileName(database)}");
        else missing.Add("its database tradesv3*.sqlite");
        if (files.Log is { } log && IsLog(log)) found.Add($"its log {Path.GetFileName(log)}");
        else missing.Add("a log file (freqtrade writes one only with --logfile)");
        if (files.Config is { } config && IsConfig(config)) found.Add($"its configuration {Path.GetFileName(config)}");
        if (options.Database is null && found.Count > 0) missing.Add("its API: give its address as Url (or --bot NAME=http://HOST:PORT), then its life, its pairs and its candles are seen, too");
        return new KindFinding(
            found.Count > 0, ["tradesv3*.sqlite with the tables trades, orders and pairlocks", "logs/freqtrade.log", "config.json with exchange and pairlists"], [.. found], [.. missing]);
    }

    private static string? Newest(List<string> places)
    {
        foreach (var place in places)
        {
            try
            {
                if (Directory.EnumerateFiles(place, "tradesv3*.sqlite").OrderByDescending(File.GetLastWriteTimeUtc).FirstOrDefault() is { } database) return database;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Not that one then.
            }
        }

        return null;
    }

    /// <summary>A table's name stands in the first pages, or in the log of changes beside them, as the statement that made it: nothing need be opened.</summary>
    private static bool HasTables(string database) => Begins(database, 1 << 20) is { } text && text.StartsWith("SQLite format 3", StringComparison.Ordinal)
        && (text + Begins(database + "-wal", 1 << 20)) is var all && all.Contains("pairlocks", StringComparison.Ordinal) && all.Contains("ft_order_side", StringComparison.Ordinal);

    private static bool IsLog(string log) => Begins(log, 1 << 14) is { } text
        && (text.Contains(" - freqtrade", StringComparison.Ordinal) || text.Contains("\"logger\": \"freqtrade", StringComparison.Ordinal));

    private static bool IsConfig(string config) => Begins(config, 1 << 20) is { } text && text.Contains("\"exchange\"", StringComparison.Ordinal)
        && (text.Contains("\"pairlists\"", StringComparison.Ordinal) || text.Contains("\"stake_currency\"", StringComparison.Ordinal));

    private static string? Begins(string file, int length)
    {
        try
        {
            using var handle = File.OpenHandle(file, FileMode.Open, System.IO.FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[Math.Min(length, RandomAccess.GetLength(handle))];
            var count = RandomAccess.Read(handle, bytes, 0);
            return System.Text.Encoding.Latin1.GetString(bytes, 0, count);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
