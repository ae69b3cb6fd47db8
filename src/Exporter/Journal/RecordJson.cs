using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Exporter.Checks;
using Exporter.Evaluation;

namespace Exporter.Journal;

/// <summary>The shape of the monitor's records. Field names are API: people's scripts read them with <c>jq</c>.</summary>
internal static class RecordJson
{
    // For files, not for HTML: apostrophes and umlauts stay readable.
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonWriterOptions Indented = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true };

    /// <summary>One line of the monitor journal.</summary>
    public static void WriteLine(IBufferWriter<byte> output, BotSnapshot bot, DateTimeOffset at)
    {
        using (var json = new Utf8JsonWriter(output, Compact))
        {
            json.WriteStartObject();
            json.WriteString("timestamp", Moment.Iso(at));
            json.WriteString("bot", Valid(bot.Bot));
            WriteBot(json, bot);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    /// <summary>The summary file: every bot, and with only one also its checks at the top.</summary>
    public static void WriteSummary(IBufferWriter<byte> output, Snapshot snapshot)
    {
        using (var json = new Utf8JsonWriter(output, Indented))
        {
            json.WriteStartObject();
            json.WriteString("timestamp", Moment.Iso(snapshot.At));
            if (snapshot.Bots is [var only])
            {
                json.WriteString("bot", Valid(only.Bot));
                WriteBot(json, only);
            }
            else
            {
                json.WriteString("overall_health", snapshot.Overall.Word().ToUpperInvariant());
            }

            json.WriteStartObject("bots");
            foreach (var bot in snapshot.Bots)
            {
                json.WriteStartObject(Valid(bot.Bot));
                WriteBot(json, bot);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    private static void WriteBot(Utf8JsonWriter json, BotSnapshot bot)
    {
        json.WriteString("overall_health", bot.Health.Word().ToUpperInvariant());
        json.WriteString("since", Moment.Iso(bot.Since));
        json.WriteStartObject("checks");
        foreach (var check in bot.Checks)
        {
            json.WriteStartObject(check.Spec.Name);
            WriteCheck(json, check);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteCheck(Utf8JsonWriter json, CheckState check)
    {
        var result = check.Result;
        json.WriteString("status", result.Status.Word());
        json.WriteString("reason", Valid(result.Reason));
        if (result.Cause is { } cause)
        {
            json.WriteString("cause", Valid(cause));
        }

        json.WriteString("since", Moment.Iso(check.Since));
        json.WriteString("evaluated_at", Moment.Iso(check.EvaluatedAt));
        json.WriteNumber("duration_seconds", Math.Round(check.Duration.TotalSeconds, 6));
        if (!result.Enabled)
        {
            json.WriteBoolean("enabled", false);
        }

        if (result.BlocksEntries)
        {
            json.WriteBoolean("blocks_entries", true);
        }

        json.WriteStartObject("details");
        foreach (var detail in result.Details)
        {
            WriteDetail(json, detail);
        }

        json.WriteEndObject();
    }

    private static void WriteDetail(Utf8JsonWriter json, Detail detail)
    {
        json.WritePropertyName(Valid(detail.Name));
        switch (detail)
        {
            case { Number: { } number } when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case { Flag: { } flag }:
                json.WriteBooleanValue(flag);
                break;
            case { Text: { } text }:
                json.WriteStringValue(Valid(text));
                break;
            case { List.IsDefault: false }:
                json.WriteStartArray();
                foreach (var item in detail.List)
                {
                    json.WriteStringValue(Valid(item));
                }

                json.WriteEndArray();
                break;
            default:
                // JSON has no infinity.
                json.WriteNullValue();
                break;
        }
    }

    /// <summary>Bots name things as they like; lone surrogates are no text, and would not be written.</summary>
    private static string Valid(string text) =>
        text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) : text;

}
