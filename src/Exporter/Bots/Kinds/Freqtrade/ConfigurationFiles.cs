using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Exporter.Bots.Kinds.Freqtrade;

/// <summary>What the bot's configuration files hold together.</summary>
/// <param name="Merged">Null: they cannot be merged.</param>
/// <param name="Problem">Why, naming the file; null: they can.</param>
internal sealed record MergedConfiguration(ShowConfig? Merged, ImmutableArray<string> Missing, ImmutableArray<string> Pairs, string? Problem, bool IsAbsent);

/// <summary>
/// The bot's configuration as it would read it at its next start: JSON with comments and trailing commas, files that name further files, where
/// the one that names wins. What is given by the environment or the command line is not seen here.
/// </summary>
internal sealed class ConfigurationFiles(string path)
{
    private const int Deepest = 5;
    private const long LongestFile = 4 << 20;
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
    private static readonly ImmutableArray<string> Required = ["stake_currency", "dry_run", "stake_amount", "pairlists"];

    private readonly Lock _gate = new();
    private readonly Dictionary<string, DateTime> _read = [];
    private MergedConfiguration? _last;

    public string Path => path;

    public string Name => System.IO.Path.GetFileName(path);

    public DateTimeOffset ModifiedAt => new FileInfo(path) is { Exists: true } file ? file.LastWriteTimeUtc : DateTimeOffset.UnixEpoch;

    public MergedConfiguration Read()
    {
        lock (_gate)
        {
            if (_last is not null && _read.Count > 0 && _read.All(file => File.GetLastWriteTimeUtc(file.Key) == file.Value)) return _last;
            _read.Clear();
            try
            {
                return _last = Judge(Merge(path, []));
            }
            catch (ConfigurationException e)
            {
                return _last = new MergedConfiguration(null, [], [], e.Message, e.IsAbsent);
            }
        }
    }

    private static MergedConfiguration Judge(JsonObject merged)
    {
        using var document = JsonDocument.Parse(merged.ToJsonString());
        var root = document.RootElement;
        var exchange = root.Child("exchange");
        var missing = Required.Where(key => root.Child(key).ValueKind == JsonValueKind.Undefined)
            .Concat(exchange.Text("name") is null ? ["exchange/name"] : (string[])[]).ToImmutableArray();
        return new MergedConfiguration(
            ShowConfig.OfFile(root), missing,
            [.. exchange.Items("pair_whitelist").Where(pair => pair.ValueKind == JsonValueKind.String).Select(pair => pair.GetString()!)], null, false);
    }

    private JsonObject Merge(string file, ImmutableList<string> above)
    {
        var shown = System.IO.Path.GetFileName(file);
        if (above.Contains(file)) throw new ConfigurationException($"{shown} names itself by add_config_files; end the loop");
        if (above.Count > Deepest) throw new ConfigurationException($"{shown} lies more than {Deepest} files deep; bring it nearer");
        var own = Parse(file, shown);
        var result = new JsonObject();
        foreach (var child in (own["add_config_files"] as JsonArray ?? []).Select(node => node?.GetValue<string>()).OfType<string>())
            Lay(result, Merge(System.IO.Path.GetFullPath(child, System.IO.Path.GetDirectoryName(file)!), above.Add(file)));
        Lay(result, own);
        return result;
    }

    private JsonObject Parse(string file, string shown)
    {
        try
        {
            if (new FileInfo(file).Length > LongestFile) throw new ConfigurationException($"{shown} is larger than 4 MiB");
            _read[file] = File.GetLastWriteTimeUtc(file);
            return JsonNode.Parse(File.ReadAllText(file), null, Lenient) as JsonObject ?? throw new ConfigurationException($"{shown} holds no JSON object");
        }
        catch (JsonException e)
        {
            throw new ConfigurationException($"{shown} is no JSON: line {e.LineNumber + 1}; mend it before the bot is restarted or reloaded");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ConfigurationException($"{shown} is missing") { IsAbsent = true };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException or ArgumentException)
        {
            throw new ConfigurationException($"{shown} cannot be read: {e.Message}") { IsAbsent = true };
        }
    }

    /// <summary>Objects merge deeply, all else is replaced.</summary>
    private static void Lay(JsonObject below, JsonObject above)
    {
        foreach (var (key, value) in above)
        {
            if (value is JsonObject section && below[key] is JsonObject known) Lay(known, section);
            else below[key] = value?.DeepClone();
        }
    }

    private sealed class ConfigurationException(string message) : Exception(message)
    {
        /// <summary>A file cannot be seen, so that nobody knows what it holds.</summary>
        public bool IsAbsent { get; init; }
    }
}
