using System.Text.Json;
using System.Text.Json.Serialization;

namespace Exporter.Bots;

/// <summary>A value of any JSON type in the exporter's own configuration, since a bot's switch to real money may be of any.</summary>
public sealed class ConfigValueConverter : JsonConverter<ConfigValue>
{
    public override bool HandleNull => true;

    public override ConfigValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => new ConfigValue(JsonValueKind.String, reader.GetString()!),
        JsonTokenType.True => new ConfigValue(JsonValueKind.True, "true"),
        JsonTokenType.False => new ConfigValue(JsonValueKind.False, "false"),
        JsonTokenType.Null => new ConfigValue(JsonValueKind.Null, "null"),
        JsonTokenType.Number => new ConfigValue(JsonValueKind.Number, System.Text.Encoding.UTF8.GetString(reader.ValueSpan)),
        _ => throw new JsonException("a list or an object is no single value"),
    };

    public override void Write(Utf8JsonWriter writer, ConfigValue value, JsonSerializerOptions options)
    {
        if (value.Kind == JsonValueKind.String)
        {
            writer.WriteStringValue(value.Text);
        }
        else
        {
            writer.WriteRawValue(value.Text);
        }
    }
}
