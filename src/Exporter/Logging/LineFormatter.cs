using Exporter.Commands;
using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;

using Microsoft.Extensions.Logging.Console;

namespace Exporter.Logging;

/// <summary>One log entry, one line: time, level, event, message, the message's values, and what was thrown.</summary>
internal static class LineFormatter
{
    /// <summary><c>ts=… level=info event=… msg="…" key=value</c>, as Prometheus' programs log.</summary>
    public sealed class Logfmt(TimeProvider time) : ConsoleFormatter(FormatName)
    {
        public const string FormatName = "exporter-logfmt";

        public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter) =>
            textWriter.WriteLine(Text(Entry.Of(logEntry), time));

        private static StringBuilder Text(Entry entry, TimeProvider time)
        {
            var line = new StringBuilder();
            foreach (var (key, value) in Fields(entry, time))
            {
                line.Append(line.Length == 0 ? "" : " ").Append(key).Append('=');
                Append(line, Convert.ToString(value, CultureInfo.InvariantCulture) ?? "null");
            }

            return line;
        }

        private static void Append(StringBuilder line, string value)
        {
            if (value.Length > 0 && !value.AsSpan().ContainsAny(NeedsQuotes) && Plain.Is(value))
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
                    _ when !char.IsSurrogate(c) && !Plain.Is(new Rune(c)) => line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
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

        public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter) =>
            textWriter.WriteLine(Text(Entry.Of(logEntry), time));

        private static string Text(Entry entry, TimeProvider time)
        {
            var buffer = new ArrayBufferWriter<byte>();
            using (var json = new Utf8JsonWriter(buffer, Readable))
            {
                json.WriteStartObject();
                foreach (var (key, value) in Fields(entry, time))
                {
                    Write(json, key, value);
                }

                json.WriteEndObject();
            }

            return Encoding.UTF8.GetString(buffer.WrittenSpan);
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

    private static IEnumerable<(string Key, object? Value)> Fields(Entry entry, TimeProvider time)
    {
        yield return ("ts", Moment.Iso(time.GetUtcNow()));
        yield return ("level", Name(entry.Level));
        if (entry.Event is { } name)
        {
            yield return ("event", name);
        }

        yield return ("msg", entry.Message);
        foreach (var (key, value) in entry.Values)
        {
            // A message that is one value says it once.
            if (key != "{OriginalFormat}" && !entry.Message.Equals(value as string, StringComparison.Ordinal))
            {
                yield return (JsonNamingPolicy.SnakeCaseLower.ConvertName(key), value);
            }
        }

        if (entry.Exception is { } exception)
        {
            yield return ("err", exception.ToString());
        }
    }

    // Each log message has a state type of its own; past here the code is one for all, which saves 100 KB of it.
    private sealed record Entry(LogLevel Level, string? Event, string Message, IEnumerable<KeyValuePair<string, object?>> Values, Exception? Exception)
    {
        public static Entry Of<TState>(in LogEntry<TState> entry) => new(
            entry.LogLevel,
            entry.EventId.Name,
            entry.Formatter(entry.State, entry.Exception),
            entry.State as IEnumerable<KeyValuePair<string, object?>> ?? [],
            entry.Exception);
    }

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        _ => "error",
    };
}
