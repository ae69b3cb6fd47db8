using System.Text.Json;
using Exporter.Commands;
using Exporter.Logging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Time.Testing;

namespace Exporter.Tests.Commands;

public sealed class LineFormatterTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero));

    [Fact]
    public void Logfmt_is_one_line_with_time_level_event_message_and_values() =>
        Assert.Equal(
            "ts=2026-01-02T03:04:05.678Z level=warn event=BotLost msg=\"alpha is lost\" bot_name=alpha age=1.5\n",
            Write(new LineFormatter.Logfmt(_time), LogLevel.Warning, "alpha is lost", [new("BotName", "alpha"), new("Age", 1.5), new("{OriginalFormat}", "x")]));

    [Theory]
    [InlineData("two\nlines", "\"two\\nlines\"")]
    [InlineData("quote\"d", "\"quote\\\"d\"")]
    [InlineData("back\\slash", "\"back\\\\slash\"")]
    [InlineData("\u001b[2J", "\"\\u001b[2J\"")]
    [InlineData("\u0085", "\"\\u0085\"")]
    [InlineData("a=b", "\"a=b\"")]
    [InlineData("", "\"\"")]
    [InlineData("plain", "plain")]
    public void Nothing_in_a_value_can_forge_a_line_or_command_a_terminal(string value, string written) =>
        Assert.EndsWith($" value={written}\n", Write(new LineFormatter.Logfmt(_time), LogLevel.Information, "m", [new("Value", value)]), StringComparison.Ordinal);

    [Fact]
    public void A_message_that_is_one_value_says_it_once() =>
        Assert.Equal(
            "ts=2026-01-02T03:04:05.678Z level=info event=BotLost msg=found\n",
            Write(new LineFormatter.Logfmt(_time), LogLevel.Information, "found", [new("Sentence", "found")]));

    [Fact]
    public void Json_keeps_numbers_and_truth_values()
    {
        var line = Write(
            new LineFormatter.Json(_time), LogLevel.Error, "two\nlines", [new("Count", 3), new("Ok", true), new("Ratio", double.NaN), new("None", null)], new IOException("disk"));

        Assert.Equal(1, line.Count(c => c == '\n'));
        using var entry = JsonDocument.Parse(line);
        Assert.Equal("error", entry.RootElement.GetProperty("level").GetString());
        Assert.Equal("two\nlines", entry.RootElement.GetProperty("msg").GetString());
        Assert.Equal(3, entry.RootElement.GetProperty("count").GetInt32());
        Assert.True(entry.RootElement.GetProperty("ok").GetBoolean());
        Assert.Equal("NaN", entry.RootElement.GetProperty("ratio").GetString());
        Assert.Equal(JsonValueKind.Null, entry.RootElement.GetProperty("none").ValueKind);
        Assert.Contains("disk", entry.RootElement.GetProperty("err").GetString(), StringComparison.Ordinal);
    }

    private static string Write(ConsoleFormatter formatter, LogLevel level, string message, KeyValuePair<string, object?>[] values, Exception? thrown = null)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var entry = new LogEntry<IReadOnlyList<KeyValuePair<string, object?>>>(
            level, "Exporter.Test", new EventId(1, "BotLost"), values, thrown, (_, _) => message);
        formatter.Write(entry, null, output);
        return output.ToString();
    }
}
