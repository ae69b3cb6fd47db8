using System.Text.Json;

namespace Exporter.Healing.Triggers;

/// <summary>A message as JSON. <c>text</c> and <c>content</c> hold the sentence that Slack, Mattermost and Discord show.</summary>
internal static class TriggerJson
{
    public static byte[] Write(TriggerMessage message)
    {
        var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            var sentence = $"{message.Bot}: {message.Action}: {message.Reason}";
            json.WriteStartObject();
            json.WriteString("text", sentence);
            json.WriteString("content", sentence);
            json.WriteString("bot", message.Bot);
            json.WriteString("action", message.Action);
            json.WriteString("check", message.Check);
            json.WriteString("cause", message.Cause);
            json.WriteString("reason", message.Reason);
            json.WriteString("url", message.Url?.AbsoluteUri);
            json.WriteString("timestamp", Moment.Iso(message.At));
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
