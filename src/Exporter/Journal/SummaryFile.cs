using System.Text.Json;
using Exporter.Checks;
using Exporter.Evaluation;
using Exporter.Storage;

namespace Exporter.Journal;

/// <summary>The latest state of every bot as one JSON file, replaced in one step. From it the next process knows since when things stand.</summary>
public static partial class SummaryFile
{
    public const string Name = "failure_point_monitor_summary.json";

    public static string PathIn(StorageDirectory storage) => Path.Combine(storage.Logs, Name);

    /// <summary>Tells the evaluator since when each status holds. A summary that is missing or unreadable only means that "since" begins now.</summary>
    public static void Restore(StorageDirectory storage, Evaluator evaluator, ILogger log)
    {
        var path = PathIn(storage);
        try
        {
            if (!File.Exists(path))
            {
                return;
            }

            var checks = new List<CheckStanding>();
            var bots = new List<BotStanding>();
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            foreach (var bot in Members(document.RootElement, "bots"))
            {
                if (HealthOf(Text(bot.Value, "overall_health")) is { } health && Since(bot.Value) is { } since)
                {
                    bots.Add(new BotStanding(bot.Name, health, since));
                }

                foreach (var check in Members(bot.Value, "checks"))
                {
                    if (StatusOf(Text(check.Value, "status")) is { } status && Since(check.Value) is { } checkSince)
                    {
                        checks.Add(new CheckStanding(bot.Name, check.Name, status, checkSince));
                    }
                }
            }

            evaluator.Restore(checks, bots);
        }
        catch (Exception e) when (e is JsonException || WriteFailures.Explains(e))
        {
            Log.NotRestored(log, path, e.Message);
        }
    }

    private static IEnumerable<JsonProperty> Members(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object
            ? value.EnumerateObject()
            : Enumerable.Empty<JsonProperty>();

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static DateTimeOffset? Since(JsonElement element) =>
        element.TryGetProperty("since", out var since) && since.ValueKind == JsonValueKind.String && since.TryGetDateTimeOffset(out var time)
            ? time
            : null;

    private static CheckStatus? StatusOf(string? word)
    {
        foreach (var status in Enum.GetValues<CheckStatus>())
        {
            if (status.Word() == word)
            {
                return status;
            }
        }

        return null;
    }

    private static Health? HealthOf(string? word)
    {
        foreach (var health in Enum.GetValues<Health>())
        {
            if (string.Equals(health.Word(), word, StringComparison.OrdinalIgnoreCase))
            {
                return health;
            }
        }

        return null;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Path} could not be read, so 'since' begins anew: {Why}", EventName = "SinceNotRestored")]
        public static partial void NotRestored(ILogger logger, string path, string why);
    }
}
