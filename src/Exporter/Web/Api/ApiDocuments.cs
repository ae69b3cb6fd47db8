using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Exporter.Checks;
using Exporter.Evaluation;

namespace Exporter.Web.Api;

// The shapes of the JSON API. Field names are stable: a change here is a breaking change in CHANGELOG and in openapi.json.

/// <summary><c>GET /api/v1/status</c>.</summary>
/// <param name="Notes">What the exporter itself lacks, in sentences.</param>
public sealed record StatusDocument(DateTimeOffset Timestamp, string OverallHealth, ImmutableArray<string> Notes, ImmutableArray<BotDocument> Bots)
{
    public static StatusDocument Of(Snapshot snapshot, ImmutableArray<string> notes = default) => new(
        snapshot.At, snapshot.Overall.Word().ToUpperInvariant(), notes.IsDefault ? [] : notes, [.. snapshot.Bots.Select(BotDocument.Of)]);
}

/// <param name="Life">What became of the bot's process; null where its kind does not say.</param>
/// <param name="Points">The names of the failure points that hold, causes before their consequences.</param>
public sealed record BotDocument(
    string Bot,
    string? Life,
    string TradingState,
    ImmutableArray<string> Points,
    string Health,
    DateTimeOffset Since,
    DateTimeOffset? LastPositionOpenedAt,
    ImmutableArray<string> Notes,
    ImmutableArray<CheckDocument> Checks)
{
    public static BotDocument Of(BotSnapshot bot) => new(
        bot.Bot,
        bot.Find(BotLifeCheck.Definition.Name)?.Result.Text(BotLifeCheck.LifeState),
        bot.Trading.Word(),
        bot.Find(FailurePointsCheck.Definition.Name)?.Result.List(FailurePointsCheck.PointNames) ?? [],
        bot.Health.Word().ToUpperInvariant(),
        bot.Since,
        bot.LastPositionOpenedAt(),
        [.. bot.Checks.SelectMany(check => check.Result.Notes)],
        [.. bot.Checks.Select(CheckDocument.Of)]);
}

public sealed record CheckDocument(
    string Check,
    string Category,
    string Status,
    bool Enabled,
    string? Cause,
    string Reason,
    DateTimeOffset Since,
    DateTimeOffset EvaluatedAt,
    double DurationSeconds,
    bool BlocksEntries,
    [property: JsonConverter(typeof(DetailsConverter))] ImmutableArray<Detail> Details)
{
    public static CheckDocument Of(CheckState check) => new(
        check.Spec.Name,
        check.Spec.Category.ToString().ToLowerInvariant(),
        check.Result.Enabled ? check.Result.Status.Word() : "disabled",
        check.Result.Enabled,
        check.Result.Cause,
        check.Result.Reason,
        check.Since,
        check.EvaluatedAt,
        check.Duration.TotalSeconds,
        check.Result.BlocksEntries,
        check.Result.Details);
}

/// <summary><c>GET /api/v1/blockers</c>.</summary>
public sealed record BlockersDocument(DateTimeOffset Timestamp, ImmutableArray<BlockerDocument> Blockers)
{
    public static BlockersDocument Of(Snapshot snapshot) => new(
        snapshot.At, [.. snapshot.Bots.SelectMany(bot => Blocker.Of(bot)).Select(BlockerDocument.Of)]);
}

public sealed record BlockerDocument(
    string Bot,
    string Check,
    string Title,
    string Status,
    string? Cause,
    string Reason,
    DateTimeOffset Since,
    bool BlocksEntries,
    string Impact,
    string Remedy,
    string Query,
    string Runbook)
{
    public static BlockerDocument Of(Blocker blocker) => new(
        blocker.Bot,
        blocker.Spec.Name,
        blocker.Spec.Title,
        blocker.Status.Word(),
        blocker.Cause,
        blocker.Reason,
        blocker.Since,
        blocker.BlocksEntries,
        blocker.Impact,
        blocker.Remedy,
        blocker.Query,
        blocker.RunbookPath);
}

/// <summary><c>GET /api/v1/failure-points</c>: the catalogue.</summary>
public sealed record FailurePointsDocument(ImmutableArray<FailurePointDocument> FailurePoints)
{
    public static FailurePointsDocument OfCatalogue() => new([.. CheckCatalogue.All.Select(registration => FailurePointDocument.Of(registration.Spec))]);
}

public sealed record FailurePointDocument(
    string Check,
    string Title,
    string Category,
    string? Severity,
    string Watches,
    string Impact,
    string Remedy,
    ImmutableArray<string> Causes,
    ImmutableArray<string> Metrics,
    string Query,
    string Runbook)
{
    public static FailurePointDocument Of(CheckSpec spec) => new(
        spec.Name,
        spec.Title,
        spec.Category.ToString().ToLowerInvariant(),
        spec.Severity is { } severity ? severity.Word() : null,
        spec.Watches,
        spec.Impact,
        spec.Remedy,
        spec.Causes,
        [.. spec.Families.Select(family => family.Name)],
        spec.Query,
        $"/runbooks/{spec.Runbook}");
}

/// <summary>Details as one JSON object.</summary>
public sealed class DetailsConverter : JsonConverter<ImmutableArray<Detail>>
{
    public override ImmutableArray<Detail> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var read = JsonDocument.ParseValue(ref reader);
        if (read.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException();
        }

        return [.. read.RootElement.EnumerateObject().Select(property => property.Value.ValueKind switch
        {
            JsonValueKind.Null => Detail.Of(property.Name, double.NaN),
            JsonValueKind.Number => Detail.Of(property.Name, property.Value.GetDouble()),
            JsonValueKind.True or JsonValueKind.False => Detail.Of(property.Name, property.Value.GetBoolean()),
            JsonValueKind.Array => Detail.Of(property.Name, [.. property.Value.EnumerateArray().Select(item => item.ToString())]),
            _ => Detail.Of(property.Name, property.Value.ToString()),
        })];
    }

    public override void Write(Utf8JsonWriter writer, ImmutableArray<Detail> value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var detail in value)
        {
            writer.WritePropertyName(detail.Name);
            if (detail.Number is { } number)
            {
                // JSON knows neither NaN nor infinity.
                if (double.IsFinite(number))
                {
                    writer.WriteNumberValue(number);
                }
                else
                {
                    writer.WriteNullValue();
                }
            }
            else if (detail.Flag is { } flag)
            {
                writer.WriteBooleanValue(flag);
            }
            else if (detail.Text is { } text)
            {
                writer.WriteStringValue(text);
            }
            else
            {
                writer.WriteStartArray();
                foreach (var item in detail.List)
                {
                    writer.WriteStringValue(item);
                }

                writer.WriteEndArray();
            }
        }

        writer.WriteEndObject();
    }
}

/// <summary>Read by clients too: what a newer exporter adds is passed over.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(StatusDocument))]
[JsonSerializable(typeof(BlockersDocument))]
[JsonSerializable(typeof(FailurePointsDocument))]
public sealed partial class ApiJson : JsonSerializerContext;
