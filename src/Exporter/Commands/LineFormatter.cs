using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Exporter.Commands;

/// <summary>One log entry, one line: time, level, event, message, the message's values, and what was thrown.</summary>
internal static class LineFormatter
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary><c>ts=… level=info event=… msg="…" key=value</c>, as Prometheus' programs log.</summary>
    public sealed class Logfmt(TimeProvider time) : ConsoleFormatter(FormatName)
    {
        public const string FormatName = "exporter-logfmt";

        public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
        {
            var line = new StringBuilder();
            foreach (var (key, value) in Fields(logEntry, time))
            {
                line.Append(line.Length == 0 ? "" : " ").Append(key).Append('=');
                Append(line, Convert.ToString(value, CultureInfo.InvariantCulture) ?? "null");
            }

            textWriter.WriteLine(line);
        }

        private static void Append(StringBuilder line, string value)
        {
            if (value.Length > 0 && !value.AsSpan().ContainsAny(NeedsQuotes))
            {
                line.Append(value);
                return;
            }

            line.Append('"');
            foreach (var c in value)
            {
                _ = c switch
                {
                    '"' or '\\' => line.Append('\\').Append(c),
                    '\n' => line.Append("\\n"),
                    '\r' => line.Append("\\r"),
                    '\t' => line.Append("\\t"),
                    // A terminal would obey escape sequences in a symbol's name.
                    _ when char.IsControl(c) => line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                    _ => line.Append(c),
                };
            }

            line.Append('"');
        }

        private static readonly SearchValues<char> NeedsQuotes = SearchValues.Create(
            [' ', '"', '=', '\\', .. Enumerable.Range(0, 32).Concat(Enumerable.Range(127, 33)).Select(code => (char)code)]);
    }

    /// <summary>The same as one JSON object a line.</summary>
    public sealed class Json(TimeProvider time) : ConsoleFormatter(FormatName)
    {
        public const string FormatName = "exporter-json";

        private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

        public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
        {
            var buffer = new ArrayBufferWriter<byte>();
            using (var json = new Utf8JsonWriter(buffer, Readable))
            {
                json.WriteStartObject();
                foreach (var (key, value) in Fields(logEntry, time))
                {
                    Write(json, key, value);
                }

                json.WriteEndObject();
            }

            textWriter.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
        }

        private static void Write(Utf8JsonWriter json, string key, object? value)
        {
            switch (value)
            {
                case null:
                    json.WriteNull(key);
                    break;
                case bool flag:
                    json.WriteBoolean(key, flag);
                    break;
                case int or long:
                    json.WriteNumber(key, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                    break;
                case double number when double.IsFinite(number):
                    json.WriteNumber(key, number);
                    break;
                default:
                    json.WriteString(key, Convert.ToString(value, CultureInfo.InvariantCulture));
                    break;
            }
        }
    }

    private static IEnumerable<(string Key, object? Value)> Fields<TState>(LogEntry<TState> entry, TimeProvider time)
    {
        yield return ("ts", time.GetUtcNow().UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture));
        yield return ("level", Name(entry.LogLevel));
        if (entry.EventId.Name is { } name)
        {
            yield return ("event", name);
        }

        var message = entry.Formatter(entry.State, entry.Exception);
        yield return ("msg", message);
        if (entry.State is IEnumerable<KeyValuePair<string, object?>> values)
        {
            foreach (var (key, value) in values)
            {
                // A message that is one value says it once.
                if (key != "{OriginalFormat}" && !message.Equals(value as string, StringComparison.Ordinal))
                {
                    yield return (JsonNamingPolicy.SnakeCaseLower.ConvertName(key), value);
                }
            }
        }

        if (entry.Exception is { } exception)
        {
            yield return ("err", exception.ToString());
        }
    }

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        _ => "error",
    };
}
