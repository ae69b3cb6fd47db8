using System.Text;
using System.Text.Json;
using CsCheck;
using Exporter.Healing.Actions;

namespace Exporter.Tests.Healing.Actions;

public sealed class KillSwitchFileTests
{
    private static readonly DateTimeOffset _at = new(2026, 3, 1, 12, 0, 0, 123, TimeSpan.Zero);

    [Theory]
    [InlineData("""{"blocked_until": "2026-03-01T06:00:00.000001Z"}""", """{"blocked_until": null,"block_cleared_at": "2026-03-01T12:00:00.123000Z"}""")]
    [InlineData("""{"blocked_until":"2026-03-01T06:00:00+00:00","x":1}""", """{"blocked_until":null,"block_cleared_at": "2026-03-01T12:00:00.123000+00:00","x":1}""")]
    [InlineData("""{"blocked_until":"2026-03-01T06:00:00","x":1}""", """{"blocked_until":null,"block_cleared_at": "2026-03-01T12:00:00.123000","x":1}""")]
    [InlineData("""{"block_cleared_at":"old", "a":[{"blocked_until":5}], "blocked_until":"2026-03-01T06:00:00Z"}""", """{"block_cleared_at":"2026-03-01T12:00:00.123000Z", "a":[{"blocked_until":5}], "blocked_until":null}""")]
    [InlineData("""{"blocked_until":"2026-03-01T06:00:00Z" , "block_cleared_at" : null }""", """{"blocked_until":null , "block_cleared_at" : "2026-03-01T12:00:00.123000Z" }""")]
    [InlineData("""{"blocked_until": 1772344800, "x": NaN}""", """{"blocked_until": null,"block_cleared_at": "2026-03-01T12:00:00.123000Z", "x": NaN}""")]
    public void It_is_cleared_as_the_bot_writes_it_and_not_one_byte_else_changes(string before, string after)
    {
        var bytes = Encoding.UTF8.GetBytes(before);

        Assert.Equal(after, Encoding.UTF8.GetString(KillSwitchFile.Parse(bytes)!.Cleared(bytes, _at)));
    }

    [Fact]
    public void Whatever_else_the_bot_keeps_there_survives()
    {
        var text = Gen.String[Gen.Char[' ', '~'], 0, 20];
        Gen.Select(text.Array[0, 5], Gen.Int[0, 5], Gen.Bool, Gen.Bool).Sample((words, place, indented, hasCleared) =>
        {
            var fields = words.Select((word, index) => (Key: $"k{index}", Value: JsonSerializer.Serialize(word, Words.Default.String))).ToList();
            fields.Insert(Math.Min(place, fields.Count), ("blocked_until", "\"2026-03-01T06:00:00.5Z\""));
            if (hasCleared)
                fields.Insert(place % fields.Count, ("block_cleared_at", "null"));
            var (line, gap) = indented ? ("\n  ", " ") : ("", "");
            var before = Encoding.UTF8.GetBytes($"{{{line}{string.Join($",{line}", fields.Select(field => $"\"{field.Key}\":{gap}{field.Value}"))}}}");

            var after = KillSwitchFile.Parse(before)!.Cleared(before, _at);

            using var json = JsonDocument.Parse(after);
            Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("blocked_until").ValueKind);
            Assert.Equal("2026-03-01T12:00:00.123000Z", json.RootElement.GetProperty("block_cleared_at").GetString());
            for (var index = 0; index < words.Length; index++)
                Assert.Equal(words[index], json.RootElement.GetProperty($"k{index}").GetString());
            Assert.Null(KillSwitchFile.Parse(after)!.BlockedUntil);
        });
    }

    [Fact]
    public void No_bytes_make_it_throw() => Gen.Byte.Array[0, 200].Sample(bytes => _ = KillSwitchFile.Parse(bytes));
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
internal sealed partial class Words : System.Text.Json.Serialization.JsonSerializerContext;
